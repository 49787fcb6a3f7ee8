// Memory that a trial's processes inherit at one address: mapped before the first fork, never
// grown, never named in a file system, so that nothing can be left behind whoever dies.
#pragma once

#include <cstddef>
#include <span>

#include "ipc/unique_fd.hpp"

namespace bulkhead {

/// How a region behaves across fork(2): one object for everybody, or a copy for each process.
enum class Sharing { shared, copied };

/// Owns one mapping of zeroed pages. Move-only; unmaps in the process that destroys it and in no
/// other. Pages are charged when touched, so a large region is cheap until it is used.
class Region {
 public:
  /// Maps at least `bytes` (rounded up to whole pages); a shared region is a memfd sealed against
  /// resizing, so that no worker can pull the pages from under the others, and is left out of core
  /// dumps. `name` shows in /proc/PID/maps. Throws std::system_error when the system refuses.
  Region(Sharing sharing, std::size_t bytes, const char* name);
  ~Region();
  Region(Region&& other) noexcept;
  Region& operator=(Region&&) = delete;
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size_bytes() const noexcept { return size_bytes_; }
  [[nodiscard]] bool contains(const void* address) const noexcept;

 private:
  std::byte* data_ = nullptr;
  std::size_t size_bytes_ = 0;
};

[[nodiscard]] std::size_t page_bytes() noexcept;

}  // namespace bulkhead
