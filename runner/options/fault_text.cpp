#include "runner/options/fault_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/faults/fault.hpp"
#include "runner/options/suggest.hpp"
#include "runner/options/units.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view trigger_form = "op=N, ms=T or in-lock[=T]";
constexpr std::string_view operation_key = "op";
constexpr std::string_view moment_key = "ms";
constexpr std::string_view section_key = "in-lock";

/// Cut at '@' and ':'; empty where a part is missing.
struct FaultParts {
  std::string_view name;
  std::optional<std::string_view> worker;
  std::optional<std::string_view> trigger;
};

FaultParts cut(std::string_view text) {
  FaultParts parts;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    parts.trigger = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    parts.worker = text.substr(at + 1);
    text = text.substr(0, at);
  }
  parts.name = text;
  return parts;
}

bool lacks_section(const FaultSurroundings& surroundings) {
  return surroundings.workload != nullptr && surroundings.workload->takes_lock == TakesLock::no;
}

const FaultEntry* find_fault(std::string_view name, std::string& problem) {
  const FaultEntry* entry = FaultRegistry::find(name);
  if (entry != nullptr) return entry;
  std::vector<std::string_view> names;
  for (const FaultEntry& known : FaultRegistry::all()) names.push_back(known.name);
  problem = fmt::format("{} is no fault: {}{}", in_quotes(name), any_of_text(names),
                        suggestion(name, names));
  return nullptr;
}

std::uint32_t read_worker(const std::optional<std::string_view>& text,
                          const FaultSurroundings& surroundings, std::string& problem) {
  const std::optional<std::uint32_t> count = surroundings.worker_count;
  if (!text) return count == 1u ? 0 : 1;
  const Checked<std::int64_t> number = parse_count(*text);
  if (!number.ok()) {
    problem = fmt::format("the worker {} {}", in_quotes(*text), number.problem);
  } else if (count && *number.value >= *count) {
    problem = fmt::format("there is no worker {}: {} of them count from 0 to {}", *number.value,
                          *count, *count - 1);
  } else if (number.value.value() <= std::int64_t{UINT32_MAX}) {
    return static_cast<std::uint32_t>(*number.value);
  }
  return 0;
}

/// A time after the window opens: milliseconds, unless it has a unit.
std::int64_t read_moment(std::string_view text, const FaultSurroundings& surroundings,
                         std::string& problem) {
  const bool is_bare = !text.empty() && text.find_first_not_of("0123456789.") == text.npos;
  const Checked<std::int64_t> time =
      parse_duration_ns(is_bare ? fmt::format("{}ms", text) : std::string(text));
  if (!time.ok()) {
    problem = fmt::format("the time {} {}", in_quotes(text), time.problem);
    return 0;
  }
  if (surroundings.window_ns && *time.value >= *surroundings.window_ns) {
    problem = fmt::format("would strike {} after the window opens, which lasts {}",
                          exact_duration(*time.value), exact_duration(*surroundings.window_ns));
  }
  return *time.value;
}

Trigger read_trigger(std::string_view text, const FaultSurroundings& surroundings,
                     std::string& problem) {
  Trigger trigger;
  const std::size_t equals = text.find('=');
  const std::string_view key = text.substr(0, equals);
  const bool has_value = equals != text.npos;
  const std::string_view value = has_value ? text.substr(equals + 1) : std::string_view();
  if (key == operation_key && has_value) {
    trigger.kind = TriggerKind::operation;
    const Checked<std::int64_t> number = parse_count(value);
    if (number.ok()) {
      trigger.operation = static_cast<std::uint64_t>(*number.value);
    } else {
      problem = fmt::format("the operation {} {}", in_quotes(value), number.problem);
    }
  } else if (key == moment_key && has_value) {
    trigger.kind = TriggerKind::moment;
    trigger.after_ns = read_moment(value, surroundings, problem);
  } else if (key == section_key) {
    trigger.kind = TriggerKind::in_section;
    trigger.after_ns = has_value ? read_moment(value, surroundings, problem) : 0;
    if (lacks_section(surroundings)) {
      problem = fmt::format("{} has no critical section to strike in", surroundings.workload->name);
    }
  } else if (key == operation_key || key == moment_key) {
    problem = fmt::format("{} needs a number: {}", key, trigger_form);
  } else {
    problem = fmt::format("{} is no trigger: {}{}", in_quotes(text), trigger_form,
                          suggestion(key, {operation_key, moment_key, section_key}));
  }
  return trigger;
}

Trigger default_trigger(const FaultSurroundings& surroundings) {
  Trigger trigger;
  if (surroundings.window_ns) {
    trigger.after_ns = std::min(trigger.after_ns, *surroundings.window_ns / 4);
  }
  return trigger;
}

}  // namespace

std::optional<FaultPlan> read_fault(std::string_view text, std::string_view where,
                                    const FaultSurroundings& surroundings, Mistakes& mistakes) {
  const FaultParts parts = cut(text);
  FaultPlan fault;
  fault.text = text;
  std::string name_problem, worker_problem, trigger_problem;
  fault.entry = find_fault(parts.name, name_problem);
  if (fault.entry != nullptr && fault.entry->needs_section == NeedsSection::yes &&
      lacks_section(surroundings)) {
    name_problem = fmt::format("{} means nothing in {}, which has no critical section",
                               in_quotes(parts.name), surroundings.workload->name);
  }
  fault.worker = read_worker(parts.worker, surroundings, worker_problem);
  fault.trigger = parts.trigger ? read_trigger(*parts.trigger, surroundings, trigger_problem)
                                : default_trigger(surroundings);
  bool good = true;
  for (const std::string& problem : {name_problem, worker_problem, trigger_problem}) {
    if (problem.empty()) continue;
    // A bare name need not be said twice.
    const std::string whole = parts.name == text ? "" : in_quotes(text) + ": ";
    mistakes.push_back({std::string(where), whole + problem});
    good = false;
  }
  if (!good) return std::nullopt;
  return fault;
}

}  // namespace bulkhead
