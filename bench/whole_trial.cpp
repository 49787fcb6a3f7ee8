#include "bench/whole_trial.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <stdexcept>

#include "runner/measure/cpus.hpp"
#include "runner/trial/compartments.hpp"
#include "runner/trial/watch.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::int64_t patience_ns = 60 * ns_per_second;

bool all_are(std::span<WorkerSlot> slots, WorkerState state) {
  return std::all_of(slots.begin(), slots.end(), [state](const WorkerSlot& slot) {
    return slot.state.load(std::memory_order_relaxed) == state;
  });
}

}  // namespace

Plan plan_of(std::string_view workload, std::string_view mode, std::uint32_t worker_count,
             std::uint64_t operations) {
  Plan plan;
  plan.workload = WorkloadRegistry::find(workload);
  for (const Parameter& parameter : plan.workload->parameters) {
    if (parameter.kind == ParameterKind::choice) {
      plan.parameters.set(parameter.name, std::string(parameter.default_text));
      continue;
    }
    std::int64_t number = 0;
    const std::string_view text = parameter.default_text;
    std::from_chars(text.data(), text.data() + text.size(), number);
    plan.parameters.set(parameter.name, number);
  }
  plan.worker_count = worker_count;
  plan.modes = {*make_mode(mode, worker_count)};
  plan.lock = "none";
  plan.extent.operations = operations;
  return plan;
}

TrialTimes run_whole(const Plan& plan, const std::vector<int>& cpus) {
  TrialMemory memory(plan, 1);
  Watch watch;
  const CompartmentSetup setup{
      plan, plan.modes[0], memory, 1, cpus, Deadline::in(patience_ns), watch.notice_fd(), {}};
  Compartments compartments(setup);
  const auto slots = memory.scoreboard().slots();
  const auto wait_for = [&](WorkerState state) {
    const Wake wake =
        watch.until(Deadline::in(patience_ns), compartments, [&] { return all_are(slots, state); });
    if (!all_are(slots, state)) {
      throw std::runtime_error("a trial of a comparison came to no end, wake " +
                               std::to_string(static_cast<int>(wake)));
    }
  };
  TrialTimes times;
  times.begun_ns = monotonic_ns();
  compartments.start_all();
  wait_for(WorkerState::ready);
  times.gate_ns = monotonic_ns();
  memory.scoreboard().control().gate.open();
  wait_for(WorkerState::done);
  for (const WorkerSlot& slot : slots) {
    times.last_first_ns = std::max(times.last_first_ns, slot.first_operation_ns.load());
    times.last_ended_ns = std::max(times.last_ended_ns, slot.ended_ns.load());
  }
  memory.scoreboard().control().leave.open();
  compartments.expect_ends();
  watch.until_gone(Deadline::in(patience_ns), compartments);
  return times;
}

std::vector<int> one_cpu() {
  return {usable_cpus().front()};
}

std::vector<int> two_cpus() {
  std::vector<int> cpus = usable_cpus();
  cpus.resize(std::min<std::size_t>(cpus.size(), 2));
  return cpus;
}

}  // namespace bulkhead::bench
