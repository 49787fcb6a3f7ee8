#include "runner/statistics/verdict.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace bulkhead {
namespace {

std::uint64_t rounds_until_interval(const RatioEstimate& estimate) {
  const std::size_t needed = smallest_sample(estimate.confidence);
  return needed > estimate.rounds ? needed - estimate.rounds : 1;
}

// The factor by which an end of the interval, `reach` away from its centre, has to come nearer to
// be at most `room` away: 1 if it is so already, 0 if it never can.
double shrink_to_fit(double reach, double room) {
  if (room <= 0) return 0;
  return reach <= room ? 1 : room / reach;
}

// Works with logarithms, where the interval shrinks towards the ratio from both sides alike.
std::uint64_t rounds_until_decided(const RatioEstimate& estimate, double margin) {
  const double centre = std::log(estimate.ratio);
  const double reach_down = centre - std::log(estimate.interval->low);
  const double reach_up = std::log(estimate.interval->high) - centre;
  const double limit = std::log1p(margin);

  const double to_exclude_1 = shrink_to_fit(centre > 0 ? reach_down : reach_up, std::abs(centre));
  const double to_be_same =
      std::min(shrink_to_fit(reach_down, limit + centre), shrink_to_fit(reach_up, limit - centre));
  const double shrink = std::max(to_exclude_1, to_be_same);
  assert(0 <= shrink && shrink <= 1);
  if (shrink == 0) return max_more_rounds;

  const auto rounds = static_cast<double>(estimate.rounds);
  const double more = std::ceil(rounds / (shrink * shrink) - rounds);
  return static_cast<std::uint64_t>(std::clamp(more, 1.0, double{max_more_rounds}));
}

}  // namespace

Judgement judge(const RatioEstimate& estimate, double margin) {
  assert(estimate.ratio > 0);
  assert(std::isfinite(margin) && margin >= 0);
  if (!estimate.interval) return {SpeedVerdict::cannot_tell, 0, rounds_until_interval(estimate)};
  const Interval& interval = *estimate.interval;
  assert(0 < interval.low && interval.low <= interval.high);
  if (1 / (1 + margin) <= interval.low && interval.high <= 1 + margin) {
    return {SpeedVerdict::same, std::max(interval.high, 1 / interval.low) - 1, 0};
  }
  if (interval.low > 1) return {SpeedVerdict::faster, 0, 0};
  if (interval.high < 1) return {SpeedVerdict::slower, 0, 0};
  return {SpeedVerdict::cannot_tell, 0, rounds_until_decided(estimate, margin)};
}

bool precise_enough(const RatioEstimate& estimate, double precision) {
  assert(estimate.ratio > 0);
  assert(precision >= 0);
  if (!estimate.interval) return false;
  return estimate.interval->high - estimate.interval->low <= 2 * precision * estimate.ratio;
}

}  // namespace bulkhead
