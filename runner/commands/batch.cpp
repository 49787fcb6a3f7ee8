#include "runner/commands/batch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "runner/batch/batch.hpp"
#include "runner/commands/batch_progress.hpp"
#include "runner/commands/console.hpp"
#include "runner/commands/option_help.hpp"
#include "runner/commands/outcome.hpp"
#include "runner/commands/stored_view.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/options/batch_request.hpp"
#include "runner/options/batch_sections.hpp"
#include "runner/options/shell_word.hpp"
#include "runner/reports/number.hpp"
#include "runner/results/machine_changes.hpp"

namespace bulkhead {
namespace {

std::string command_line(const Arguments& words) {
  std::string line = "bulkhead";
  for (const std::string& word : words) line += " " + shell_word(word);
  return line;
}

ExitStatus show_plan(const BatchPlan& plan) {
  std::vector<std::vector<std::string>> rows{{"trials", "about", "workers", "modes", "experiment"}};
  std::uint64_t all_trials = 0;
  double all_ns = 0;
  for (const BatchExperiment& experiment : plan.experiments) {
    std::vector<std::string_view> modes;
    for (const Mode& mode : experiment.plan.modes) modes.push_back(mode.name);
    const std::uint64_t trials = most_trials(experiment.plan);
    const double ns =
        static_cast<double>(trials) * static_cast<double>(planned_trial_ns(experiment.plan));
    rows.push_back({whole(trials), rough_time(ns), whole(experiment.plan.worker_count),
                    fmt::format("{}", fmt::join(modes, ", ")), experiment.name});
    all_trials += trials;
    all_ns += ns;
  }
  std::string text = aligned(rows, output_width());
  text += fmt::format("\n{}: {}\n", plural(plan.experiments.size(), "experiment"),
                      trials_and_time(all_trials, all_ns));
  for (const BatchGroup& group : plan.groups) {
    if (!group.budget_ns) continue;
    text += fmt::format("{}: at most {} by its budget\n", group.file,
                        rough_time(static_cast<double>(*group.budget_ns)));
  }
  print(text);
  return ExitStatus::done;
}

void tell_start(const Batch& batch, ResultStore& store) {
  const Batch::Totals totals = batch.totals();
  const StoredBatch& found = store.found();
  if (totals.stored > 0) {
    print_error(fmt::format("bulkhead: going on in {}: {} there already, {} missing\n",
                            store.directory(), plural(totals.stored, "trial"),
                            totals.missing == 0 ? "none" : "at most " + whole(totals.missing)));
  }
  for (const std::string& damage : describe_damage(found)) {
    print_error(fmt::format("bulkhead: {}: {}\n", store.directory(), damage));
  }
  if (found.torn_bytes > 0) {
    print_error(fmt::format("bulkhead: {}/{}: a torn last line of {} was cut off\n",
                            store.directory(), results_file, plural(found.torn_bytes, "byte")));
  }
  if (found.sessions.empty()) return;
  for (const std::string& change : machine_changes(found.sessions.back().host, read_host_facts())) {
    print_error(fmt::format("bulkhead: the machine has changed: {}\n", change));
  }
}

/// The worst that became of an experiment.
ExitStatus outcome_of_all(const StoredBatch& batch) {
  ExitStatus status = ExitStatus::done;
  for (const StoredExperiment& one : batch.experiments) {
    const RunOutcome outcome = outcome_of(one.course.result());
    if (outcome.status == ExitStatus::done) continue;
    print_error(fmt::format("bulkhead: {}: {}\n", one.name, outcome.reason));
    status = outcome.status;
  }
  return status;
}

/// Read again, so that what is shown is what is stored.
ExitStatus show_results(const BatchRequest& request) {
  const StoredBatch batch = read_results(request.directory);
  const RenderStyle style =
      style_for(request.output, look_at_stream(STDOUT_FILENO), read_terminal_environment());
  print(render_overview(results_of(batch), describe(batch, request.directory), style));
  return outcome_of_all(batch);
}

ExitStatus run_batch(const BatchRequest& request, const Arguments& arguments) {
  ResultStore store(request.directory);
  Mistakes mistakes;
  Batch batch(request.plan, store, mistakes);
  if (!mistakes.empty()) return refuse(mistakes, "bulkhead batch --help");
  tell_start(batch, store);
  Arguments command{"batch"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Batch::Totals totals;
  const std::string go_on = command_line(command);
  try {
    BatchProgressShow show(request.output.progress);
    totals = batch.run(command, [&show](const BatchProgress& state) { show.tell(state); });
  } catch (const std::system_error& error) {
    print_error(
        fmt::format("bulkhead: {}\nWhat was finished before is safe in {}. To go on:\n  {}\n",
                    error.what(), request.directory, go_on));
    return ExitStatus::host_refused;
  }
  if (totals.interrupted) {
    print_error(
        fmt::format("bulkhead: interrupted after {}; all of them are in {}. To go on:\n"
                    "  {}\n",
                    plural(totals.stored + totals.run, "trial"), request.directory, go_on));
    return ExitStatus::interrupted;
  }
  const ExitStatus status = show_results(request);
  print_error(fmt::format("bulkhead: {} in {}; all tables: bulkhead report {}\n",
                          plural(totals.stored + totals.run, "trial"), request.directory,
                          request.directory));
  return status;
}

}  // namespace

std::string batch_help(unsigned width) {
  return "usage: bulkhead batch FILE... [OPTION...]\n\n" +
         paragraph(
             "Runs the experiments of config files and keeps every trial in a directory as it "
             "finishes. The same command goes on where it stopped. Options of bulkhead run on the "
             "command line stand above those of all files.",
             width) +
         "\n" +
         paragraph(
             "A config file has a [section] for each experiment, whose keys are the options of "
             "bulkhead run without their dashes, and [defaults] for all of them. Several values, "
             "separated by commas, make an experiment of each; the modes are compared within one.",
             width) +
         option_help(batch_options(), width) + key_help(batch_keys(), width);
}

ExitStatus batch_command(const Arguments& arguments) {
  const BatchRequest request = read_batch_request(arguments, machine_defaults());
  if (request.wish == BatchRequest::Wish::help) {
    print(batch_help(output_width()));
    return ExitStatus::done;
  }
  if (!request.mistakes.empty()) return refuse(request.mistakes, "bulkhead batch --help");
  if (request.wish == BatchRequest::Wish::show_plan) return show_plan(request.plan);
  try {
    return run_batch(request, arguments);
  } catch (const ResultsBusy& busy) {
    print_error(fmt::format("bulkhead: {}\n", busy.what()));
  } catch (const ResultsUnreadable& unreadable) {
    return refuse(
        {{"--output", fmt::format("{} {}", in_quotes(request.directory), unreadable.what())}},
        "bulkhead batch --help");
  }
  return ExitStatus::host_refused;
}

}  // namespace bulkhead
