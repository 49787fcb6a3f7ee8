#include "runner/reports/page/repeat_command.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "runner/options/shell_word.hpp"
#include "runner/options/units.hpp"

namespace bulkhead {
namespace {

/// "200 ms" can be typed as one word.
std::string one_word(std::string text) {
  std::erase(text, ' ');
  return text;
}

std::string percent_word(double share) {
  return one_word(exact_percent(std::llround(share * 1e6)));
}

/// Adds one option after the other.
class CommandText {
 public:
  explicit CommandText(const Plan& plan) : plan_(plan) {}

  [[nodiscard]] std::string make() {
    text_.append("bulkhead run ").append(plan_.workload->name);
    add_what_runs();
    for (const Parameter& parameter : plan_.workload->parameters) add_parameter(parameter);
    add_extent();
    add_faults();
    unless(plan_.same_within, usual_.same_within, "same-within", percent_word);
    unless(plan_.confidence, usual_.confidence, "confidence", percent_word);
    return std::move(text_);
  }

 private:
  void add(std::string_view option, std::string_view value) {
    text_.append(" --").append(option).append(" ").append(shell_word(value));
  }

  template <class Value, class ToWord>
  void unless(const Value& value, const Value& usual, std::string_view option, ToWord to_word) {
    if (value != usual) add(option, to_word(value));
  }

  static std::string duration_word(std::int64_t ns) { return one_word(exact_duration(ns)); }
  template <class Count>
  static std::string count_word(Count count) {
    return std::to_string(count);
  }

  void add_what_runs() {
    const auto name_of = [](auto value) { return to_text(value); };
    std::string modes;
    for (const Mode& mode : plan_.modes) {
      if (!modes.empty()) modes += ',';
      modes += mode.name;
    }
    add("mode", modes);
    add("workers", count_word(plan_.worker_count));
    if (plan_.workload->takes_lock == TakesLock::yes) add("lock", plan_.lock);
    unless(plan_.spin, usual_.spin, "spin", name_of);
    unless(plan_.libc, usual_.libc, "libc", name_of);
    unless(plan_.pin, usual_.pin, "pin", name_of);
    add("seed", count_word(plan_.seed));
  }

  void add_parameter(const Parameter& parameter) {
    switch (parameter.kind) {
      case ParameterKind::count:
      case ParameterKind::bytes:
        return add(parameter.name, count_word(plan_.parameters.number(parameter.name)));
      case ParameterKind::duration:
        return add(parameter.name, duration_word(plan_.parameters.number(parameter.name)));
      case ParameterKind::choice:
        return add(parameter.name, plan_.parameters.text(parameter.name));
      case ParameterKind::text_files:
        return add_lines(parameter.name, plan_.parameters.text(parameter.name));
    }
  }

  /// An option for each line.
  void add_lines(std::string_view option, std::string_view lines) {
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find('\n'));
      add(option, line);
      lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    }
  }

  void add_extent() {
    if (plan_.extent.operations) {
      add("operations", count_word(*plan_.extent.operations));
      add("timeout", duration_word(plan_.trial_timeout_ns));
    } else {
      unless(plan_.extent.duration_ns, usual_.extent.duration_ns, "duration", duration_word);
    }
    if (plan_.warm_up.end == WarmUp::End::fixed) {
      add("warmup", duration_word(plan_.warm_up.at_most_ns));
    }
    if (plan_.rounds.precision) {
      add("precision", percent_word(*plan_.rounds.precision));
      add("max-trials", count_word(plan_.rounds.at_most));
    } else {
      add("trials", count_word(plan_.rounds.at_most));
    }
  }

  void add_faults() {
    // One option may have made several faults.
    std::set<std::string_view> seen;
    for (const FaultPlan& fault : plan_.faults) {
      if (seen.insert(fault.text).second) add("fault", fault.text);
    }
    unless(plan_.recover, usual_.recover, "recover",
           [](SelfRecovery recover) { return to_text(recover); });
    unless(plan_.runner_priority, usual_.runner_priority, "runner-priority",
           [](RunnerPriority priority) { return to_text(priority); });
    unless(plan_.stall_timeout_ns, usual_.stall_timeout_ns, "stall-timeout", duration_word);
    unless(plan_.drain_timeout_ns, usual_.drain_timeout_ns, "drain-timeout", duration_word);
    if (plan_.restart == RestartPolicy::never) return;
    const RestartLimits& limits = plan_.restart_limits;
    const RestartLimits& usual = usual_.restart_limits;
    add("restart", to_text(plan_.restart));
    unless(plan_.shared, usual_.shared, "shared",
           [](SharedPolicy shared) { return to_text(shared); });
    unless(plan_.spares, usual_.spares, "spares", count_word<std::uint32_t>);
    unless(limits.at_most, usual.at_most, "restart-limit", count_word<std::uint32_t>);
    unless(limits.period_ns, usual.period_ns, "restart-period", duration_word);
    unless(limits.first_back_off_ns, usual.first_back_off_ns, "back-off", duration_word);
  }

  const Plan& plan_;
  const Plan usual_;
  std::string text_;
};

}  // namespace

std::string repeat_command(const Plan& plan) {
  return CommandText(plan).make();
}

}  // namespace bulkhead
