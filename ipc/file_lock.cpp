#include "ipc/file_lock.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "ipc/heartbeat.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead {
namespace {

/// The description that this thread has open. One at a time: a worker uses one lock.
struct Description {
  std::uint64_t id = 0;
  std::uint32_t user = 0;
  UniqueFd fd;
};
thread_local Description description_of_thread;

UniqueFd open_anew(int file) {
  // Not dup(2), which shares the description and with it the lock.
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  return UniqueFd(open(path.c_str(), O_RDWR | O_CLOEXEC));
}

enum class Wish { try_lock, wait, unlock };

/// One system call; 0 or -1 and errno.
int call_kernel(FileLockCall call, int fd, Wish wish) noexcept {
  if (call == FileLockCall::flock) {
    return flock(fd, wish == Wish::unlock ? LOCK_UN
                     : wish == Wish::wait ? LOCK_EX
                                          : LOCK_EX | LOCK_NB);
  }
  struct flock whole {};
  whole.l_type = wish == Wish::unlock ? F_UNLCK : F_WRLCK;
  whole.l_whence = SEEK_SET;
  return fcntl(fd, wish == Wish::wait ? F_OFD_SETLKW : F_OFD_SETLK, &whole);
}

/// The descriptor by which this user asks, or -1.
int description(std::uint64_t id, int file, LockUser user) noexcept {
  Description& mine = description_of_thread;
  if (mine.id != id || mine.user != user.index) [[unlikely]] {
    mine.fd = open_anew(file);
    mine.id = id;
    mine.user = user.index;
  }
  return mine.fd.get();
}

/// Nothing where the system has no timer left.
std::optional<Heartbeat> start_heartbeat() noexcept {
  try {
    return std::optional<Heartbeat>(std::in_place);
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

}  // namespace

FileLock::FileLock(FileLockCall call)
    : call_(call),
      file_(memfd_create("bulkhead-lock", MFD_CLOEXEC)),
      id_(static_cast<std::uint64_t>(monotonic_ns())) {
  if (file_ < 0) throw_errno("memfd_create: make a file to lock");
}

Acquired FileLock::try_lock(LockUser user) const noexcept {
  const int fd = description(id_, file_, user);
  return call_kernel(call_, fd, Wish::try_lock) == 0 ? Acquired::clean : Acquired::busy;
}

Acquired FileLock::lock(LockUser user, Deadline deadline) const noexcept {
  const int fd = description(id_, file_, user);
  user.claim_stands();
  const std::optional<Heartbeat> heartbeat = start_heartbeat();
  while (!deadline.passed()) {
    // Without a heartbeat nothing would end the wait.
    if (call_kernel(call_, fd, heartbeat ? Wish::wait : Wish::try_lock) == 0) {
      return Acquired::clean;
    }
    if (errno != EINTR && errno != EAGAIN && errno != EACCES) return Acquired::unrecoverable;
    if (!heartbeat) sched_yield();
  }
  return Acquired::timed_out;
}

void FileLock::unlock(LockUser user) const noexcept {
  call_kernel(call_, description(id_, file_, user), Wish::unlock);
}

std::string FileLock::obstacle(FileLockCall call) {
  const UniqueFd file(memfd_create("bulkhead-lock", MFD_CLOEXEC));
  if (!file.open()) return std::string("memfd_create: ") + error_text(errno);
  const UniqueFd own = open_anew(file.get());
  if (!own.open()) return std::string("open an anonymous file again: ") + error_text(errno);
  if (call_kernel(call, own.get(), Wish::try_lock) == 0) return "";
  return std::string("the file system refuses: ") + error_text(errno);
}

}  // namespace bulkhead
