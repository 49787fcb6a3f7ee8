// Tells when a warm-up has done its work: the rate of the last few slices hardly moves any more.
// For the trial's supervisor, which measures the slices; this class reads no clock. One thread.
#pragma once

#include <cstddef>
#include <vector>

namespace bulkhead {

class SteadyDetector {
 public:
  // Looks at the last `slice_count` slices and allows (max - min) / mean up to `tolerance`.
  // Requires slice_count >= 2, tolerance >= 0.
  explicit SteadyDetector(std::size_t slice_count = 4, double tolerance = 0.10);

  // The throughput of the next slice, in any unit that stays the same. Requires a finite rate >= 0.
  void add(double rate);

  // False until `slice_count` slices were added, and while one of the last ones had the rate zero:
  // workers that stand still are stuck, not warm.
  bool steady() const;

 private:
  std::vector<double> last_;  // [slice_count], ring of rates, next_ % slice_count = the oldest
  std::size_t next_ = 0;      // slices added so far
  double tolerance_;
};

}  // namespace bulkhead
