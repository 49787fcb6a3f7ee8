// Small files of /proc and /sys, whole.
#pragma once

#include <string>

namespace bulkhead {

/// The content of a file, at most 64 KiB; empty when it cannot be read, since most of these files
/// are missing somewhere, or vanish with their process.
[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace bulkhead
