#include "runner/options/compare_request.hpp"

#include <algorithm>

#include "runner/options/checked_options.hpp"
#include "runner/options/plan_builder.hpp"
#include "runner/options/report_request.hpp"
#include "runner/options/run_options.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view the_comparison = "The comparison";

std::vector<OptionSpec> make_compare_options() {
  std::vector<OptionSpec> options{
      {.group = the_comparison,
       .name = "fail-if",
       .argument = "RULE",
       .occurs = Occurs::many,
       .help = "end with exit code 1 when a ratio of new to old certainly lies beyond the limit; "
               "may be given several times",
       .form = "MEASURE < RATIO or MEASURE > RATIO"}};
  for (OptionSpec& option : borrowed_options(
           the_comparison, {"confidence", "format", "output", "color", "width", "help"})) {
    // The others draw experiments, of which a comparison has none.
    if (option.name == "format") option.words = {"csv", "markdown", "table"};
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace

const std::vector<OptionSpec>& compare_options() {
  static const std::vector<OptionSpec> options = make_compare_options();
  return options;
}

CompareRequest read_compare_request(const std::vector<std::string>& arguments) {
  CompareRequest request;
  CommandLine line = read_command_line(arguments, compare_options());
  Mistakes& mistakes = request.mistakes;
  mistakes = line.mistakes;
  const CheckedOptions options(compare_options(), take_known(line.options, compare_options()),
                               mistakes);
  if (options.given("help")) {
    request.wish = CompareRequest::Wish::help;
    return request;
  }
  for (const RawOption& option : line.options) {
    mistakes.push_back({option.where, unknown_option_text(option.name, compare_options())});
  }
  const auto directories = read_directories(line, {"OLD", "NEW"}, mistakes);
  if (directories.size() == 2) {
    request.before = directories[0];
    request.after = directories[1];
  }
  request.confidence = static_cast<double>(options.number("confidence")) / 1e6;
  request.output = build_output_choice(options, mistakes);
  if (!options.given("fail-if")) return request;
  for (const OptionValue& value : options.values("fail-if")) {
    Checked<FailRule> rule = parse_fail_rule(value.text);
    if (rule.ok()) {
      request.rules.push_back(std::move(*rule.value));
    } else {
      mistakes.push_back({options.where("fail-if"), in_quotes(value.text) + " " + rule.problem});
    }
  }
  return request;
}

}  // namespace bulkhead
