#include "runner/measure/read_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "ipc/unique_fd.hpp"

namespace bulkhead {

std::string read_file(const std::string& path) {
  constexpr std::size_t most_bytes = std::size_t{64} * 1024;
  std::string content;
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.open()) return content;
  char piece[4096];
  while (content.size() < most_bytes) {
    const ssize_t got = read(fd.get(), piece, sizeof piece);
    if (got <= 0) break;
    content.append(piece, static_cast<std::size_t>(got));
  }
  return content;
}

}  // namespace bulkhead
