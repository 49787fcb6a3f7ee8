// A word of shared memory that is read and written by plain machine instructions: no atomic
// read-modify-write, no fence. What a program without atomics does, but without the undefined
// behaviour that a data race is in C++, so that neither the optimiser nor a sanitizer spoils it.
#pragma once

#include <atomic>

namespace bulkhead {

template <class T>
class PlainWord {
 public:
  [[nodiscard]] T get() const noexcept {
    return word_.load(std::memory_order_relaxed);  // Ordering is the lock's business.
  }
  void set(T value) noexcept { word_.store(value, std::memory_order_relaxed); }

 private:
  static_assert(std::atomic<T>::is_always_lock_free);
  std::atomic<T> word_{};
};

/// Keeps the compiler from moving stores across, so that whoever finds the memory after a crash at
/// this point finds all that was stored before. The processor keeps its own order for that.
inline void crash_point() noexcept {
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

}  // namespace bulkhead
