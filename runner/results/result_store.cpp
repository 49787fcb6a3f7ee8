#include "runner/results/result_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "ipc/system_error.hpp"

namespace bulkhead {
namespace {

constexpr mode_t usual_mode = 0666;

std::string file_in(const std::string& directory) {
  return directory + "/" + std::string(results_file);
}

void sync_directory(const std::string& directory) {
  const UniqueFd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.open()) throw_errno("open: keep results in " + directory);
  // Some file systems cannot do that for a directory, and need not.
  if (fsync(fd.get()) != 0 && errno != EINVAL) throw_errno("fsync: keep results in " + directory);
}

/// Writes all of it; false, with errno, when there is no room.
bool write_whole(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

ResultStore::ResultStore(const std::string& directory) : directory_(directory) {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) throw std::system_error(error, "mkdir: keep results in " + directory_);
  lock();
  const UniqueFd file(open(file_in(directory_).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, usual_mode));
  if (!file.open()) throw_errno("open: write to " + file_in(directory_));
  sync_directory(directory_);
  found_ = read_results(directory_);
  if (found_.torn_bytes > 0 && ftruncate(file.get(), static_cast<off_t>(found_.whole_bytes)) != 0) {
    throw_errno("ftruncate: cut a torn line off " + file_in(directory_));
  }
}

void ResultStore::lock() {
  const std::string path = directory_ + "/lock";
  lock_ = UniqueFd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, usual_mode));
  if (!lock_.open()) throw_errno("open: lock " + directory_);
  // A record lock belongs to the process, not to the open file: the children that this process
  // forks do not share it, and none of them can keep it when we are gone. See fcntl(2).
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (fcntl(lock_.get(), F_SETLK, &whole) == 0) return;
  if (errno != EACCES && errno != EAGAIN) throw_errno("fcntl: lock " + directory_);
  struct flock holder = whole;
  const bool known = fcntl(lock_.get(), F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK;
  throw ResultsBusy("another bulkhead is writing to " + directory_ +
                    (known ? ": process " + std::to_string(holder.l_pid) : ""));
}

void ResultStore::append(std::string_view line) {
  const std::string path = file_in(directory_);
  const std::string wish = "keep a result in " + path;
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!file.open()) throw_errno("open: " + wish);
  struct stat before {};
  if (fstat(file.get(), &before) != 0) throw_errno("fstat: " + wish);
  if (write_whole(file.get(), line) && fdatasync(file.get()) == 0) return;
  const int error = errno;
  // A part of a line would be dropped by whoever reads it; without it there is nothing to drop.
  [[maybe_unused]] const int ignored = ftruncate(file.get(), before.st_size);
  throw_error(error, "write: " + wish);
}

}  // namespace bulkhead
