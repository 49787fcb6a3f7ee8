#include "runner/options/plan_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <chrono>

#include "ipc/lock_list.hpp"
#include "runner/measure/cpus.hpp"
#include "runner/options/fault_text.hpp"
#include "runner/options/mode_list.hpp"
#include "runner/options/paths.hpp"
#include "runner/options/run_options.hpp"
#include "runner/trial/own_priority.hpp"

namespace bulkhead {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t fewest_default_workers = 2;
constexpr std::int64_t start_timeout_ns = std::chrono::nanoseconds(2s).count();
constexpr std::int64_t start_timeout_per_worker_ns = std::chrono::nanoseconds(10ms).count();

/// The enumerator that a checked word names, which is a word of the table and so one of these.
template <class Enumeration>
Enumeration value_of(std::string_view text, std::initializer_list<Enumeration> values) {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [text](Enumeration value) { return to_text(value) == text; });
  assert(found != values.end());
  return *found;
}

double share(std::int64_t ppm) {
  return static_cast<double>(ppm) / 1e6;
}

/// The names of the locks that are right for any number of workers.
std::vector<std::string_view> locks_for_any_number() {
  std::vector<std::string_view> names;
  for (const LockDescription& lock : all_locks()) {
    const bool right = lock.meant.mutual_exclusion && lock.meant.progress;
    if (right && lock.most_users == 0) names.push_back(lock.name);
  }
  return names;
}

/// Why this lock cannot be had, or nothing.
std::string lock_obstacle(const LockDescription& lock, std::uint32_t worker_count) {
  if (lock.most_users != 0 && worker_count > lock.most_users) {
    return fmt::format("{} is for {} workers, and there are {}; for any number: {}", lock.name,
                       lock.most_users, worker_count, fmt::join(locks_for_any_number(), ", "));
  }
  const std::string reason = lock.unavailable == nullptr ? "" : lock.unavailable();
  return reason.empty() ? "" : fmt::format("{} cannot be had here: {}", lock.name, reason);
}

/// One build; the options and what is wrong with them are at hand everywhere.
class PlanBuilder {
 public:
  PlanBuilder(const WorkloadEntry* workload, const CheckedOptions& options, Mistakes& mistakes)
      : workload_(workload), options_(options), mistakes_(mistakes) {}

  [[nodiscard]] Plan build(const MachineDefaults& machine) {
    plan_.workload = workload_;
    set_workers(machine);
    set_lock();
    set_parameters();
    ask_workload(machine.room);
    set_extent();
    set_rounds();
    set_policies(machine);
    set_faults();
    if (workers_known_) refuse_lack_of_tasks(machine.room);
    return std::move(plan_);
  }

 private:
  void blame(std::string_view option, std::string what) {
    mistakes_.push_back({options_.where(option), std::move(what)});
  }

  void refuse_pair(std::string_view option, std::string_view other, std::string_view reason) {
    if (!options_.given(option) || !options_.given(other)) return;
    blame(option, fmt::format("cannot stand beside --{}: {}", other, reason));
  }

  void refuse_without(std::string_view option, std::string_view needed) {
    if (!options_.given(option) || options_.given(needed)) return;
    blame(option, fmt::format("says nothing without --{}", needed));
  }

  void set_workers(const MachineDefaults& machine) {
    WorkerWish wish;
    wish.otherwise = std::clamp<std::uint32_t>(machine.usable_cpus, fewest_default_workers,
                                               std::uint32_t{largest_worker_count});
    const LockDescription* lock = find_lock(options_.text("lock"));
    if (lock != nullptr && lock->most_users != 0) {
      wish.otherwise = std::min(wish.otherwise, lock->most_users);
    }
    if (options_.given("workers") && !options_.refused("workers")) {
      wish.asked_for = static_cast<std::uint32_t>(options_.number("workers"));
    }
    const std::size_t before = mistakes_.size();
    ModeList list = read_modes(options_.text("mode"), options_.where("mode"), wish, mistakes_);
    workers_known_ = mistakes_.size() == before && !options_.refused("workers");
    plan_.modes = std::move(list.modes);
    plan_.worker_count = list.worker_count;
    plan_.start_timeout_ns =
        options_.given("start-timeout")
            ? options_.number("start-timeout")
            : start_timeout_ns + start_timeout_per_worker_ns * list.worker_count;
    if (options_.given("drain-timeout")) plan_.drain_timeout_ns = options_.number("drain-timeout");
  }

  /// A trial has one mode, its workers and spares, and a supervisor.
  void refuse_lack_of_tasks(const HostRoom& room) {
    std::uint64_t processes = 0;
    for (const Mode& mode : plan_.modes) {
      processes = std::max<std::uint64_t>(processes, mode.compartments);
    }
    const std::uint64_t tasks = std::uint64_t{plan_.worker_count} + plan_.spares + 1;
    const std::string lack = lack_of_tasks(room, tasks, processes + plan_.spares);
    if (!lack.empty()) blame("workers", lack);
  }

  void set_lock() {
    plan_.lock = options_.text("lock");
    if (workload_ == nullptr) return;
    if (plan_.lock.empty()) plan_.lock = workload_->default_lock;
    if (options_.given("lock") && workload_->takes_lock == TakesLock::no) {
      blame("lock", fmt::format("{} takes no lock", workload_->name));
    }
    const LockDescription* lock = find_lock(plan_.lock);
    if (lock == nullptr || workload_->takes_lock == TakesLock::no) return;
    const std::string obstacle = lock_obstacle(*lock, plan_.worker_count);
    if (!obstacle.empty() && workers_known_) blame("lock", obstacle);
  }

  void set_parameters() {
    if (workload_ == nullptr) return;
    for (const Parameter& parameter : workload_->parameters) {
      if (parameter.kind == ParameterKind::choice) {
        plan_.parameters.set(parameter.name, options_.text(parameter.name));
      } else if (parameter.kind == ParameterKind::text_files) {
        std::string lines;
        for (const OptionValue& value : options_.values(parameter.name)) {
          if (!lines.empty()) lines += '\n';
          lines += value.text;
        }
        plan_.parameters.set(parameter.name, std::move(lines));
      } else {
        plan_.parameters.set(parameter.name, options_.number(parameter.name));
      }
    }
  }

  /// What is wrong with values that are right one by one.
  void ask_workload(const HostRoom& room) {
    if (workload_ == nullptr || !workers_known_) return;
    const auto refused = [&](const Parameter& one) { return options_.refused(one.name); };
    const auto& parameters = workload_->parameters;
    if (std::any_of(parameters.begin(), parameters.end(), refused)) return;
    if (workload_->objection != nullptr) {
      const Objection it = workload_->objection(plan_.parameters, plan_.worker_count);
      if (!it.empty()) blame(it.option, fmt::format("{}: {}", workload_->name, it.why));
    }
    if (workload_->own_memory_bytes != nullptr) {
      const std::uint64_t bytes_each = workload_->own_memory_bytes(plan_.parameters);
      const std::string lack = lack_of_memory(room, bytes_each, plan_.worker_count);
      if (!lack.empty()) blame("workers", fmt::format("{}: {}", workload_->name, lack));
    }
    refuse_parted_pairs();
  }

  void refuse_parted_pairs() {
    const std::string why =
        workload_->ties_pairs == nullptr ? "" : workload_->ties_pairs(plan_.parameters);
    if (why.empty()) return;
    const std::uint32_t pairs = plan_.worker_count / 2;
    const std::string together = pairs > 1
                                     ? fmt::format("thread and {}x2 leave them together", pairs)
                                     : "thread leaves them together";
    for (const Mode& mode : plan_.modes) {
      if (mode.workers_each % 2 == 0) continue;
      blame("mode", fmt::format("{} parts workers of a pair, and {}; {}", in_quotes(mode.name), why,
                                together));
    }
  }

  void set_extent() {
    refuse_pair("duration", "operations", "a trial has a length or an amount of work");
    refuse_without("timeout", "operations");
    plan_.extent.duration_ns = options_.number("duration");
    plan_.trial_timeout_ns = options_.number("timeout");
    if (options_.given("operations") && !options_.refused("operations")) {
      const auto operations = static_cast<std::uint64_t>(options_.number("operations"));
      plan_.extent.operations = operations;
      if (workers_known_ && operations < plan_.worker_count) {
        blame("operations", fmt::format("{} are too few: each of the {} workers needs one",
                                        operations, plan_.worker_count));
      }
    }
    if (options_.text("warmup") != "auto") {
      plan_.warm_up = {WarmUp::End::fixed, options_.number("warmup")};
    }
  }

  void set_rounds() {
    refuse_pair("trials", "precision", "the number of rounds is given or found out");
    refuse_without("max-trials", "precision");
    plan_.rounds.at_least = plan_.rounds.at_most =
        static_cast<std::uint32_t>(options_.number("trials"));
    if (!options_.given("precision")) return;
    plan_.rounds.precision = share(options_.number("precision"));
    plan_.rounds.at_most = static_cast<std::uint32_t>(options_.number("max-trials"));
    plan_.rounds.at_least = std::min(Rounds{}.at_least, plan_.rounds.at_most);
  }

  void set_policies(const MachineDefaults& machine) {
    plan_.seed =
        options_.given("seed") ? static_cast<std::uint64_t>(options_.number("seed")) : machine.seed;
    plan_.pin =
        value_of(options_.text("pin"), {PinPolicy::spread, PinPolicy::same, PinPolicy::none});
    plan_.spin = value_of(options_.text("spin"), {SpinPolicy::bounded, SpinPolicy::pure});
    plan_.libc = value_of(options_.text("libc"), {LibcState::equal, LibcState::native});
    plan_.restart = value_of(options_.text("restart"),
                             {RestartPolicy::never, RestartPolicy::one_for_one,
                              RestartPolicy::one_for_all, RestartPolicy::rest_for_one});
    plan_.shared = value_of(options_.text("shared"),
                            {SharedPolicy::keep, SharedPolicy::repair, SharedPolicy::reset});
    plan_.restart_limits.at_most = static_cast<std::uint32_t>(options_.number("restart-limit"));
    plan_.restart_limits.period_ns = options_.number("restart-period");
    plan_.restart_limits.first_back_off_ns = options_.number("back-off");
    plan_.spares = static_cast<std::uint32_t>(options_.number("spares"));
    plan_.stall_timeout_ns = options_.number("stall-timeout");
    plan_.recover =
        value_of(options_.text("recover"), {SelfRecovery::none, SelfRecovery::siglongjmp});
    plan_.runner_priority =
        value_of(options_.text("runner-priority"), {RunnerPriority::automatic, RunnerPriority::fifo,
                                                    RunnerPriority::slice, RunnerPriority::none});
    const std::string obstacle = priority_obstacle(plan_.runner_priority);
    if (!obstacle.empty()) {
      blame("runner-priority",
            fmt::format("{} is not possible here: {}; auto takes what may be had",
                        to_text(plan_.runner_priority), obstacle));
    }
    refuse_idle_policies();
    plan_.same_within = share(options_.number("same-within"));
    plan_.confidence = share(options_.number("confidence"));
  }

  /// Policies that could never come to bear.
  void refuse_idle_policies() {
    if (plan_.restart != RestartPolicy::never) return;
    for (const std::string_view option :
         {"shared", "spares", "restart-limit", "restart-period", "back-off"}) {
      if (!options_.given(option)) continue;
      blame(option, "says nothing with --restart never");
    }
  }

  void set_faults() {
    if (!options_.given("fault")) return;
    FaultSurroundings surroundings{workload_, std::nullopt, std::nullopt, plan_.seed};
    if (workers_known_) surroundings.worker_count = plan_.worker_count;
    if (!plan_.extent.operations && !options_.refused("duration")) {
      surroundings.window_ns = plan_.extent.duration_ns;
    }
    for (const OptionValue& value : options_.values("fault")) {
      for (FaultPlan& fault :
           read_fault(value.text, options_.where("fault"), surroundings, mistakes_)) {
        plan_.faults.push_back(std::move(fault));
      }
    }
    refuse_crowds();
  }

  void refuse_crowds() {
    for (std::uint32_t worker = 0; worker < plan_.worker_count; ++worker) {
      const auto count =
          std::count_if(plan_.faults.begin(), plan_.faults.end(),
                        [worker](const FaultPlan& fault) { return fault.worker == worker; });
      if (static_cast<std::size_t>(count) <= most_faults) continue;
      blame("fault", fmt::format("{} faults for worker {} are too many: {} at most", count, worker,
                                 most_faults));
    }
  }

  const WorkloadEntry* workload_;
  const CheckedOptions& options_;
  Mistakes& mistakes_;
  Plan plan_;
  bool workers_known_ = false;
};

}  // namespace

MachineDefaults machine_defaults() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  return {static_cast<std::uint32_t>(usable_cpus().size()),
          static_cast<std::uint64_t>(ns) / 1000 % 1'000'000'000, read_host_room()};
}

Plan build_plan(const WorkloadEntry* workload, const CheckedOptions& options,
                const MachineDefaults& machine, Mistakes& mistakes) {
  return PlanBuilder(workload, options, mistakes).build(machine);
}

void set_look(const CheckedOptions& options, OutputChoice& choice) {
  choice.colour = value_of(options.text("color"),
                           {ColourChoice::automatic, ColourChoice::always, ColourChoice::never});
  if (options.given("width")) choice.width = static_cast<unsigned>(options.number("width"));
  if (options.has("quiet") && options.given("quiet")) choice.progress = ProgressChoice::never;
}

OutputChoice build_output_choice(const CheckedOptions& options, Mistakes& mistakes) {
  OutputChoice choice;
  choice.format = options.text("format");
  choice.path = options.text("output");
  if (options.given("output")) {
    const std::string problem = output_path_problem(choice.path);
    if (!problem.empty()) {
      mistakes.push_back({options.where("output"), in_quotes(choice.path) + " " + problem});
    }
  }
  set_look(options, choice);
  return choice;
}

}  // namespace bulkhead
