#include "runner/batch/batch_plan.hpp"

#include <algorithm>

#include "ipc/clock.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t usual_warm_up_ns = 60 * ns_per_ms;
constexpr std::int64_t unknown_work_ns = 1'000 * ns_per_ms;  // --operations says no time.
constexpr std::int64_t around_ns = 15 * ns_per_ms;           // Forking, judging, reaping.
constexpr std::int64_t per_worker_ns = ns_per_ms;

}  // namespace

std::string_view to_text(BatchOrder order) noexcept {
  switch (order) {
    case BatchOrder::listed:
      return "listed";
    case BatchOrder::random:
      return "random";
    case BatchOrder::interleaved:
      return "interleaved";
  }
  return "";
}

std::uint64_t most_trials(const Plan& plan) noexcept {
  return std::uint64_t{plan.rounds.at_most} * plan.modes.size() * (plan.faults.empty() ? 1 : 2);
}

std::int64_t planned_trial_ns(const Plan& plan) noexcept {
  const std::int64_t warm_up_ns = plan.warm_up.end == WarmUp::End::fixed
                                      ? plan.warm_up.at_most_ns
                                      : std::min(plan.warm_up.at_most_ns, usual_warm_up_ns);
  const std::int64_t window_ns = plan.extent.operations
                                     ? std::min(plan.trial_timeout_ns, unknown_work_ns)
                                     : warm_up_ns + plan.extent.duration_ns;
  return window_ns + around_ns + per_worker_ns * plan.worker_count;
}

}  // namespace bulkhead
