// Code that may crash, in a process of its own.
#pragma once

#include <functional>

#include "runner/trial/exit_cause.hpp"

namespace bulkhead {

/// Runs `body` in a forked child with default signal actions and its output thrown away, and says
/// how the child ended. A child that is still there after the watchdog's 30 s is killed
/// (`stopped_by_us`). Its exit code is what `body` returns.
[[nodiscard]] ExitCause in_child(const std::function<int()>& body);

}  // namespace bulkhead
