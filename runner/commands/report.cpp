#include "runner/commands/report.hpp"

#include <fmt/format.h>

#include <algorithm>

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

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Those that were asked for. A name that is whole means itself alone, although others may begin
/// with it; one that means none is a mistake.
std::vector<NamedResult> chosen(const StoredBatch& batch, const ReportRequest& request,
                                Mistakes& mistakes) {
  std::vector<NamedResult> all = results_of(batch);
  if (request.only.empty()) return all;
  std::vector<std::string_view> names;
  names.reserve(all.size());
  for (const NamedResult& one : all) names.push_back(one.name);
  std::vector<bool> wanted(all.size());
  for (const std::string& only : request.only) {
    const bool is_whole = contains(names, only);
    bool any = false;
    for (std::size_t index = 0; index < all.size(); ++index) {
      if (is_whole ? names[index] != only : !names[index].starts_with(only)) continue;
      wanted[index] = any = true;
    }
    if (any) continue;
    mistakes.push_back({"--only", fmt::format("{} is no experiment here{}", in_quotes(only),
                                              suggestion(only, names))});
  }
  std::vector<NamedResult> results;
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (wanted[index]) results.push_back(all[index]);
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
