// Who noticed that a fault had struck: in the order in which it can be noticed, the news of an end
// and a standstill while the trial runs, the rest when it is over.
#pragma once

#include <string_view>

#include "runner/trial/record.hpp"

namespace bulkhead {

/// Of a trial that a fault struck; see docs/isolation.md. "nobody" where nothing was to be noticed,
/// either. Pure.
[[nodiscard]] std::string_view noticed_by(const TrialRecord& trial);

}  // namespace bulkhead
