// Time, as every process of a trial sees it: CLOCK_MONOTONIC is one clock for the whole machine, so
// stamps taken in different processes can be subtracted. See clock_gettime(2).
#pragma once

#include <sys/time.h>
#include <time.h>

#include <cstdint>

namespace bulkhead {

inline constexpr std::int64_t ns_per_second = 1'000'000'000;
inline constexpr std::int64_t ns_per_ms = 1'000'000;

/// Nanoseconds since an arbitrary moment before the trial. Async-signal-safe.
[[nodiscard]] inline std::int64_t monotonic_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * ns_per_second + now.tv_nsec;
}

/// CPU time that the calling thread has used. A system call, unlike the other clock.
[[nodiscard]] inline std::int64_t thread_cpu_ns() noexcept {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * ns_per_second + now.tv_nsec;
}

[[nodiscard]] constexpr std::int64_t to_ns(const timeval& time) noexcept {
  return std::int64_t{time.tv_sec} * ns_per_second + std::int64_t{time.tv_usec} * 1000;
}

/// An absolute moment after which a wait gives up. Every wait in bulkhead takes one.
struct Deadline {
  std::int64_t at_ns = 0;

  /// Long past: do not wait.
  [[nodiscard]] static constexpr Deadline at_once() noexcept { return {0}; }
  [[nodiscard]] static Deadline in(std::int64_t ns) noexcept { return {monotonic_ns() + ns}; }
  [[nodiscard]] bool passed() const noexcept { return monotonic_ns() >= at_ns; }
  /// Nanoseconds left, never negative.
  [[nodiscard]] std::int64_t left_ns() const noexcept {
    const std::int64_t left = at_ns - monotonic_ns();
    return left > 0 ? left : 0;
  }
  [[nodiscard]] timespec as_timespec() const noexcept {
    return {static_cast<time_t>(at_ns / ns_per_second), static_cast<long>(at_ns % ns_per_second)};
  }
};

}  // namespace bulkhead
