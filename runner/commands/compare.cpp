#include "runner/commands/compare.hpp"

#include <fmt/format.h>

#include <optional>

#include "runner/commands/console.hpp"
#include "runner/commands/destination.hpp"
#include "runner/commands/option_help.hpp"
#include "runner/commands/stored_view.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/options/compare_request.hpp"
#include "runner/reports/compare_report.hpp"
#include "runner/reports/render.hpp"

namespace bulkhead {
namespace {

std::optional<StoredBatch> read_or_blame(const std::string& directory, std::string_view place,
                                         Mistakes& mistakes) {
  try {
    StoredBatch batch = read_results(directory);
    for (const std::string& damage : describe_damage(batch)) {
      print_error(fmt::format("bulkhead: {}: {}\n", directory, damage));
    }
    return batch;
  } catch (const ResultsUnreadable& unreadable) {
    mistakes.push_back(
        {std::string(place), fmt::format("{} {}", in_quotes(directory), unreadable.what())});
    return std::nullopt;
  }
}

std::string measures_text(unsigned width) {
  std::vector<std::vector<std::string>> rows;
  for (const StoredMeasure& measure : stored_measures()) {
    rows.push_back({std::string(measure.name), std::string(measure.help)});
  }
  return "\nMeasures of rules:\n" + aligned(rows, width);
}

ExitStatus judge_all(const StoredComparison& comparison, const std::vector<FailRule>& rules) {
  ExitStatus status = ExitStatus::done;
  for (const FailRule& rule : rules) {
    for (const std::string& failed : apply(rule, comparison).failed) {
      print_error(fmt::format("bulkhead: failed: {}\n", failed));
      status = ExitStatus::expectation_not_met;
    }
  }
  return status;
}

}  // namespace

std::string compare_help(unsigned width) {
  return "usage: bulkhead compare OLD NEW [OPTION...]\n\n" +
         paragraph(
             "Holds the results that bulkhead batch keeps in one directory against those in "
             "another: for each experiment and mode that both have, the ratio of new to old with "
             "its interval.",
             width) +
         option_help(compare_options(), width) + measures_text(width);
}

ExitStatus compare_command(const Arguments& arguments) {
  CompareRequest request = read_compare_request(arguments);
  if (request.wish == CompareRequest::Wish::help) {
    print(compare_help(output_width()));
    return ExitStatus::done;
  }
  if (!request.mistakes.empty()) return refuse(request.mistakes, "bulkhead compare --help");
  const auto before = read_or_blame(request.before, "OLD", request.mistakes);
  const auto after = read_or_blame(request.after, "NEW", request.mistakes);
  if (!before || !after) return refuse(request.mistakes, "bulkhead compare --help");
  const StoredComparison comparison = compare_stored(*before, *after, request.confidence);
  if (comparison.rows.empty()) {
    return refuse({{"NEW", fmt::format("{} has no experiment in common with {}",
                                       in_quotes(request.after), in_quotes(request.before))}},
                  "bulkhead compare --help");
  }
  Destination destination(request.output.path);
  const RenderStyle style =
      style_for(request.output, look_at_stream(destination.fd()), read_terminal_environment());
  const Report report = make_compare_report(
      comparison, {request.before, request.after}, request.confidence, request.rules,
      request.output.format == "csv" ? CompareColumns::all : CompareColumns::telling);
  destination.finish(render_report(report, request.output.format, style));
  return judge_all(comparison, request.rules);
}

}  // namespace bulkhead
