// Where the sources that were built are, for tests that read them.
#pragma once

#include <filesystem>

namespace bulkhead {

/// A file or folder of the source tree, by its path below the top.
[[nodiscard]] inline std::filesystem::path in_source_tree(const std::filesystem::path& relative) {
  return std::filesystem::path(BULKHEAD_SOURCE_DIR) / relative;
}

}  // namespace bulkhead
