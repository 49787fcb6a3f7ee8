#include "runner/commands/scaling_run.hpp"

#include <fmt/format.h>

#include <deque>

#include "runner/commands/console.hpp"
#include "runner/commands/destination.hpp"
#include "runner/commands/outcome.hpp"
#include "runner/commands/run.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/reports/facts.hpp"
#include "runner/reports/overview.hpp"

namespace bulkhead {
namespace {

std::string name_of(const Plan& plan) {
  return fmt::format("{} workers={}", plan.workload->name, plan.worker_count);
}

/// The page of all runs, or, for people at a terminal, what they say together.
std::string draw_all(const std::deque<ExperimentResult>& results, const OutputChoice& output,
                     const RenderStyle& style) {
  std::vector<NamedResult> named;
  named.reserve(results.size());
  for (const ExperimentResult& result : results) named.push_back({name_of(result.plan), &result});
  BatchFacts facts;
  facts.facts = describe_host(results.front().host);
  return output.format == "table" ? render_overview(named, facts, style)
                                  : render_batch(named, facts, output.format, style);
}

}  // namespace

ExitStatus carry_out_scaling(const std::vector<RunRequest>& requests) {
  const OutputChoice& output = requests.front().output;
  Destination destination(output.path);
  const RenderStyle style =
      style_for(output, look_at_stream(destination.fd()), read_terminal_environment());
  std::deque<ExperimentResult> results;  // Their places must stay.
  RunOutcome worst;
  for (const RunRequest& request : requests) {
    results.push_back(run_with_progress(request.plan, output.progress));
    const RunOutcome outcome = outcome_of(results.back());
    if (worst.status == ExitStatus::done) worst = outcome;
    if (results.back().interrupted) {
      worst = outcome;
      break;
    }
  }
  destination.finish(draw_all(results, output, style));
  if (!worst.reason.empty()) print_error(fmt::format("bulkhead: {}\n", worst.reason));
  return worst.status;
}

}  // namespace bulkhead
