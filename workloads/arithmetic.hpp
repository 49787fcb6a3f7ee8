// Work for the sake of its time: what a workload computes when it is not about computing.
#pragma once

#include <cstdint>

namespace bulkhead {

/// A chain of multiplications that the compiler can neither shorten nor vectorise (constants of
/// Knuth's MMIX generator).
inline std::uint64_t multiply_on(std::uint64_t value, std::uint64_t steps) noexcept {
  for (std::uint64_t step = 0; step < steps; ++step) {
    value = value * 6364136223846793005u + 1442695040888963407u;
    asm volatile("" : "+r"(value));
  }
  return value;
}

}  // namespace bulkhead
