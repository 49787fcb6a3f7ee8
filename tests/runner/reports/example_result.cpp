#include "tests/runner/reports/example_result.hpp"

#include "ipc/histogram.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead::example {
namespace {

const WorkloadEntry bank{
    .name = "bank",
    .help = "made up",
    .operation = "transfer",
    .takes_lock = TakesLock::yes,
    .default_lock = "robust",
    .parameters =
        {{.name = "accounts", .default_text = "64", .help = "n"},
         {.name = "block", .kind = ParameterKind::bytes, .default_text = "64K", .help = "size"},
         {.name = "input", .kind = ParameterKind::text_files, .default_text = "", .help = "files"}},
    .make = nullptr};

const FaultEntry segv_null{.name = "segv-null",
                           .family = "crash",
                           .help = "made up",
                           .ends_as = "SIGSEGV",
                           .strike = nullptr};

/// Rounds differ by up to half a percent, each mode in its own order.
double jitter(std::uint32_t round, std::uint32_t mode) {
  constexpr double shares[] = {0, 0.004, -0.003, 0.002, -0.001, 0.005, -0.004};
  return 1 + shares[(round + 3 * mode) % 7];
}

HostFacts make_host() {
  HostFacts host;
  host.cpu_model = "Example CPU @ 3.00GHz";
  host.cpus_usable = 2;
  host.cpus_online = 4;
  host.cores = 4;
  host.sockets = 1;
  host.memory_bytes = std::uint64_t{8} << 30;
  host.kernel = "6.1.0-example";
  host.libc = "glibc 2.36";
  host.virtual_machine = true;
  host.page_bytes = 4096;
  host.hardware_counters = "available";
  host.transparent_huge_pages = "madvise";
  host.load_average_1min = 0.42;
  host.build = {"0.1.0", "Release", "GNU 12.2.0", "-O2 -DEXAMPLE=\"a,b\"", "", "1.74.0", "9.1.0"};
  return host;
}

WindowRecord make_window(const Plan& plan, std::uint64_t operations, double jitter) {
  WindowRecord window;
  window.start_ns = 1'000'000'000;
  window.end_ns = window.start_ns + plan.extent.duration_ns;
  window.operations = static_cast<std::uint64_t>(static_cast<double>(operations) * jitter);
  window.cpu_ns = 2 * plan.extent.duration_ns;
  window.voluntary_switches = 300;
  window.involuntary_switches = 21;
  window.minor_faults = 4;
  window.major_faults = 0;
  window.user_cpu_ns = 3 * plan.extent.duration_ns / 2;
  window.kernel_cpu_ns = plan.extent.duration_ns / 2;
  window.hardware = {12 * window.operations, 9 * window.operations, window.operations / 100};
  window.run_delay_ns = plan.extent.duration_ns;
  if (operations > 0) {
    const auto bucket = [](std::uint64_t ns) {
      return static_cast<std::uint32_t>(LatencyHistogram::bucket_of(ns));
    };
    window.latency = {
        {bucket(118), 900}, {bucket(240), 80}, {bucket(2'000), 15}, {bucket(4'000'000), 5}};
  }
  window.disturbance = {0.01, 0.002, 0, false};
  return window;
}

TrialRecord& failed(TrialRecord& trial, const std::string& reason) {
  const TrialId id = trial.id;
  trial = TrialRecord();
  trial.id = id;
  trial.status = TrialStatus::failed;
  trial.reason = reason;
  return trial;
}

ExperimentResult disturbed_result() {
  ExperimentResult result =
      make_result(make_plan({"thread", "process"}, 4), 7, {2'400'000, 2'520'000});
  for (TrialRecord& trial : result.trials) {
    if (trial.id.mode != 1 || trial.id.round > 1) continue;
    trial.windows.push_back(trial.windows.front());
    trial.windows.front().disturbance = {0.41, 0, 0, true};
    trial.windows.back().disturbance = {0.34, 0, 0, true};
    trial.chosen_window = 1;
    trial.warmed_up = false;
  }
  return result;
}

/// Failures, deaths without a fault, output of workers, a debug build: everything worth a warning.
ExperimentResult troubled_result() {
  const Plan plan = with_fault(make_plan({"thread", "process", "2x2"}, 4), RestartPolicy::never);
  ExperimentResult result = make_result(plan, 7, {2'400'000, 2'520'000, 2'400'000});
  result.host.build.type = "Debug";
  result.host.frequency_governor = "powersave";
  for (TrialRecord& trial : result.trials) {
    if (trial.id.round == 2 && trial.id.mode == 1) {
      failed(trial, "not all workers were ready in time (--start-timeout)");
    }
    if (trial.id.round == 3 && trial.id.mode == 2 && trial.id.with_faults) {
      trial.fault_struck = false;
      trial.survivors.reset();
    }
    if (trial.id.round == 4 && trial.id.mode == 0 && !trial.id.with_faults) {
      trial.deaths.push_back({0, {ExitCause::Kind::exited, 3}, 5, 0, 0, false, {}});
      trial.error_output = "terminate called: \x1b[31m| *evil*, \"quoted\"\nsecond line\n";
      trial.verify = {VerifyRecord::Health::torn, 2, 1, "total 63,990 of 64,000"};
      trial.one_object = false;
    }
  }
  return result;
}

ExperimentResult interrupted_result() {
  ExperimentResult result = make_result(make_plan({"thread", "process"}, 4), 1, {2'400'000, 0});
  result.trials.back().status = TrialStatus::interrupted;
  result.trials.back().reason = "interrupted during the window";
  result.rounds = 0;
  result.interrupted = true;
  return result;
}

/// Every worker waits for a lock that nobody will release.
ExperimentResult stuck_result() {
  Plan plan = with_fault(make_plan({"process", "thread"}, 4), RestartPolicy::one_for_one);
  plan.lock = "mutex";
  ExperimentResult result = make_result(plan, 7, {2'400'000, 3'000'000});
  for (TrialRecord& trial : result.trials) {
    if (!trial.id.with_faults) continue;
    for (WorkerRecord& worker : trial.workers) {
      worker.waiting_at_end = worker.deaths == 0;
      worker.repairs = 0;
    }
    trial.survivors->rate = 0;
    trial.killed_at_end = trial.survivors->count;
    trial.verify = {VerifyRecord::Health::torn, 0, 0, "total 63,990 of 64,000"};
  }
  return result;
}

}  // namespace

Plan make_plan(const std::vector<std::string>& modes, std::uint32_t workers) {
  Plan plan;
  plan.workload = &bank;
  plan.parameters.set("accounts", 64);
  plan.parameters.set("block", 65536);
  plan.parameters.set("input", std::string());
  for (const std::string& name : modes) plan.modes.push_back(make_mode(name, workers).value());
  plan.worker_count = workers;
  plan.lock = "robust";
  plan.seed = 42;
  plan.start_timeout_ns = 10'000'000'000;
  plan.trial_timeout_ns = 60'000'000'000;
  return plan;
}

Plan with_fault(Plan plan, RestartPolicy restart) {
  FaultPlan fault;
  fault.text = "segv-null@1:ms=50";
  fault.entry = &segv_null;
  fault.worker = 1;
  plan.faults.push_back(fault);
  plan.restart = restart;
  return plan;
}

TrialRecord make_trial(const Plan& plan, std::uint32_t round, std::uint32_t mode,
                       std::uint64_t operations) {
  TrialRecord trial;
  trial.id = {round, mode, false, 1000 + round};
  trial.begun_ns = 1;
  trial.gate_ns = 900'000'000;
  trial.warm_up_ns = 100'000'000;
  trial.windows.push_back(make_window(plan, operations, jitter(round, mode)));
  const std::uint64_t compartments = plan.modes[mode].compartments;
  trial.memory = {(compartments * 1800 + 300) * 1024, (compartments * 310 + 900) * 1024,
                  (compartments * 220 + 40) * 1024, compartments * 48 * 1024};
  for (std::uint32_t index = 0; index < plan.worker_count; ++index) {
    WorkerRecord worker;
    worker.compartment = index / plan.modes[mode].workers_each;
    worker.finished = trial.windows.front().operations / plan.worker_count;
    worker.contended = worker.finished / 50;
    worker.ended_well = true;
    worker.saw_shared_object = true;
    worker.start_ns = 90'000 + 40'000 * static_cast<std::int64_t>(compartments) + 100 * index;
    worker.gate_to_first_ns = 12'000 + 3'000 * index;
    trial.workers.push_back(worker);
  }
  trial.verify.finding = "total 64,000 of 64,000";
  trial.one_object = true;
  return trial;
}

TrialRecord make_crash_trial(const Plan& plan, std::uint32_t round, std::uint32_t mode,
                             std::uint64_t operations) {
  constexpr std::uint32_t victim = 1;
  const bool restarted = plan.restart == RestartPolicy::one_for_one;
  TrialRecord trial = make_trial(plan, round, mode, operations);
  trial.id.with_faults = true;
  trial.fault_struck = true;
  trial.struck_ns = 1'050'000'000;
  const std::uint32_t compartment = trial.workers[victim].compartment;
  DeathRecord death;
  death.compartment = compartment;
  death.cause = {ExitCause::Kind::signalled, SIGSEGV};
  death.struck_ns = trial.struck_ns;
  death.noticed_ns = trial.struck_ns + 180'000 + 1'000 * round;
  death.restarted = restarted;
  if (restarted) death.recovered_ns = death.noticed_ns + 900'000;
  trial.deaths.push_back(death);
  trial.restarts = restarted ? 1 : 0;
  SurvivorsRecord survivors;
  for (WorkerRecord& worker : trial.workers) {
    if (worker.compartment != compartment) {
      ++survivors.count;
      continue;
    }
    worker.deaths = 1;
    worker.ended_well = restarted;
    worker.interrupted = 1;
    worker.redone = restarted ? 1 : 0;
  }
  const double rate_of_all = static_cast<double>(trial.window()->operations) * 1e9 /
                             static_cast<double>(trial.window()->length_ns());
  survivors.rate = 0.99 * rate_of_all * survivors.count / static_cast<double>(trial.workers.size());
  trial.survivors = survivors;
  if (survivors.count > 0) trial.workers.back().repairs = 1;
  return trial;
}

ExperimentResult make_result(const Plan& plan, std::uint32_t rounds,
                             const std::vector<std::uint64_t>& operations) {
  ExperimentResult result;
  result.host = make_host();
  result.plan = plan;
  result.rounds = rounds;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (std::uint32_t mode = 0; mode < plan.modes.size(); ++mode) {
      result.trials.push_back(make_trial(plan, round, mode, operations[mode]));
      if (plan.faults.empty()) continue;
      result.trials.push_back(make_crash_trial(plan, round, mode, operations[mode]));
    }
  }
  return result;
}

std::vector<Example> all_examples() {
  const Plan three = make_plan({"thread", "process", "2x2"}, 4);
  const Plan seven = make_plan({"process", "thread", "2x32", "4x16", "8x8", "16x4", "32x2"}, 64);
  std::vector<Example> examples;
  examples.push_back({"cost", make_result(three, 7, {2'400'000, 2'520'000, 2'404'000})});
  examples.push_back({"crash", make_result(with_fault(three, RestartPolicy::one_for_one), 7,
                                           {2'400'000, 2'520'000, 2'404'000})});
  examples.push_back({"one-mode", make_result(make_plan({"thread"}, 4), 7, {9'999'600})});
  examples.push_back({"seven-modes", make_result(with_fault(seven, RestartPolicy::never), 11,
                                                 {2'400'000, 21'000, 2'404'000, 6'000'000,
                                                  2'400'000, 1'300'000, 2'410'000})});
  examples.push_back({"few-rounds", make_result(three, 3, {2'400'000, 2'520'000, 2'404'000})});
  examples.push_back(
      {"zero-operations", make_result(make_plan({"thread", "process"}, 4), 7, {2'400'000, 0})});
  examples.push_back({"disturbed", disturbed_result()});
  examples.push_back({"troubled", troubled_result()});
  examples.push_back({"interrupted", interrupted_result()});
  examples.push_back({"stuck", stuck_result()});
  return examples;
}

}  // namespace bulkhead::example
