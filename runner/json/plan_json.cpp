#include "runner/json/plan_json.hpp"

#include "runner/faults/fault.hpp"
#include "runner/json/json_archive.hpp"
#include "runner/json/json_changes.hpp"

namespace bulkhead {

template <>
inline const auto json_names<SpinPolicy> = named_by_text({SpinPolicy::bounded, SpinPolicy::pure});
template <>
inline const auto json_names<PinPolicy> = named_by_text({PinPolicy::spread, PinPolicy::same,
                                                         PinPolicy::none});
template <>
inline const auto json_names<LibcState> = named_by_text({LibcState::equal, LibcState::native});
template <>
inline const auto json_names<RestartPolicy> = named_by_text({RestartPolicy::never,
                                                             RestartPolicy::one_for_one,
                                                             RestartPolicy::one_for_all,
                                                             RestartPolicy::rest_for_one});
template <>
inline const auto json_names<SharedPolicy> =
    named_by_text({SharedPolicy::keep, SharedPolicy::repair, SharedPolicy::reset});
template <>
inline const auto json_names<RunnerPriority> = named_by_text(
    {RunnerPriority::automatic, RunnerPriority::fifo, RunnerPriority::slice, RunnerPriority::none});
template <>
inline const auto json_names<SelfRecovery> = named_by_text({SelfRecovery::none,
                                                            SelfRecovery::siglongjmp});
template <>
inline const auto json_names<FaultTarget> = named_by_text({FaultTarget::worker, FaultTarget::holder,
                                                           FaultTarget::waiter,
                                                           FaultTarget::runner});
template <>
inline const auto json_names<TriggerKind> = named_by_text(
    {TriggerKind::operation, TriggerKind::moment, TriggerKind::in_section, TriggerKind::repair_step,
     TriggerKind::lock_wait, TriggerKind::probability, TriggerKind::startup,
     TriggerKind::before_gate, TriggerKind::on_restart, TriggerKind::at_exit});
template <>
inline constexpr auto json_names<WarmUp::End> =
    std::array{JsonName<WarmUp::End>{WarmUp::End::steady, "steady"},
               JsonName<WarmUp::End>{WarmUp::End::fixed, "fixed"}};

template <class Archive>
void fields(Archive& archive, Mode& mode) {
  archive("name", mode.name);
  archive("compartments", mode.compartments);
  archive("workers_each", mode.workers_each);
}

template <class Archive>
void fields(Archive& archive, WarmUp& warm_up) {
  archive("until", warm_up.end);
  archive("at_most_ns", warm_up.at_most_ns);
}

template <class Archive>
void fields(Archive& archive, Rounds& rounds) {
  archive("at_least", rounds.at_least);
  archive("at_most", rounds.at_most);
  archive("precision_share", rounds.precision);
}

template <class Archive>
void fields(Archive& archive, RestartLimits& limits) {
  archive("restarts", limits.at_most);
  archive("period_ns", limits.period_ns);
  archive("first_back_off_ns", limits.first_back_off_ns);
  archive("longest_back_off_ns", limits.longest_back_off_ns);
}

bool has_step(TriggerKind kind) {
  return kind == TriggerKind::in_section || kind == TriggerKind::repair_step;
}

template <class Archive>
void fields(Archive& archive, FaultPlan& fault) {
  archive("text", fault.text);
  archive("name", fault.entry);
  archive("target", fault.target);
  archive("worker_index", fault.worker);
  archive.parameters("parameters", fault.parameters, fault.entry->parameters);
  archive("trigger", fault.trigger.kind);
  Trigger& trigger = fault.trigger;
  if (trigger.kind == TriggerKind::operation) archive("operation", trigger.operation);
  if (needs_sign(trigger.kind)) archive("after_ns", trigger.after_ns);
  if (has_step(trigger.kind)) archive("step", trigger.step);
  if (trigger.kind == TriggerKind::probability) archive("probability", trigger.probability);
}

template <class Archive>
void fields(Archive& archive, Plan& plan) {
  archive("workload", plan.workload);
  archive.parameters("parameters", plan.parameters, plan.workload->parameters);
  archive("modes", plan.modes);
  archive("worker_count", plan.worker_count);
  archive("lock", plan.lock);
  archive("spin", plan.spin);
  archive("operations", plan.extent.operations);
  // A trial has an amount of work or a length.
  if (!plan.extent.operations) archive("duration_ns", plan.extent.duration_ns);
  archive("warm_up", plan.warm_up);
  archive("rounds", plan.rounds);
  archive("seed", plan.seed);
  archive("pin", plan.pin);
  archive("libc", plan.libc);
  archive("faults", plan.faults);
  archive("restart", plan.restart);
  archive("restart_limit", plan.restart_limits);
  archive("shared", plan.shared);
  archive("recover", plan.recover);
  archive.unless_zero("runner_priority", plan.runner_priority);
  archive("spares", plan.spares);
  archive("stall_timeout_ns", plan.stall_timeout_ns);
  archive("same_within_share", plan.same_within);
  archive("confidence", plan.confidence);
  archive("start_timeout_ns", plan.start_timeout_ns);
  archive.unless_zero("drain_timeout_ns", plan.drain_timeout_ns);
  archive("trial_timeout_ns", plan.trial_timeout_ns);
}

Json to_json(const Plan& plan) {
  Plan copy = plan;
  JsonWriter writer;
  fields(writer, copy);
  return std::move(writer.json);
}

Plan plan_from_json(const Json& json) {
  if (!json.is_object()) json_damaged("the plan is not an object");
  Plan plan;
  JsonReader reader(json);
  fields(reader, plan);
  if (plan.modes.empty()) json_damaged("the plan has no modes");
  for (const Mode& mode : plan.modes) {
    if (mode.worker_count() != plan.worker_count || plan.worker_count == 0) {
      json_damaged("mode " + mode.name + " does not make the workers of its plan");
    }
  }
  return plan;
}

std::vector<std::string> plan_changes(const Plan& before, const Plan& now) {
  return json_changes(to_json(before), to_json(now));
}

}  // namespace bulkhead
