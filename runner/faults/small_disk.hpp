// A file system in memory for one trial, small enough to be filled: tmpfs, mounted nowhere. It has
// no path, so nobody else can meet it, and the kernel drops it with the last descriptor of it.
#pragma once

#include <cstdint>
#include <string>

#include "ipc/unique_fd.hpp"

namespace bulkhead {

inline constexpr std::size_t small_disk_bytes = std::size_t{1} << 20;

/// Its root folder, with room for small_disk_bytes and a file of each worker. Needs the right to
/// mount (CAP_SYS_ADMIN). Throws std::system_error.
[[nodiscard]] UniqueFd make_small_disk(std::uint32_t worker_count);

/// Why this user or this kernel cannot have one; empty where it can.
[[nodiscard]] std::string why_no_small_disk();

}  // namespace bulkhead
