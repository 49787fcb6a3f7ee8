#include "tests/small_plan.hpp"

#include <cassert>
#include <charconv>
#include <map>

#include "runner/experiment.hpp"
#include "runner/options/fault_settings.hpp"
#include "tests/time_units.hpp"

namespace bulkhead {
namespace {

/// The number of a default text such as "64" or "16K".
std::int64_t default_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  assert(error == std::errc());
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::map<std::string_view, std::int64_t> units{
      {"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"us", 1'000}, {"ms", ms}, {"s", 1'000 * ms}};
  assert(units.contains(unit));
  return number * units.at(unit);
}

/// Parameters whose default is a number, or a word.
void set_default(ParameterValues& values, const Parameter& parameter) {
  switch (parameter.kind) {
    case ParameterKind::choice:
    case ParameterKind::text_files:
      return values.set(parameter.name, std::string(parameter.default_text));
    case ParameterKind::count:
    case ParameterKind::bytes:
    case ParameterKind::duration:
      return values.set(parameter.name, default_number(parameter.default_text));
  }
}

}  // namespace

Plan small_plan(std::string_view workload, std::uint32_t worker_count,
                const std::vector<std::string>& modes) {
  Plan plan;
  plan.workload = WorkloadRegistry::find(workload);
  assert(plan.workload != nullptr);
  for (const Parameter& parameter : plan.workload->parameters) {
    set_default(plan.parameters, parameter);
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
  plan.faults.push_back({std::string(fault), entry, worker, trigger, default_settings(*entry)});
}

std::vector<TrialRecord> trials_of(const Plan& plan) {
  return run_experiment(plan, [](const ProgressState&) {}).trials;
}

}  // namespace bulkhead
