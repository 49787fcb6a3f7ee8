// What a comparison may claim: same, faster, slower, or that it cannot tell and how many more
// rounds it takes. For the summary of a comparison and for the loop that decides whether to go on.
// Pure; it never computes an interval and prints nothing.
#pragma once

#include <cstdint>

#include "runner/statistics/ratio.hpp"

namespace bulkhead {

enum class SpeedVerdict { same, faster, slower, cannot_tell };

struct Judgement {
  SpeedVerdict verdict;
  double within;              // for same: no interval end is further from 1 (0.004 = 0.4 %); else 0
  std::uint64_t more_rounds;  // for cannot_tell: 1..max_more_rounds; else 0
};

// Stands for "this many or more"; nobody plans further ahead.
inline constexpr std::uint64_t max_more_rounds = 9999;

// Judges by the interval alone, first rule first:
//
//   interval                                    verdict
//   lies within 1 / (1 + margin)..1 + margin    same
//   lies above 1                                faster (the candidate)
//   lies below 1                                slower
//   otherwise, or if there is none              cannot_tell
//
// The margin is symmetric as a ratio, so that swapping the sides keeps a verdict of same, and
// distances from 1 are taken the same way: that of 0.8 is 1 / 0.8 - 1 = 0.25.
//
// more_rounds is an estimate: the ratio stays, the interval shrinks with the square root of the
// rounds until the nearer goal is met, to exclude 1 or to fit into the margin. Without an interval:
// the rounds missing to have one.
// Requires a margin that is finite and >= 0; 0 lets only the interval [1, 1] be the same.
Judgement judge(const RatioEstimate& estimate, double margin);

// Whether half the interval's width is at most `precision` times the ratio. Without an interval
// nothing is precise. Requires precision >= 0.
bool precise_enough(const RatioEstimate& estimate, double precision);

}  // namespace bulkhead
