// A worker's own memory, at an address that no other worker has. Forked processes map at equal
// addresses, and caches that choose their place by virtual address let equal ones collide: a
// difference between the modes that is none of the walls'.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

#include "ipc/cache_line.hpp"
#include "ipc/region.hpp"
#include "workloads/random.hpp"

namespace bulkhead {

/// Zeroed private memory of one worker, not yet touched. Move-only, like the region it owns.
class OwnMemory {
 public:
  /// `seed`: the worker's own, from which the shift is drawn: whole pages, and a few lines within
  /// the first. Throws std::system_error.
  OwnMemory(std::size_t bytes, std::uint64_t seed)
      : region_(Sharing::copied, bytes + largest_shift_pages * page_bytes(), "worker's own memory"),
        bytes_(bytes) {
    const std::size_t pages = mix(seed, 1) % (largest_shift_pages - 1);
    const std::size_t lines = mix(seed, 2) % (page_bytes() / cache_line_bytes);
    shift_bytes_ = pages * page_bytes() + lines * cache_line_bytes;
    // Whether the kernel finds a huge page at hand must not decide.
    madvise(region_.data(), region_.size_bytes(), MADV_NOHUGEPAGE);
  }

  [[nodiscard]] std::byte* data() const noexcept { return region_.data() + shift_bytes_; }
  [[nodiscard]] std::size_t size_bytes() const noexcept { return bytes_; }

  /// As an array of T that has not been constructed yet.
  template <class T>
  [[nodiscard]] T* as() const noexcept {
    static_assert(alignof(T) <= cache_line_bytes);
    return reinterpret_cast<T*>(data());
  }

 private:
  static constexpr std::size_t largest_shift_pages = 1024;

  Region region_;
  std::size_t bytes_;
  std::size_t shift_bytes_ = 0;
};

}  // namespace bulkhead
