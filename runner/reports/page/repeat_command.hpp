// How to run an experiment again. Pure.
#pragma once

#include <string>

#include "runner/plan/plan.hpp"

namespace bulkhead {

/// A line for a shell that makes the same plan, with the same order and the same random input. What
/// has its default is left out, and so is --start-timeout, which changes no number.
[[nodiscard]] std::string repeat_command(const Plan& plan);

}  // namespace bulkhead
