#include "tests/small_plan.hpp"

#include <cassert>
#include <charconv>

#include "runner/faults/fault.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t ms = 1'000'000;

/// The number of a default text such as "64" or "16K".
std::int64_t default_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  assert(error == std::errc());
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  assert(unit.empty() || unit == "K");
  return unit == "K" ? number * 1024 : number;
}

}  // namespace

Plan small_plan(std::string_view workload, std::uint32_t worker_count,
                const std::vector<std::string>& modes) {
  Plan plan;
  plan.workload = WorkloadRegistry::find(workload);
  assert(plan.workload != nullptr);
  for (const Parameter& parameter : plan.workload->parameters) {
    switch (parameter.kind) {
      case ParameterKind::choice:
      case ParameterKind::text_files:
        plan.parameters.set(parameter.name, std::string(parameter.default_text));
        break;
      case ParameterKind::count:
      case ParameterKind::bytes:
      case ParameterKind::duration:
        plan.parameters.set(parameter.name, default_number(parameter.default_text));
        break;
    }
  }
  plan.worker_count = worker_count;
  for (const std::string& name : modes) {
    const auto mode = make_mode(name, worker_count);
    assert(mode);
    plan.modes.push_back(*mode);
  }
  plan.lock = plan.workload->default_lock;
  plan.extent.duration_ns = 30 * ms;
  plan.warm_up = {WarmUp::End::fixed, 10 * ms};
  plan.rounds = {1, 1, std::nullopt};
  plan.seed = 42;
  plan.pin = PinPolicy::none;
  plan.start_timeout_ns = 30'000 * ms;
  plan.trial_timeout_ns = 60'000 * ms;
  return plan;
}

void arm(Plan& plan, std::string_view fault, std::uint32_t worker, Trigger trigger) {
  const FaultEntry* entry = FaultRegistry::find(fault);
  assert(entry != nullptr);
  plan.faults.push_back({std::string(fault), entry, worker, trigger});
}

}  // namespace bulkhead
