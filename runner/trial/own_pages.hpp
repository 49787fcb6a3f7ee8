// A fork leaves every page of the parent's own memory to be copied when the parent next writes to
// it. Whoever must be quick later, as a supervisor between a death and its replacement, takes the
// pages that it will write to back while nobody waits for it.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ipc/region.hpp"

namespace bulkhead {

/// Copies the pages of [begin, begin + bytes) now. A kernel that cannot (MADV_POPULATE_WRITE came
/// with Linux 5.14) leaves them as they are, which costs time later and nothing else.
inline void take_back_pages(const void* begin, std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE
  const std::uintptr_t mask = page_bytes() - 1;
  const std::size_t before = reinterpret_cast<std::uintptr_t>(begin) & mask;
  auto* const first = static_cast<char*>(const_cast<void*>(begin)) - before;
  madvise(first, (before + bytes + mask) & ~mask, MADV_POPULATE_WRITE);
#endif
}

template <class T>
void take_back_pages(const std::vector<T>& elements) noexcept {
  if (elements.capacity() != 0) take_back_pages(elements.data(), elements.capacity() * sizeof(T));
}

}  // namespace bulkhead
