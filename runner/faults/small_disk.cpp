#include "runner/faults/small_disk.hpp"

#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <system_error>

#include "ipc/region.hpp"
#include "ipc/system_error.hpp"

namespace bulkhead {
namespace {

int configure(const UniqueFd& file_system, fsconfig_command command, const char* key,
              const std::string& value) {
  return static_cast<int>(syscall(SYS_fsconfig, file_system.get(), command, key,
                                  key == nullptr ? nullptr : value.c_str(), 0));
}

}  // namespace

// By the system calls: glibc has had functions for them only since 2.36.
UniqueFd make_small_disk(std::uint32_t worker_count) {
  constexpr std::uint32_t spare_files = 64;
  const std::size_t bytes = small_disk_bytes + 2 * page_bytes() * worker_count;
  UniqueFd file_system(static_cast<int>(syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC)));
  if (!file_system.open()) throw_errno("fsopen: make a small tmpfs");
  const bool configured =
      configure(file_system, FSCONFIG_SET_STRING, "size", std::to_string(bytes)) == 0 &&
      configure(file_system, FSCONFIG_SET_STRING, "nr_inodes",
                std::to_string(2 * worker_count + spare_files)) == 0 &&
      configure(file_system, FSCONFIG_CMD_CREATE, nullptr, "") == 0;
  if (!configured) throw_errno("fsconfig: set the size of a small tmpfs");
  UniqueFd root(static_cast<int>(syscall(SYS_fsmount, file_system.get(), FSMOUNT_CLOEXEC, 0)));
  if (!root.open()) throw_errno("fsmount: mount a small tmpfs nowhere");
  return root;
}

std::string why_no_small_disk() {
  try {
    static_cast<void>(make_small_disk(1));
    return "";
  } catch (const std::system_error& error) {
    return std::string("a file system of its own cannot be had: ") + error.what();
  }
}

}  // namespace bulkhead
