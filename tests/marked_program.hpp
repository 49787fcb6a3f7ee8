// The real program in the background, with a mark that all its processes inherit: to kill it, and
// to see what is left of it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace bulkhead {

/// Starts bulkhead with its streams thrown away and `mark` ("NAME=value") as its environment.
/// Returns its process, for the caller to wait for.
[[nodiscard]] pid_t start_marked(std::vector<std::string> arguments, const std::string& mark);

/// Processes that have the mark.
[[nodiscard]] std::size_t count_marked(const std::string& mark);

/// Waits, under a watchdog, until there is none; false when some outlived it.
[[nodiscard]] bool wait_until_unmarked(const std::string& mark);

}  // namespace bulkhead
