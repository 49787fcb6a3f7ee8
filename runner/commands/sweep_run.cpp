#include "runner/commands/sweep_run.hpp"

#include <fmt/format.h>

#include <deque>

#include "runner/commands/console.hpp"
#include "runner/commands/destination.hpp"
#include "runner/commands/outcome.hpp"
#include "runner/commands/run.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/reports/facts.hpp"
#include "runner/reports/number.hpp"
#include "runner/reports/overview.hpp"

namespace bulkhead {
namespace {

/// A run that came to its end, or as far as it was let.
struct SweepPoint {
  std::string name;
  ExperimentResult result;
};

/// The page of all runs, or, for people at a terminal, what they say together.
std::string draw_all(const std::deque<SweepPoint>& points, const OutputChoice& output,
                     const RenderStyle& style) {
  std::vector<NamedResult> named;
  named.reserve(points.size());
  for (const SweepPoint& point : points) named.push_back({point.name, &point.result});
  BatchFacts facts;
  facts.facts = describe_host(points.front().result.host);
  return output.format == "table" ? render_overview(named, facts, style)
                                  : render_batch(named, facts, output.format, style);
}

}  // namespace

ExitStatus carry_out_sweep(const std::vector<RunRequest>& requests) {
  const OutputChoice& output = requests.front().output;
  Destination destination(output.path);
  const RenderStyle style =
      style_for(output, look_at_stream(destination.fd()), read_terminal_environment());
  std::deque<SweepPoint> points;  // Their places must stay.
  RunOutcome worst;
  for (const RunRequest& request : requests) {
    announce(request.plan);
    const std::string place =
        fmt::format("{}/{} {}  ", points.size() + 1, requests.size(), request.label);
    points.push_back({fmt::format("{} {}", request.plan.workload->name, request.label),
                      run_with_progress(request.plan, output.progress, place)});
    const auto& [name, result] = points.back();
    RunOutcome outcome = outcome_of(result);
    if (!outcome.reason.empty()) outcome.reason = fmt::format("{}: {}", name, outcome.reason);
    if (worst.status == ExitStatus::done) worst = outcome;
    if (result.interrupted) {
      worst = outcome;
      const std::size_t left = requests.size() - points.size();
      if (left > 0) worst.reason += fmt::format("; {} not begun", plural(left, "run"));
      break;
    }
  }
  destination.finish(draw_all(points, output, style));
  if (!worst.reason.empty()) print_error(fmt::format("bulkhead: {}\n", worst.reason));
  return worst.status;
}

}  // namespace bulkhead
