#include "runner/commands/report.hpp"

#include <fmt/format.h>

#include "runner/commands/console.hpp"
#include "runner/commands/destination.hpp"
#include "runner/commands/option_help.hpp"
#include "runner/commands/stored_view.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/options/report_request.hpp"
#include "runner/options/suggest.hpp"

namespace bulkhead {
namespace {

/// Those that were asked for, or a mistake that names what is there.
std::vector<NamedResult> chosen(const StoredBatch& batch, const ReportRequest& request,
                                Mistakes& mistakes) {
  std::vector<NamedResult> results;
  std::vector<std::string_view> names;
  for (const NamedResult& one : results_of(batch)) {
    names.push_back(one.name);
    if (request.wants(one.name)) results.push_back(one);
  }
  if (!names.empty() && results.empty()) {
    mistakes.push_back(
        {"--only", fmt::format("{} is no experiment here{}", in_quotes(request.only.front()),
                               suggestion(request.only.front(), names))});
  }
  return results;
}

}  // namespace

std::string report_help(unsigned width) {
  return "usage: bulkhead report DIR [OPTION...]\n\n" +
         paragraph(
             "Draws the results that bulkhead batch keeps in a directory, finished or not: an "
             "overview, then all tables of each experiment.",
             width) +
         option_help(report_options(), width);
}

ExitStatus report_command(const Arguments& arguments) {
  ReportRequest request = read_report_request(arguments);
  if (request.wish == ReportRequest::Wish::help) {
    print(report_help(output_width()));
    return ExitStatus::done;
  }
  if (!request.mistakes.empty()) return refuse(request.mistakes, "bulkhead report --help");
  try {
    const StoredBatch batch = read_results(request.directory);
    const std::vector<NamedResult> results = chosen(batch, request, request.mistakes);
    if (!request.mistakes.empty()) return refuse(request.mistakes, "bulkhead report --help");
    Destination destination(request.output.path);
    const RenderStyle style =
        style_for(request.output, look_at_stream(destination.fd()), read_terminal_environment());
    destination.finish(
        render_batch(results, describe(batch, request.directory), request.output.format, style));
    return ExitStatus::done;
  } catch (const ResultsUnreadable& unreadable) {
    return refuse({{"DIR", fmt::format("{} {}", in_quotes(request.directory), unreadable.what())}},
                  "bulkhead report --help");
  }
}

}  // namespace bulkhead
