#include "runner/reports/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "runner/options/units.hpp"
#include "runner/reports/fault_table.hpp"
#include "runner/reports/rows.hpp"

namespace bulkhead {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string parameter_text(const Parameter& parameter, const ParameterValues& values) {
  switch (parameter.kind) {
    case ParameterKind::count:
      return exact_count(values.number(parameter.name));
    case ParameterKind::bytes:
      return exact_bytes(values.number(parameter.name));
    case ParameterKind::duration:
      return exact_duration(values.number(parameter.name));
    case ParameterKind::choice:
      return values.text(parameter.name);
    case ParameterKind::text_files: {
      const std::string& paths = values.text(parameter.name);
      const auto breaks = static_cast<std::uint64_t>(std::count(paths.begin(), paths.end(), '\n'));
      return breaks == 0 ? paths : plural(breaks + 1, "file");
    }
  }
  return {};
}

std::string workload_text(const Plan& plan) {
  std::vector<std::string> parts{std::string(plan.workload->name)};
  for (const Parameter& parameter : plan.workload->parameters) {
    const std::string text = parameter_text(parameter, plan.parameters);
    parts.push_back(fmt::format("{}={}", parameter.name, text.empty() ? "default" : text));
  }
  if (plan.workload->takes_lock == TakesLock::yes) parts.push_back("lock " + plan.lock);
  if (plan.spin == SpinPolicy::pure) parts.push_back("its spinning waiters never yield");
  return fmt::format("{}; one operation (op) is one {}", joined(parts), plan.workload->operation);
}

std::string pin_text(PinPolicy pin) {
  switch (pin) {
    case PinPolicy::spread:
      return "pinned one per CPU in turn";
    case PinPolicy::same:
      return "all pinned to one CPU";
    case PinPolicy::none:
      return "not pinned";
  }
  return {};
}

std::string libc_text(LibcState libc) {
  switch (libc) {
    case LibcState::equal:
      return "libc state equal in all modes";
    case LibcState::native:
      return "libc state native: single-threaded processes skip atomic operations";
  }
  return {};
}

std::string workers_text(const ExperimentResult& result) {
  const Plan& plan = result.plan;
  std::string text = plural(plan.worker_count, "worker");
  if (result.host.cpus_usable) text += " on " + plural(*result.host.cpus_usable, "CPU");
  return fmt::format("{}, {}; {}", text, pin_text(plan.pin), libc_text(plan.libc));
}

std::string modes_text(const Plan& plan) {
  std::vector<std::string> modes;
  for (const Mode& mode : plan.modes) {
    const std::string shape = fmt::format("{}x{}", mode.compartments, mode.workers_each);
    modes.push_back(mode.name == shape ? shape : mode.name + " " + shape);
  }
  return "processes x threads of each: " + joined(modes);
}

std::string window_text(const Plan& plan) {
  if (plan.extent.operations) {
    return fmt::format("until {} operations are done", whole(*plan.extent.operations));
  }
  const char* end = plan.warm_up.end == WarmUp::End::steady ? "until steady, at most " : "";
  return fmt::format("windows of {} after a warm-up {}{}", exact_duration(plan.extent.duration_ns),
                     end[0] == 0 ? "of " : end, exact_duration(plan.warm_up.at_most_ns));
}

/// Where one was asked for, or a fault could strike.
std::string priority_text(const ExperimentResult& result) {
  for (const TrialRecord& trial : result.trials) {
    if (trial.supervisor_priority.empty()) continue;
    return "; priority of the supervisor: " + trial.supervisor_priority;
  }
  return "";
}

std::string trials_text(const Summary& summary, const ExperimentResult& result) {
  const Plan& plan = summary.plan;
  return fmt::format("{}, modes in random order within each (seed {}); {}{}",
                     plural(summary.rounds, "complete round"), plan.seed, window_text(plan),
                     plan.faults.empty() ? priority_text(result) : "");
}

std::string fault_text(const ExperimentResult& result) {
  const Plan& plan = result.plan;
  std::string text =
      fmt::format("{} in trials of its own; restart {}", fault_names(plan), to_text(plan.restart));
  if (plan.restart != RestartPolicy::never) {
    text += fmt::format(", shared state: {}", to_text(plan.shared));
  }
  if (plan.spares > 0) text += ", " + plural(plan.spares, "spare");
  if (plan.stall_timeout_ns > 0) {
    text += fmt::format("; a stall is {} without progress", exact_duration(plan.stall_timeout_ns));
  }
  return text + priority_text(result);
}

std::string or_not_available(const std::string& text) {
  return text.empty() ? std::string(not_available) : text;
}

template <class Number, class Format>
std::string or_not_available(const std::optional<Number>& number, Format format) {
  return number ? format(*number) : std::string(not_available);
}

std::string host_text(const HostFacts& host) {
  std::vector<std::string> parts{
      fmt::format("CPU {}", or_not_available(host.cpu_model)),
      fmt::format("{} of {} CPUs usable", or_not_available(host.cpus_usable, whole),
                  or_not_available(host.cpus_online, whole))};
  if (host.cores) parts.push_back(plural(*host.cores, "core"));
  if (host.sockets) parts.push_back(plural(*host.sockets, "socket"));
  if (host.memory_bytes) {
    parts.push_back(with_unit(Quantity::bytes, static_cast<double>(*host.memory_bytes)));
  }
  if (host.virtual_machine) {
    parts.emplace_back(*host.virtual_machine ? "virtual machine" : "no hypervisor");
  }
  if (host.load_average_1min) {
    parts.push_back(fmt::format("load {:.2f} before the start", *host.load_average_1min));
  }
  return joined(parts);
}

std::string system_text(const HostFacts& host) {
  std::string text = fmt::format(
      "Linux {}, {}, pages {}, transparent huge pages {}, frequency governor {}, hardware counters "
      "{}",
      or_not_available(host.kernel), or_not_available(host.libc),
      or_not_available(
          host.page_bytes,
          [](std::uint64_t bytes) { return exact_bytes(static_cast<std::int64_t>(bytes)); }),
      or_not_available(host.transparent_huge_pages), or_not_available(host.frequency_governor),
      or_not_available(host.hardware_counters));
  const Confines& confines = host.confines;
  if (!confines.container.empty()) text += fmt::format(", container {}", confines.container);
  if (!confines.cgroup_cpu_limit.empty()) {
    text += fmt::format(", CPU time limited to {} us", confines.cgroup_cpu_limit);
  }
  return text;
}

std::string build_text(const BuildFacts& build) {
  std::vector<std::string> parts{"bulkhead " + build.version, build.type, build.compiler};
  if (!build.flags.empty()) parts.push_back(build.flags);
  if (!build.sanitizers.empty()) parts.push_back("sanitizers: " + build.sanitizers);
  parts.push_back("Boost " + build.boost);
  parts.push_back("fmt " + build.fmt);
  return joined(parts);
}

/// From the trials without faults: a fault may strike before its victim has looked.
std::string object_text(const Summary& summary) {
  std::uint32_t trials = 0;
  std::uint32_t split = 0;
  for (const ModeSummary& mode : summary.modes) {
    trials += mode.cost.trials.completed;
    split += mode.cost.rounds_not_one_object;
  }
  if (trials == 0) return "not known: no trial was completed";
  if (split > 0) return fmt::format("not seen to be one in {} trials", part_of(split, trials));
  return fmt::format("one: all {} workers of each mode saw the same arena",
                     whole(summary.plan.worker_count));
}

}  // namespace

std::vector<ReportFact> describe_facts(const ExperimentResult& result, const Summary& summary) {
  const Plan& plan = result.plan;
  assert(plan.workload != nullptr);
  std::vector<ReportFact> facts{{"workload", workload_text(plan)},
                                {"workers", workers_text(result)},
                                {"modes", modes_text(plan)},
                                {"trials", trials_text(summary, result)}};
  if (!plan.faults.empty()) facts.push_back({"fault", fault_text(result)});
  facts.push_back({"object", object_text(summary)});
  for (ReportFact& fact : describe_host(result.host)) facts.push_back(std::move(fact));
  return facts;
}

std::vector<ReportFact> describe_host(const HostFacts& host) {
  return {
      {"host", host_text(host)}, {"system", system_text(host)}, {"build", build_text(host.build)}};
}

}  // namespace bulkhead
