// When the workers, all together, were back at their former speed after a fault. Pure; time comes
// with the progress.
#pragma once

#include <cstdint>
#include <optional>

#include "runner/trial/snapshot.hpp"

namespace bulkhead {

class SpeedFollower {
 public:
  /// As fast as this share of the rate before counts as being back.
  static constexpr double enough = 0.9;
  /// So long a stretch is looked at as one.
  static constexpr std::int64_t slice_ns = 10'000'000;

  /// The progress now; call about every slice. `struck`: the fault has struck by now.
  void add(Progress now, bool struck);

  /// When the first slice ended after which none was slow again; 0 when there is none, or when too
  /// little happened before the fault to tell.
  [[nodiscard]] std::int64_t back_ns() const noexcept { return back_ns_; }

 private:
  std::optional<Progress> begin_;
  std::optional<Progress> last_;
  double rate_before_ = 0;
  bool struck_ = false;
  std::int64_t back_ns_ = 0;
};

}  // namespace bulkhead
