#include "runner/trial/output_capture.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/system_error.hpp"

namespace bulkhead {

OutputCapture::OutputCapture()
    : file_(memfd_create("bulkhead-output", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
  if (!file_.open()) throw_errno("memfd_create: keep the workers' output");
  // Sealed at its full size, the file refuses to grow: a write beyond the end fails with EPERM.
  if (ftruncate(file_.get(), most_bytes) != 0 ||
      fcntl(file_.get(), F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    throw_errno("fcntl(F_ADD_SEALS): bound the workers' output");
  }
  const UniqueFd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing.open()) throw_errno("open: read /dev/null as standard input");
  // All copies share one file offset, so the writers' texts follow one another.
  if (dup2(nothing.get(), STDIN_FILENO) < 0 || dup2(file_.get(), STDOUT_FILENO) < 0 ||
      dup2(file_.get(), STDERR_FILENO) < 0) {
    throw_errno("dup2: redirect the workers' output");
  }
}

std::string OutputCapture::text() const {
  std::string text(most_bytes, '\0');
  const ssize_t got = pread(file_.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  text.resize(text.find_last_not_of('\0') + 1);
  return text;
}

}  // namespace bulkhead
