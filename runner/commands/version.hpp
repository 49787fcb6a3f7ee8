// What --version says. Pure.
#pragma once

#include <string>

#include "runner/measure/host.hpp"

namespace bulkhead {

/// Version and build facts, and the libc that the program runs with, which can be another than the
/// one it was built with.
[[nodiscard]] std::string version_text(const HostFacts& host);

}  // namespace bulkhead
