// How often a compartment may be started again: Erlang/OTP's restart intensity. Pure; time is an
// argument.
#pragma once

#include <cstdint>
#include <deque>

namespace bulkhead {

class RestartBudget {
 public:
  static constexpr std::uint32_t restarts_at_most = 5;
  static constexpr std::int64_t period_ns = 10'000'000'000;

  /// Whether one more restart is allowed at this moment, and if so, counts it.
  [[nodiscard]] bool spend(std::int64_t now_ns) {
    while (!spent_ns_.empty() && now_ns - spent_ns_.front() >= period_ns) spent_ns_.pop_front();
    if (spent_ns_.size() >= restarts_at_most) return false;
    spent_ns_.push_back(now_ns);
    return true;
  }

 private:
  std::deque<std::int64_t> spent_ns_;
};

}  // namespace bulkhead
