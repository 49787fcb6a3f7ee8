// How far a batch is, on standard error: a line that changes on a terminal, and elsewhere a line
// now and then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runner/batch/batch.hpp"
#include "runner/commands/progress.hpp"
#include "runner/options/output_choice.hpp"

namespace bulkhead {

/// "trial 40/198  2 min left  1 death  2/9 scaling/bank  round 3/11  process + faults". Pure.
[[nodiscard]] std::string batch_progress_text(const BatchProgress& state);

class BatchProgressShow {
 public:
  explicit BatchProgressShow(ProgressChoice choice);

  void tell(const BatchProgress& state);

 private:
  static constexpr std::int64_t plain_line_every_ns = 30'000'000'000;

  bool quiet_;
  std::optional<ProgressLine> line_;  // On a terminal.
  std::string experiment_;
  std::int64_t told_ns_ = 0;
};

}  // namespace bulkhead
