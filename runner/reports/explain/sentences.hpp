// The single sentences of explain.hpp, for explain.cpp and the matrix of faults. Each begins with
// its subject and a colon; none is answered when the numbers do not bear it. Pure.
#pragma once

#include <optional>
#include <string>

#include "runner/reports/summary.hpp"

namespace bulkhead {

/// How the modes compare with the first one.
[[nodiscard]] std::optional<std::string> speed_sentence(const Summary& summary);

/// What a worker takes, where most and where least.
[[nodiscard]] std::optional<std::string> memory_sentence(const Summary& summary);

/// That the state was not sound although nothing was broken on purpose.
[[nodiscard]] std::optional<std::string> fault_free_state_sentence(const Summary& summary);

/// How many workers the fault took down in each mode, and how the survivors went on.
[[nodiscard]] std::optional<std::string> fault_sentence(const Summary& summary);

/// What the fault left of the shared state, and why.
[[nodiscard]] std::optional<std::string> fault_state_sentence(const Summary& summary);

/// That the machine did other things meanwhile.
[[nodiscard]] std::optional<std::string> caution_sentence(const Summary& summary);

}  // namespace bulkhead
