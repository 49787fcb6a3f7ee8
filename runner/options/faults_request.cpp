#include "runner/options/faults_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runner/options/checked_options.hpp"
#include "runner/options/fault_text.hpp"
#include "runner/options/own_defaults.hpp"
#include "runner/options/run_options.hpp"
#include "runner/options/suggest.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view which_faults = "Which faults";

/// Options of a run that mean nothing here.
constexpr std::string_view excluded[] = {"fault",     "operations", "timeout",
                                         "precision", "max-trials", "confidence"};

constexpr OwnDefault faults_defaults[] = {{"workers", "4"},        {"mode", "thread,process,2x2"},
                                          {"duration", "350ms"},   {"warmup", "20ms"},
                                          {"trials", "15"},        {"stall-timeout", "250ms"},
                                          {"start-timeout", "1s"}, {"restart", "never"}};

/// What differs of it when every step is tried: many short trials, and whoever dies comes again.
constexpr OwnDefault step_defaults[] = {
    {"duration", "60ms"}, {"trials", "1"}, {"warmup", "5ms"}, {"stall-timeout", "0"}};
constexpr OwnDefault step_restart_defaults[] = {
    {"restart", "one-for-one"}, {"restart-limit", "100"}, {"back-off", "0"}};
constexpr std::string_view default_step_faults[] = {"kill-9", "segv-null"};
constexpr std::string_view exhaust = "exhaust-steps";

std::vector<std::string_view> families() {
  std::vector<std::string_view> names;
  for (const FaultEntry& fault : FaultRegistry::all()) {
    if (std::find(names.begin(), names.end(), fault.family) == names.end()) {
      names.push_back(fault.family);
    }
  }
  return names;
}

std::vector<OptionSpec> own_options() {
  return {{.group = which_faults,
           .name = "only",
           .argument = "LIST",
           .occurs = Occurs::many,
           .default_note = "all",
           .help = "these faults",
           .form = "names, separated by commas; bulkhead list faults shows all"},
          {.group = which_faults,
           .name = "family",
           .argument = "FAMILY",
           .kind = ValueKind::choice,
           .occurs = Occurs::many,
           .default_note = "all",
           .help = "the faults of this family",
           .words = families()},
          {.group = which_faults,
           .name = "at",
           .argument = "TRIGGER",
           .default_text = "ms=50",
           .help = "when each fault strikes",
           .form = "a trigger of --fault, such as op=1000 or in-lock"},
          {.group = which_faults,
           .name = exhaust,
           .kind = ValueKind::flag,
           .help = "instead: crash at every step of the critical section and of its repair, by"
                   " kill-9 and segv-null unless faults are named"}};
}

/// Adds what differs when every step is tried, as if the user had given it.
void add_step_defaults(std::vector<RawOption>& options) {
  // The limits of restarts mean nothing where the user wants none.
  if (!is_given(options, "restart")) add_defaults(options, step_restart_defaults);
  add_defaults(options, step_defaults);
}

/// Adds what the user left to us.
void add_own_defaults(std::vector<RawOption>& options) {
  // A mix of fixed shape fits the default number of workers only.
  if (is_given(options, "workers")) add_default(options, "mode", "thread,process");
  add_defaults(options, faults_defaults);
}

/// The names of one value of --only.
void read_names(std::string_view list, const std::string& where, std::set<std::string_view>& names,
                Mistakes& mistakes) {
  for (bool more = true; more;) {
    const std::size_t comma = list.find(',');
    const std::string_view name = list.substr(0, comma);
    const FaultEntry* fault = FaultRegistry::find(name);
    if (fault != nullptr) {
      names.insert(fault->name);
    } else {
      mistakes.push_back({where, unknown_fault_text(name)});
    }
    more = comma != list.npos;
    if (more) list.remove_prefix(comma + 1);
  }
}

std::vector<const FaultEntry*> choose(const CheckedOptions& own, Mistakes& mistakes) {
  std::set<std::string_view> names, wanted_families;
  if (own.given("only")) {
    for (const OptionValue& value : own.values("only")) {
      read_names(value.text, own.where("only"), names, mistakes);
    }
  }
  if (own.given("family") && !own.refused("family")) {
    for (const OptionValue& value : own.values("family")) wanted_families.insert(value.text);
  }
  const bool all = !own.given("only") && !own.given("family");
  if (all && own.given(exhaust)) {
    names.insert(std::begin(default_step_faults), std::end(default_step_faults));
  }
  std::vector<const FaultEntry*> faults;
  for (const FaultEntry& fault : FaultRegistry::all()) {
    if ((all && names.empty()) || names.contains(fault.name) ||
        wanted_families.contains(fault.family)) {
      faults.push_back(&fault);
    }
  }
  return faults;
}

/// What every step cannot be tried with.
void refuse_for_steps(const FaultsRequest& request, const CheckedOptions& own, Mistakes& mistakes) {
  const WorkloadEntry* workload = request.run.plan.workload;
  if (workload != nullptr && workload->takes_lock == TakesLock::no) {
    mistakes.push_back({own.where(exhaust),
                        fmt::format("{} has no critical section to step through", workload->name)});
  }
  if (own.given("at")) {
    mistakes.push_back({own.where("at"), "cannot stand beside --exhaust-steps, which says when"});
  }
  for (const FaultEntry* fault : request.faults) {
    if (fault->duet != Duet::no) {
      mistakes.push_back(
          {own.where(own.given("only") ? "only" : "family"),
           fmt::format("'{}' takes two workers, and a critical section has one", fault->name)});
    }
    const std::string obstacle = fault->unavailable == nullptr ? "" : fault->unavailable();
    if (obstacle.empty()) continue;
    mistakes.push_back(
        {own.where("only"), fmt::format("'{}' is not possible here: {}", fault->name, obstacle)});
  }
}

}  // namespace

std::vector<OptionSpec> faults_options() {
  std::vector<OptionSpec> options = own_options();
  for (OptionSpec& option : run_options_with(faults_defaults, excluded)) {
    if (option.name == "trials") option.help = "rounds without faults, for the price and the pace";
    options.push_back(std::move(option));
  }
  return options;
}

FaultsRequest read_faults_request(const std::vector<std::string>& arguments,
                                  const MachineDefaults& machine) {
  FaultsRequest request;
  std::vector<OptionSpec> known = options_of_any_workload();
  for (OptionSpec& option : own_options()) known.push_back(std::move(option));
  CommandLine line = read_command_line(arguments, known);
  Mistakes mistakes;
  refuse_excluded(line.options, excluded, "faults", mistakes);
  // Here, where all names are known that one may have meant.
  std::erase_if(line.options, [&](const RawOption& option) {
    if (find_option(known, option.name) != nullptr) return false;
    mistakes.push_back({option.where, unknown_option_text(option.name, known)});
    return true;
  });
  const CheckedOptions own(own_options(), take_known(line.options, own_options()), mistakes);
  request.exhaust_steps = own.given(exhaust);
  if (request.exhaust_steps) add_step_defaults(line.options);
  add_own_defaults(line.options);
  request.run = read_run_request(line, WorkloadRegistry::find(usual_workload), machine);
  if (request.run.wish == RunRequest::Wish::help) return request;
  request.faults = choose(own, mistakes);
  const Plan& plan = request.run.plan;
  request.trigger =
      read_trigger(own.text("at"), own.where("at"),
                   {plan.workload, plan.worker_count, plan.extent.duration_ns}, mistakes);
  if (request.exhaust_steps) refuse_for_steps(request, own, mistakes);
  request.run.mistakes.insert(request.run.mistakes.end(), mistakes.begin(), mistakes.end());
  return request;
}

}  // namespace bulkhead
