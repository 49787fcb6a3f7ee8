#include "runner/options/trigger_specs.hpp"

#include <fmt/format.h>

#include "runner/options/fault_text.hpp"

namespace bulkhead {

const std::array<TriggerSpec, 11>& trigger_specs() {
  static const std::array<TriggerSpec, 11> specs{{
      {to_text(TriggerKind::operation), TriggerKind::operation, TriggerValue::needed, "N",
       "before operation number N of the worker, from 0"},
      {to_text(TriggerKind::moment), TriggerKind::moment, TriggerValue::needed, "T",
       "T ms after the measured window opens"},
      {to_text(TriggerKind::in_section), TriggerKind::in_section, TriggerValue::optional, "T",
       "inside the next critical section, the update half done"},
      {trigger_step_key, TriggerKind::in_section, TriggerValue::needed, "K",
       "at the K-th step of the next critical section, from 1"},
      {to_text(TriggerKind::repair_step), TriggerKind::repair_step, TriggerValue::needed, "K",
       "at the K-th step of the worker's first repair"},
      {to_text(TriggerKind::lock_wait), TriggerKind::lock_wait, TriggerValue::optional, "T",
       "while the worker waits for a lock"},
      {to_text(TriggerKind::probability), TriggerKind::probability, TriggerValue::needed, "X",
       "before each operation with probability X, by the seed"},
      {to_text(TriggerKind::startup), TriggerKind::startup, TriggerValue::none, "",
       "first thing in the worker"},
      {to_text(TriggerKind::before_gate), TriggerKind::before_gate, TriggerValue::none, "",
       "when it is ready, in front of the start gate"},
      {to_text(TriggerKind::on_restart), TriggerKind::on_restart, TriggerValue::none, "",
       "in each replacement, before its first operation"},
      {to_text(TriggerKind::at_exit), TriggerKind::at_exit, TriggerValue::none, "",
       "when its work is done, on the way out"},
  }};
  return specs;
}

std::vector<TriggerHelp> trigger_helps() {
  std::vector<TriggerHelp> helps;
  for (const TriggerSpec& spec : trigger_specs()) {
    std::string form(spec.key);
    if (spec.value == TriggerValue::needed) form += fmt::format("={}", spec.letter);
    if (spec.value == TriggerValue::optional) form += fmt::format("[={}]", spec.letter);
    helps.push_back({std::move(form), spec.help});
  }
  return helps;
}

}  // namespace bulkhead
