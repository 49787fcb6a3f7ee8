#include "runner/commands/destination.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "ipc/system_error.hpp"
#include "runner/options/paths.hpp"

namespace bulkhead {
namespace {

constexpr mode_t usual_mode = 0666;

bool is_existing_stream(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

/// A hidden name beside the target.
std::string hidden_name(const std::filesystem::path& target, std::string_view suffix) {
  return (target.parent_path() / fmt::format(".{}.{}", target.filename().string(), suffix))
      .string();
}

/// The permissions of the file that will be replaced, or those of any new file.
mode_t mode_for(const std::string& target) {
  struct stat status {};
  if (stat(target.c_str(), &status) == 0) return status.st_mode & 07777;
  const mode_t mask = umask(0);
  umask(mask);
  return usual_mode & ~mask;
}

}  // namespace

void write_all(int fd, std::string_view text, const std::string& wish) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_errno("write: " + wish);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

Destination::Destination(const std::string& path) : fd_(STDOUT_FILENO) {
  if (path.empty()) return;
  if (is_existing_stream(path)) {
    open_stream(path);
  } else {
    open_file(path);
  }
  fd_ = owned_.get();
}

void Destination::open_stream(const std::string& path) {
  // Without O_NONBLOCK the opening of a pipe would wait for its reader, perhaps for ever; with it,
  // it fails with ENXIO if there is none. Writing may wait for a slow reader, as writing does.
  owned_ = UniqueFd(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!owned_.open()) {
    const int error = errno;
    throw_error(error, fmt::format("open: write to {}{}", path,
                                   error == ENXIO ? ", which nobody reads" : ""));
  }
  const int flags = fcntl(owned_.get(), F_GETFL);
  if (flags < 0 || fcntl(owned_.get(), F_SETFL, flags & ~O_NONBLOCK) != 0) {
    throw_errno("fcntl: write to " + path);
  }
}

void Destination::open_file(const std::string& path) {
  target_ = output_target(path);
  const std::string directory = std::filesystem::path(target_).parent_path().string();
  owned_ = UniqueFd(open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, usual_mode));
  if (!owned_.open()) {
    // Not every file system has nameless files; which error says so differs between them.
    std::string name = hidden_name(target_, "XXXXXX");
    owned_ = UniqueFd(mkostemp(name.data(), O_CLOEXEC));
    if (!owned_.open()) throw_errno("mkostemp: write to " + path);
    temporary_ = name;
  }
  // File systems without permissions refuse, and that is no reason to give up a result.
  [[maybe_unused]] const int ignored = fchmod(owned_.get(), mode_for(target_));
}

/// Links the nameless file into its directory: at its place if that is free, else beside it.
void Destination::give_name() {
  assert(temporary_.empty());
  // The way of open(2) to name such a file without a capability.
  const std::string self = fmt::format("/proc/self/fd/{}", owned_.get());
  if (linkat(AT_FDCWD, self.c_str(), AT_FDCWD, target_.c_str(), AT_SYMLINK_FOLLOW) == 0) return;
  if (errno != EEXIST) throw_errno("linkat: put the result to " + target_);
  const std::string beside = hidden_name(target_, std::to_string(getpid()));
  if (linkat(AT_FDCWD, self.c_str(), AT_FDCWD, beside.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    throw_errno("linkat: put the result to " + target_);
  }
  temporary_ = beside;
}

void Destination::finish(std::string_view text) {
  if (target_.empty()) return write_all(fd_, text, "give out the result");
  write_all(fd_, text, "put the result to " + target_);
  // Some file systems say only now that there was no room.
  if (fsync(fd_) != 0) throw_errno("fsync: put the result to " + target_);
  if (temporary_.empty()) give_name();
  if (temporary_.empty()) return;
  if (rename(temporary_.c_str(), target_.c_str()) != 0) {
    throw_errno("rename: put the result to " + target_);
  }
  temporary_.clear();
}

Destination::~Destination() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void reserve_standard_streams() noexcept {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // Open for reading only: a write still fails, as it should on a closed stream. The lowest free
    // number is the one that was closed.
    if (open("/dev/null", O_RDONLY) != fd) std::abort();
  }
}

void survive_file_size_limit() noexcept {
  signal(SIGXFSZ, SIG_IGN);
}

}  // namespace bulkhead
