#include "runner/commands/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "runner/commands/console.hpp"
#include "runner/commands/destination.hpp"
#include "runner/commands/help.hpp"
#include "runner/commands/outcome.hpp"
#include "runner/commands/progress.hpp"
#include "runner/commands/sweep_run.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/experiment.hpp"
#include "runner/options/sweep_request.hpp"
#include "runner/reports/render.hpp"

namespace bulkhead {
namespace {

std::string help_command(const WorkloadEntry* workload) {
  return workload == nullptr ? "bulkhead run --help"
                             : fmt::format("bulkhead run {} --help", workload->name);
}

}  // namespace

void announce(const Plan& plan) {
  if (plan.workload->announcement == nullptr) return;
  const std::string text = plan.workload->announcement(plan.parameters);
  if (!text.empty()) print_error(fmt::format("bulkhead: {}\n", text));
}

ExperimentResult run_with_progress(const Plan& plan, ProgressChoice choice,
                                   const std::string& place) {
  const StreamFacts stream = look_at_stream(STDERR_FILENO);
  if (choice == ProgressChoice::never || stream.kind != StreamFacts::Kind::terminal) {
    return run_experiment(plan, [](const ProgressState&) {});
  }
  ProgressLine line(text_width(stream), place);
  return run_experiment(plan, [&line](const ProgressState& state) { line.show(state); });
}

ExitStatus carry_out(const RunRequest& request) {
  Destination destination(request.output.path);
  const RenderStyle style =
      style_for(request.output, look_at_stream(destination.fd()), read_terminal_environment());
  announce(request.plan);
  const ExperimentResult result = run_with_progress(request.plan, request.output.progress);
  destination.finish(render(result, request.output.format, style));

  const RunOutcome outcome = outcome_of(result);
  if (!outcome.reason.empty()) print_error(fmt::format("bulkhead: {}\n", outcome.reason));
  return outcome.status;
}

ExitStatus run_command(const Arguments& arguments) {
  const std::vector<RunRequest> requests = read_run_requests(arguments, machine_defaults());
  const RunRequest& first = requests.front();
  Mistakes mistakes;
  for (const RunRequest& request : requests) {
    mistakes.insert(mistakes.end(), request.mistakes.begin(), request.mistakes.end());
  }
  if (!mistakes.empty()) return refuse(mistakes, help_command(first.workload));
  if (first.wish == RunRequest::Wish::help) {
    print(run_help(first.workload, output_width()));
    return ExitStatus::done;
  }
  return requests.size() == 1 ? carry_out(first) : carry_out_sweep(requests);
}

}  // namespace bulkhead
