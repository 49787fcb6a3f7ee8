// The longest time in which a worker finished nothing, from the fault on, as finely as somebody
// looks. Pure; time comes with the progress.
#pragma once

#include <cstdint>
#include <vector>

#include "runner/trial/snapshot.hpp"

namespace bulkhead {

class GapFollower {
 public:
  /// The progress now. The first call is the beginning.
  void add(const Progress& now);

  /// Between two looks at which the worker had come further, or since the last such look.
  [[nodiscard]] std::int64_t longest_ns(std::uint32_t worker) const noexcept;

 private:
  struct Worker {
    std::uint64_t finished = 0;
    std::int64_t since_ns = 0;  // When it was seen to have come so far.
    std::int64_t longest_ns = 0;
  };
  std::vector<Worker> workers_;
};

}  // namespace bulkhead
