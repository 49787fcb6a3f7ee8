// For what takes less than a millisecond, of which the kernel's choice of CPUs decides much: the
// middle of several says more than the luckiest.
#pragma once

#include <vector>

#include "runner/statistics/interval.hpp"

namespace bulkhead::bench {

/// A round of a Comparison: `once` answers nanoseconds.
template <class Once>
auto middle_of(Once once) {
  return [once] {
    constexpr int repeats = 21;
    std::vector<double> times;
    for (int repeat = 0; repeat < repeats; ++repeat) times.push_back(once());
    return median(times);
  };
}

}  // namespace bulkhead::bench
