#include "runner/trial/speed_follower.hpp"

#include <utility>

namespace bulkhead {

void SpeedFollower::add(Progress now, bool struck) {
  if (!begin_) begin_ = now;
  if (last_ && now.at_ns - last_->at_ns < slice_ns) return;
  if (last_ && struck_) {
    const bool fast = rate_between(*last_, now) >= enough * rate_before_;
    if (!fast || rate_before_ <= 0) {
      back_ns_ = 0;
    } else if (back_ns_ == 0) {
      back_ns_ = now.at_ns;
    }
  } else if (struck) {
    // The slice in which it struck belongs to neither side.
    if (last_ && last_->at_ns - begin_->at_ns >= slice_ns) {
      rate_before_ = rate_between(*begin_, *last_);
    }
    struck_ = true;
  }
  last_ = std::move(now);
}

}  // namespace bulkhead
