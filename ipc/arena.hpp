// The workload's shared state: one region with Boost.Interprocess's allocator in it.
//
// Made by the trial supervisor before the first fork, used by every worker, never by the runner. It
// lies at one address in every process of a trial, so plain pointers into it hold and the
// standard's own containers would work on it; the pointer type is a template parameter of the
// allocator for the day a worker is started by exec. It never grows, and holds no pointer to what
// lies outside.
//
// The allocator is locked by a robust mutex, unlike that of Boost's own managed_external_buffer.
// When a worker dies inside it, its tree may be half changed, so the arena is poisoned: every later
// allocation throws ArenaPoisoned. Nothing is "recovered" that cannot be checked.
#pragma once

#include <pthread.h>
#include <boost/interprocess/allocators/allocator.hpp>
#include <boost/interprocess/containers/map.hpp>
#include <boost/interprocess/containers/string.hpp>
#include <boost/interprocess/containers/vector.hpp>
#include <boost/interprocess/indexes/iset_index.hpp>
#include <boost/interprocess/managed_external_buffer.hpp>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>

#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>

#include "ipc/region.hpp"

namespace bulkhead {

/// A worker died inside the arena's allocator, so its free lists cannot be trusted any more.
class ArenaPoisoned : public std::runtime_error {
 public:
  ArenaPoisoned() : std::runtime_error("a worker died inside the arena's allocator") {}
};

/// The mutex that Boost's allocator locks. Recursive, since named construction locks twice.
class ArenaMutex {
 public:
  ArenaMutex();
  void lock();
  void unlock();
  template <class Time>
  bool timed_lock(const Time&) = delete;  // Never used by the allocator; must not appear.

 private:
  pthread_mutex_t mutex_;
};

struct ArenaMutexFamily {
  using mutex_type = ArenaMutex;
  using recursive_mutex_type = ArenaMutex;
};

using ArenaBuffer = boost::interprocess::basic_managed_external_buffer<
    char, boost::interprocess::rbtree_best_fit<ArenaMutexFamily, void*>,
    boost::interprocess::iset_index>;

template <class T>
using ArenaAllocator = boost::interprocess::allocator<T, ArenaBuffer::segment_manager>;

using ArenaString =
    boost::interprocess::basic_string<char, std::char_traits<char>, ArenaAllocator<char>>;
template <class T>
using ArenaVector = boost::interprocess::vector<T, ArenaAllocator<T>>;
template <class Key, class Value, class Compare>
using ArenaMap =
    boost::interprocess::map<Key, Value, Compare, ArenaAllocator<std::pair<const Key, Value>>>;

class Arena {
 public:
  /// Throws std::system_error when the memory cannot be mapped.
  explicit Arena(std::size_t bytes);

  /// Makes a T that lives as long as the arena. Nobody destroys it: the kernel takes the pages back
  /// with the trial. Throws boost::interprocess::bad_alloc when full, ArenaPoisoned.
  template <class T, class... Arguments>
  T* construct(Arguments&&... arguments) {
    return new (allocate_aligned(sizeof(T), alignof(T))) T(std::forward<Arguments>(arguments)...);
  }

  /// Makes an array of `count` value-initialised T, aligned as T asks.
  template <class T>
  T* construct_array(std::size_t count) {
    T* first = static_cast<T*>(allocate_aligned(count * sizeof(T), alignof(T)));
    for (std::size_t index = 0; index < count; ++index) new (first + index) T();
    return first;
  }

  /// Raw memory, aligned to a power of two. The same errors.
  [[nodiscard]] void* allocate_aligned(std::size_t bytes, std::size_t alignment) {
    return buffer_.allocate_aligned(bytes, alignment);
  }

  template <class T>
  [[nodiscard]] ArenaAllocator<T> allocator() {
    return ArenaAllocator<T>(buffer_.get_segment_manager());
  }

  [[nodiscard]] bool contains(const void* address) const noexcept {
    return region_.contains(address);
  }
  /// Empties it, in place, and gives its pages back. Supervisor only, while nobody else has a use
  /// for it. Throws std::system_error.
  void reset();

  [[nodiscard]] std::span<std::byte> bytes() const noexcept {
    return {region_.data(), region_.size_bytes()};
  }
  [[nodiscard]] std::size_t size_bytes() const noexcept { return region_.size_bytes(); }
  [[nodiscard]] std::size_t free_bytes() const { return buffer_.get_free_memory(); }

 private:
  Region region_;
  ArenaBuffer buffer_;
};

}  // namespace bulkhead
