#include "runner/options/fault_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "runner/faults/fault.hpp"
#include "runner/options/fault_settings.hpp"
#include "runner/options/option_schema.hpp"
#include "runner/options/suggest.hpp"
#include "runner/options/trigger_specs.hpp"
#include "runner/options/units.hpp"
#include "workloads/random.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view trigger_form = "op=N, ms=T, in-lock[=T], step=K, p=X and others";
constexpr std::int64_t most_steps = 1'000'000;

/// Cut at '@', ':' and ','; empty where a part is missing.
struct FaultParts {
  std::string_view name;
  std::optional<std::string_view> who;
  std::optional<std::string_view> trigger;
  std::vector<std::string_view> settings;
};

FaultParts cut(std::string_view text) {
  FaultParts parts;
  const std::size_t comma = text.find(',');
  std::string_view settings = comma == text.npos ? std::string_view() : text.substr(comma + 1);
  text = text.substr(0, comma);
  for (bool more = comma != text.npos; more;) {
    const std::size_t end = settings.find(',');
    parts.settings.push_back(settings.substr(0, end));
    more = end != settings.npos;
    if (more) settings.remove_prefix(end + 1);
  }
  if (const std::size_t colon = text.find(':'); colon != text.npos) {
    parts.trigger = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (const std::size_t at = text.find('@'); at != text.npos) {
    parts.who = text.substr(at + 1);
    text = text.substr(0, at);
  }
  parts.name = text;
  return parts;
}

/// Whether whoever holds the lock, or waits for it, can be looked for at such a trigger.
bool is_at_moment(TriggerKind kind) {
  return kind == TriggerKind::moment || kind == TriggerKind::in_section ||
         kind == TriggerKind::lock_wait;
}

/// Places of a worker's life where it is in no operation, and so in no critical section.
bool is_outside_operations(TriggerKind kind) {
  return kind == TriggerKind::startup || kind == TriggerKind::before_gate ||
         kind == TriggerKind::at_exit || kind == TriggerKind::lock_wait;
}

bool lacks_section(const FaultSurroundings& surroundings) {
  return surroundings.workload != nullptr && surroundings.workload->takes_lock == TakesLock::no;
}

/// Reads one fault; what is wrong with it is collected in `problems`.
class FaultReader {
 public:
  FaultReader(const FaultParts& parts, const FaultSurroundings& surroundings)
      : parts_(parts), surroundings_(surroundings) {}

  [[nodiscard]] std::vector<FaultPlan> read(std::string_view text) {
    FaultPlan fault;
    fault.text = text;
    fault.entry = find_entry();
    const std::vector<std::uint32_t> workers = read_who(fault.target);
    fault.trigger = parts_.trigger ? read_trigger(*parts_.trigger) : default_trigger();
    if (problems.empty()) refuse_impossible(fault);
    if (fault.entry != nullptr) fault.parameters = read_settings(*fault.entry);
    std::vector<FaultPlan> faults;
    if (!problems.empty()) return faults;
    for (const std::uint32_t worker : workers) {
      fault.worker = worker;
      faults.push_back(fault);
    }
    return faults;
  }

  Trigger read_trigger(std::string_view text) {
    Trigger trigger;
    const std::size_t equals = text.find('=');
    const std::string_view key = text.substr(0, equals);
    const bool has_value = equals != text.npos;
    const std::string_view value = has_value ? text.substr(equals + 1) : std::string_view();
    const auto& specs = trigger_specs();
    const auto spec = std::find_if(specs.begin(), specs.end(),
                                   [key](const TriggerSpec& known) { return known.key == key; });
    if (spec == specs.end()) {
      std::vector<std::string_view> keys;
      keys.reserve(specs.size());
      for (const TriggerSpec& known : specs) keys.push_back(known.key);
      blame("{} is no trigger: {}{}", in_quotes(text), trigger_form, suggestion(key, keys));
      return trigger;
    }
    trigger.kind = spec->kind;
    if (has_value ? spec->value == TriggerValue::none : spec->value == TriggerValue::needed) {
      blame("{} {}", key, has_value ? "takes no value" : "needs a number");
      return trigger;
    }
    const bool in_section = spec->kind == TriggerKind::in_section ||
                            spec->kind == TriggerKind::lock_wait ||
                            spec->kind == TriggerKind::repair_step;
    if (in_section && lacks_section(surroundings_)) {
      blame("{} has no critical section to strike in", surroundings_.workload->name);
    }
    read_value(*spec, has_value, value, trigger);
    return trigger;
  }

  std::vector<std::string> problems;

 private:
  template <class... Parts>
  void blame(fmt::format_string<Parts...> form, Parts&&... parts) {
    problems.push_back(fmt::format(form, std::forward<Parts>(parts)...));
  }

  const FaultEntry* find_entry() {
    const FaultEntry* entry = FaultRegistry::find(parts_.name);
    if (entry == nullptr) {
      problems.push_back(unknown_fault_text(parts_.name));
      return nullptr;
    }
    if (entry->needs_section == NeedsSection::yes && lacks_section(surroundings_)) {
      blame("{} means nothing in {}, which has no critical section", in_quotes(parts_.name),
            surroundings_.workload->name);
    }
    const std::string obstacle = entry->unavailable == nullptr ? "" : entry->unavailable();
    if (!obstacle.empty()) blame("{} is not possible here: {}", in_quotes(parts_.name), obstacle);
    return entry;
  }

  /// What each part allows and the whole does not.
  void refuse_impossible(const FaultPlan& fault) {
    const std::string_view trigger = to_text(fault.trigger.kind);
    if (fault.target == FaultTarget::runner) {
      if (fault.trigger.kind != TriggerKind::moment) {
        blame("the runner has no operations: strike it at ms=T, not at {}", trigger);
      }
      // Others are a worker's business, or would be the user's own wish to stop.
      if (fault.entry->family != "crash" && fault.entry->name != "kill-9") {
        blame("the runner can be struck by a crash or by kill-9, not by {}", fault.entry->name);
      }
      return;
    }
    if (fault.target != FaultTarget::worker && !is_at_moment(fault.trigger.kind)) {
      blame("who is the {} is known at a moment only: ms=T or in-lock, not {}",
            to_text(fault.target), trigger);
    }
    if (fault.target == FaultTarget::holder && fault.trigger.kind == TriggerKind::lock_wait) {
      blame("the holder does not wait for the lock");
    }
    if (fault.entry->duet != Duet::no) refuse_alone(fault);
    if (fault.entry->needs_section == NeedsSection::yes &&
        is_outside_operations(fault.trigger.kind)) {
      blame("{} happens inside a critical section, and at {} there is none", fault.entry->name,
            trigger);
    }
  }

  /// A fault for two workers strikes one that is known beforehand, and the next one, at a moment
  /// that both come to.
  void refuse_alone(const FaultPlan& fault) {
    const std::string_view name = fault.entry->name;
    if (surroundings_.worker_count == 1u) {
      blame("{} takes two workers, and there is one", name);
    } else if (fault.target != FaultTarget::worker || parts_.who == "all") {
      blame("{} takes a worker and the next one: write a number, any or leader, not {}", name,
            *parts_.who);
    }
    if (!is_for_two(fault.trigger.kind)) {
      blame("{} takes two workers at once, and at {} they do not meet: write ms=T or op=N", name,
            to_text(fault.trigger.kind));
    }
  }

  /// The numbers of the workers; one that means nothing where the target is another.
  std::vector<std::uint32_t> read_who(FaultTarget& target) {
    const std::optional<std::uint32_t> count = surroundings_.worker_count;
    const std::string_view who = parts_.who.value_or(count == 1u ? "0" : "1");
    if (who == "any") {
      return {static_cast<std::uint32_t>(mix(surroundings_.seed, 7) % count.value_or(1))};
    }
    if (who == "leader") return {0};
    if (who == to_text(FaultTarget::runner)) {
      target = FaultTarget::runner;
      return {0};
    }
    for (const FaultTarget known : {FaultTarget::holder, FaultTarget::waiter}) {
      if (who != to_text(known)) continue;
      target = known;
      if (lacks_section(surroundings_)) {
        blame("{} has no lock to be the {} of", surroundings_.workload->name, who);
      }
      return {0};
    }
    if (who == "all") {
      std::vector<std::uint32_t> all(count.value_or(1));
      for (std::uint32_t worker = 0; worker < all.size(); ++worker) all[worker] = worker;
      return all;
    }
    const Checked<std::int64_t> number = parse_count(who);
    if (!number.ok()) {
      blame("the worker {} {}; or write any, all, leader, holder, waiter or runner{}",
            in_quotes(who), number.problem,
            suggestion(who, {"any", "all", "leader", "holder", "waiter", "runner"}));
    } else if (count && *number.value >= *count) {
      blame("there is no worker {}: {} of them count from 0 to {}", *number.value, *count,
            *count - 1);
    } else if (*number.value <= std::int64_t{UINT32_MAX}) {
      return {static_cast<std::uint32_t>(*number.value)};
    }
    return {0};
  }

  Trigger default_trigger() const {
    Trigger trigger;
    if (surroundings_.window_ns) {
      trigger.after_ns = std::min(trigger.after_ns, *surroundings_.window_ns / 4);
    }
    return trigger;
  }

  void read_value(const TriggerSpec& spec, bool has_value, std::string_view value,
                  Trigger& trigger) {
    if (spec.kind == TriggerKind::operation) {
      trigger.operation = static_cast<std::uint64_t>(read_count("operation", value, 0));
    } else if (spec.key == trigger_step_key || spec.kind == TriggerKind::repair_step) {
      trigger.step = static_cast<std::uint32_t>(read_count("step", value, 1));
      trigger.after_ns = 0;
    } else if (spec.kind == TriggerKind::probability) {
      trigger.probability = read_probability(value);
    } else if (spec.value != TriggerValue::none) {
      trigger.after_ns = has_value ? read_moment(value) : 0;
    }
  }

  std::int64_t read_count(std::string_view what, std::string_view text, std::int64_t least) {
    const Checked<std::int64_t> number = parse_count(text);
    if (!number.ok()) {
      blame("the {} {} {}", what, in_quotes(text), number.problem);
    } else if (*number.value < least || (least > 0 && *number.value > most_steps)) {
      blame("the {} {} is out of range: {} to {}", what, in_quotes(text), least, most_steps);
    }
    return number.ok() ? *number.value : least;
  }

  double read_probability(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || !(value > 0 && value <= 1)) {
      blame("the probability {} is none: above 0, up to 1, such as 0.001", in_quotes(text));
    }
    return value;
  }

  /// A time after the window opens: milliseconds, unless it has a unit.
  std::int64_t read_moment(std::string_view text) {
    const bool is_bare = !text.empty() && text.find_first_not_of("0123456789.") == text.npos;
    const Checked<std::int64_t> time =
        parse_duration_ns(is_bare ? fmt::format("{}ms", text) : std::string(text));
    if (!time.ok()) {
      blame("the time {} {}", in_quotes(text), time.problem);
      return 0;
    }
    if (surroundings_.window_ns && *time.value >= *surroundings_.window_ns) {
      blame("would strike {} after the window opens, which lasts {}", exact_duration(*time.value),
            exact_duration(*surroundings_.window_ns));
    }
    return *time.value;
  }

  ParameterValues read_settings(const FaultEntry& entry) {
    ParameterValues values = default_settings(entry);
    std::vector<std::string_view> names;
    names.reserve(entry.parameters.size());
    for (const Parameter& parameter : entry.parameters) names.push_back(parameter.name);
    for (const std::string_view setting : parts_.settings) {
      const std::size_t equals = setting.find('=');
      const std::string_view name = setting.substr(0, equals);
      const auto parameter =
          std::find_if(entry.parameters.begin(), entry.parameters.end(),
                       [name](const Parameter& known) { return known.name == name; });
      if (parameter == entry.parameters.end()) {
        blame("{} takes no {}{}", entry.name, in_quotes(name),
              names.empty() ? std::string() : ": " + any_of_text(names) + suggestion(name, names));
      } else if (equals == setting.npos) {
        blame("{} needs a value", name);
      } else {
        set(values, *parameter, setting.substr(equals + 1));
      }
    }
    return values;
  }

  void set(ParameterValues& values, const Parameter& parameter, std::string_view text) {
    const Checked<OptionValue> value = check_value(parameter_option(parameter, ""), text);
    if (!value.ok()) {
      blame("{}={} {}", parameter.name, in_quotes(text), value.problem);
    } else if (parameter.kind == ParameterKind::choice) {
      values.set(parameter.name, value.value->text);
    } else {
      values.set(parameter.name, value.value->number);
    }
  }

  const FaultParts& parts_;
  const FaultSurroundings& surroundings_;
};

}  // namespace

std::string unknown_fault_text(std::string_view name) {
  std::vector<std::string_view> names;
  for (const FaultEntry& known : FaultRegistry::all()) names.push_back(known.name);
  return fmt::format("{} is no fault{}; bulkhead list faults shows all", in_quotes(name),
                     suggestion(name, names));
}

Trigger read_trigger(std::string_view text, std::string_view where,
                     const FaultSurroundings& surroundings, Mistakes& mistakes) {
  const FaultParts no_parts;
  FaultReader reader(no_parts, surroundings);
  const Trigger trigger = reader.read_trigger(text);
  for (const std::string& problem : reader.problems) {
    mistakes.push_back({std::string(where), problem});
  }
  return trigger;
}

std::vector<FaultPlan> read_fault(std::string_view text, std::string_view where,
                                  const FaultSurroundings& surroundings, Mistakes& mistakes) {
  const FaultParts parts = cut(text);
  FaultReader reader(parts, surroundings);
  std::vector<FaultPlan> faults = reader.read(text);
  for (const std::string& problem : reader.problems) {
    // A bare name need not be said twice.
    const std::string whole = parts.name == text ? "" : in_quotes(text) + ": ";
    mistakes.push_back({std::string(where), whole + problem});
  }
  return faults;
}

}  // namespace bulkhead
