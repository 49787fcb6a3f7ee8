#include "runner/commands/faults.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "runner/commands/console.hpp"
#include "runner/commands/destination.hpp"
#include "runner/commands/option_help.hpp"
#include "runner/commands/outcome.hpp"
#include "runner/commands/progress.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/options/faults_request.hpp"
#include "runner/reports/matrix_report.hpp"
#include "runner/reports/number.hpp"
#include "runner/reports/step_report.hpp"

namespace bulkhead {
namespace {

std::string progress_text(const MatrixProgress& state) {
  if (state.trials_in_all == 0) {  // Nobody knows how many there will be.
    return fmt::format("trial {}  {}{}", state.trials_done + 1, state.mode,
                       state.fault.empty() ? "" : fmt::format(" + {}", state.fault));
  }
  const std::int64_t left_ns =
      state.trials_done == 0
          ? 0
          : state.elapsed_ns / static_cast<std::int64_t>(state.trials_done) *
                static_cast<std::int64_t>(state.trials_in_all - state.trials_done);
  const std::string left =
      left_ns == 0 ? "" : fmt::format("  {} s left", left_ns / 1'000'000'000 + 1);
  return fmt::format("trial {}/{}  {}{}{}", state.trials_done + 1, state.trials_in_all, state.mode,
                     state.fault.empty() ? "" : fmt::format(" + {}", state.fault), left);
}

/// Calls `run(progress)`, and shows the progress where somebody sees it.
template <class Run>
auto run_with_progress(const FaultsRequest& request, Run run) {
  const StreamFacts stream = look_at_stream(STDERR_FILENO);
  const bool shows = request.run.output.progress != ProgressChoice::never &&
                     stream.kind == StreamFacts::Kind::terminal;
  ProgressLine line(text_width(stream));
  return run([&](const MatrixProgress& state) {
    if (shows) line.show_text(progress_text(state));
  });
}

/// Writes what was found, and says how the command ends.
template <class Result>
ExitStatus finish(const Result& result, const FaultsRequest& request, Destination& destination,
                  const RenderStyle& style) {
  destination.finish(render(result, request.run.output.format, style));
  if (result.experiment.interrupted) {
    print_error(fmt::format("bulkhead: interrupted after {}; what was known until then is above\n",
                            plural(result.experiment.trials.size(), "trial")));
    return ExitStatus::interrupted;
  }
  const RunOutcome outcome = outcome_of(result.experiment);
  if (!outcome.reason.empty()) print_error(fmt::format("bulkhead: {}\n", outcome.reason));
  return outcome.status;
}

}  // namespace

std::string faults_help(unsigned width) {
  return "usage: bulkhead faults [WORKLOAD] [OPTION...]\n\n" +
         paragraph(
             "Strikes each fault of the catalogue once in each mode, into worker 1 of the workload "
             "(bank, unless another is named), and prints what became of the others: the "
             "containment matrix, what is not as the catalogue expects, and what the walls cost.",
             width) +
         "\n" +
         paragraph(
             "What does not end as the catalogue expects is tried again, and is a finding when "
             "that "
             "comes twice. What the walls cost is measured in rounds without faults, whose windows "
             "are as long as --duration says but 120 ms at most.",
             width) +
         option_help(faults_options(), width);
}

ExitStatus faults_command(const Arguments& arguments) {
  const FaultsRequest request = read_faults_request(arguments, machine_defaults());
  if (!request.run.mistakes.empty()) return refuse(request.run.mistakes, "bulkhead faults --help");
  if (request.run.wish == RunRequest::Wish::help) {
    print(faults_help(output_width()));
    return ExitStatus::done;
  }
  Destination destination(request.run.output.path);
  const RenderStyle style =
      style_for(request.run.output, look_at_stream(destination.fd()), read_terminal_environment());
  const Plan& plan = request.run.plan;
  if (request.exhaust_steps) {
    const StepResult result = run_with_progress(request, [&](const auto& progress) {
      return run_step_matrix(plan, request.faults, progress);
    });
    return finish(result, request, destination, style);
  }
  const MatrixResult result = run_with_progress(request, [&](const auto& progress) {
    return run_fault_matrix(plan, request.faults, request.trigger, progress);
  });
  return finish(result, request, destination, style);
}

}  // namespace bulkhead
