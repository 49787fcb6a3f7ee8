// The CPUs that workers may be put on.
#pragma once

#include <vector>

namespace bulkhead {

/// The CPUs this process may run on, one of each core first, then the cores' further threads:
/// spread workers share a core only when there are more of them than cores. Never empty.
[[nodiscard]] std::vector<int> usable_cpus();

/// The first CPU of a list such as "0-1" or "3,7"; -1 when there is none. Pure.
[[nodiscard]] int first_of_cpu_list(const char* list) noexcept;

/// Keeps the calling thread on one CPU. Failure is ignored: a CPU that went offline is no reason to
/// lose a trial, and the host facts say which CPUs there were.
void pin_this_thread(int cpu) noexcept;

}  // namespace bulkhead
