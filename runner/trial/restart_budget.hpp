// How often and how soon a compartment may be started again: Erlang/OTP's restart intensity, with a
// back-off that doubles. Knows no clock: time is an argument.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "runner/plan/plan.hpp"
#include "runner/trial/own_pages.hpp"

namespace bulkhead {

class RestartBudget {
 public:
  explicit RestartBudget(const RestartLimits& limits = {}) : limits_(limits) {}

  /// Takes now what memory it will need, so that it need not after a death.
  void make_ready() {
    constexpr std::uint32_t usual = 16;
    spent_ns_.reserve(std::min(limits_.at_most, usual));
    take_back_pages(spent_ns_);
  }

  /// When a compartment that died at this moment may start again, which counts as a restart;
  /// nothing when there were too many within the period. The first restart of a period is at once.
  [[nodiscard]] std::optional<std::int64_t> next_start_ns(std::int64_t died_ns) {
    std::erase_if(spent_ns_,
                  [&](std::int64_t at_ns) { return died_ns - at_ns >= limits_.period_ns; });
    if (spent_ns_.size() >= limits_.at_most) return std::nullopt;
    const std::int64_t back_off_ns = back_off(spent_ns_.size());
    spent_ns_.push_back(died_ns);
    return died_ns + back_off_ns;
  }

 private:
  [[nodiscard]] std::int64_t back_off(std::size_t restarts_before) const noexcept {
    if (restarts_before == 0) return 0;
    const std::size_t doublings = std::min<std::size_t>(restarts_before - 1, 30);
    return std::min(limits_.first_back_off_ns << doublings, limits_.longest_back_off_ns);
  }

  RestartLimits limits_;
  std::vector<std::int64_t> spent_ns_;  // When it was started again within the period.
};

/// Whether the death of compartment `dead` makes `other` start again, too. Pure.
[[nodiscard]] inline bool restarts_with(RestartPolicy policy, std::uint32_t dead,
                                        std::uint32_t other) noexcept {
  switch (policy) {
    case RestartPolicy::never:
      return false;
    case RestartPolicy::one_for_one:
      return other == dead;
    case RestartPolicy::one_for_all:
      return true;
    case RestartPolicy::rest_for_one:
      return other >= dead;
  }
  return false;
}

}  // namespace bulkhead
