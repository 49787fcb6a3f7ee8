#include "runner/options/report_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/options/checked_options.hpp"
#include "runner/options/plan_builder.hpp"
#include "runner/options/run_options.hpp"
#include "runner/options/split.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view the_report = "The report";

std::vector<OptionSpec> make_report_options() {
  std::vector<OptionSpec> options{
      {.group = the_report,
       .name = "only",
       .argument = "LIST",
       .occurs = Occurs::many,
       .default_note = "all",
       .help = "these experiments, by their whole name or its beginning",
       .form = "names, separated by commas"}};
  for (OptionSpec& option :
       borrowed_options(the_report, {"format", "output", "color", "width", "help"})) {
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace

const std::vector<OptionSpec>& report_options() {
  static const std::vector<OptionSpec> options = make_report_options();
  return options;
}

std::vector<std::string> read_directories(const CommandLine& line,
                                          const std::vector<std::string_view>& places,
                                          Mistakes& mistakes) {
  const std::vector<std::string> words = certain_words(line);
  std::vector<std::string> directories;
  for (std::size_t index = 0; index < std::max(places.size(), words.size()); ++index) {
    if (index >= words.size()) {
      mistakes.push_back(
          {std::string(places[index]), "is missing: a directory that bulkhead batch has filled"});
    } else if (index >= places.size()) {
      mistakes.push_back(
          {std::string(places.back()), in_quotes(words[index]) + " is one word too many"});
    } else {
      directories.push_back(words[index]);
    }
  }
  return directories;
}

ReportRequest read_report_request(const std::vector<std::string>& arguments) {
  ReportRequest request;
  CommandLine line = read_command_line(arguments, report_options());
  Mistakes& mistakes = request.mistakes;
  mistakes = line.mistakes;
  const CheckedOptions options(report_options(), take_known(line.options, report_options()),
                               mistakes);
  if (options.given("help")) {
    request.wish = ReportRequest::Wish::help;
    return request;
  }
  for (const RawOption& option : line.options) {
    mistakes.push_back({option.where, unknown_option_text(option.name, report_options())});
  }
  const auto directories = read_directories(line, {"DIR"}, mistakes);
  if (!directories.empty()) request.directory = directories.front();
  request.output = build_output_choice(options, mistakes);
  if (options.given("only")) {
    for (const OptionValue& value : options.values("only")) {
      for (const std::string_view name : split_at_commas(value.text)) {
        request.only.emplace_back(trimmed(name));
      }
    }
  }
  return request;
}

}  // namespace bulkhead
