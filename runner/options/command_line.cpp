#include "runner/options/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "runner/options/suggest.hpp"

namespace bulkhead {
namespace {

namespace po = boost::program_options;

/// All options as plain text; whether a value is there is ours to say, so none is required here.
/// With an implicit value a word behind the option is still taken as its value.
po::options_description describe_to_library(const std::vector<OptionSpec>& options) {
  po::options_description description;
  for (const OptionSpec& option : options) {
    const std::string name(option.name);
    if (description.find_nothrow(name, false) != nullptr) continue;
    if (option.kind == ValueKind::flag) {
      description.add_options()(name.c_str(), "");
    } else {
      description.add_options()(name.c_str(), po::value<std::string>()->implicit_value(""), "");
    }
  }
  return description;
}

/// "--name=value", which the library refuses with an exception, and so with an end to its reading,
/// where the value is empty or the option is a flag. For a flag the name keeps its "=", which makes
/// it one that the library does not know.
std::vector<po::option> read_adjacent_value(std::vector<std::string>& arguments,
                                            const std::vector<OptionSpec>& options) {
  const std::string& argument = arguments.front();
  const std::size_t equals = argument.find('=');
  if (!argument.starts_with("--") || equals == std::string::npos) return {};
  po::option option;
  // Without a name before it the "=" is the name, which no option has.
  option.string_key = equals == 2 ? "=" : argument.substr(2, equals - 2);
  const OptionSpec* known = find_option(options, option.string_key);
  if (known != nullptr && known->kind == ValueKind::flag) option.string_key += '=';
  option.value = {argument.substr(equals + 1)};
  option.original_tokens = {argument};
  arguments.erase(arguments.begin());
  return {option};
}

std::vector<po::option> cut(const std::vector<std::string>& arguments,
                            const std::vector<OptionSpec>& options) {
  namespace style = po::command_line_style;
  const po::options_description description = describe_to_library(options);
  po::command_line_parser parser(arguments);
  parser.options(description)
      .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
      .allow_unregistered()
      .extra_style_parser([&options](std::vector<std::string>& rest) {
        return read_adjacent_value(rest, options);
      });
  return parser.run().options;
}

class ArgumentReader {
 public:
  explicit ArgumentReader(const std::vector<OptionSpec>& options) : options_(options) {}

  void take(const po::option& option) {
    const auto place = std::exchange(next_word_, CommandLine::Word::Place::certain);
    if (option.string_key.empty()) {
      take_word(option.value.empty() ? std::string() : option.value.front(), place);
    } else {
      take_option(option);
    }
  }
  [[nodiscard]] CommandLine finish() { return std::move(line_); }

 private:
  void take_word(const std::string& word, CommandLine::Word::Place place) {
    if (word == "-h" && find_option(options_, "help") != nullptr) {
      line_.options.push_back({"help", "", "-h"});
    } else if (word.size() > 1 && word.front() == '-') {
      line_.mistakes.push_back({"command line", in_quotes(word) + " is not an option"});
    } else {
      line_.words.push_back({word, place});
    }
  }

  void take_option(const po::option& option) {
    std::string name = option.string_key;
    if (name.ends_with('=')) name.pop_back();
    const std::string where = "--" + name;
    const OptionSpec* known = find_option(options_, name);
    if (known == nullptr) {
      if (option.value.empty()) next_word_ = CommandLine::Word::Place::behind_unknown_option;
    } else if (known->kind == ValueKind::flag && !option.value.empty()) {
      line_.mistakes.push_back({where, "takes no value"});
      return;
    } else if (known->kind != ValueKind::flag && option.value.empty()) {
      const std::string allowed = allowed_text(*known);
      line_.mistakes.push_back(
          {where, allowed.empty() ? "needs a value" : "needs a value: " + allowed});
      return;
    }
    line_.options.push_back(
        {std::move(name), option.value.empty() ? std::string() : option.value.front(), where});
  }

  const std::vector<OptionSpec>& options_;
  CommandLine line_;
  CommandLine::Word::Place next_word_ = CommandLine::Word::Place::certain;
};

}  // namespace

CommandLine read_command_line(const std::vector<std::string>& arguments,
                              const std::vector<OptionSpec>& options) {
  ArgumentReader reader(options);
  for (const po::option& option : cut(arguments, options)) reader.take(option);
  return reader.finish();
}

std::vector<std::string> certain_words(const CommandLine& line) {
  std::vector<std::string> certain, all;
  for (const CommandLine::Word& word : line.words) {
    all.push_back(word.text);
    if (word.place == CommandLine::Word::Place::certain) certain.push_back(word.text);
  }
  return certain.empty() ? all : certain;
}

const OptionSpec* find_option(const std::vector<OptionSpec>& options, std::string_view name) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const OptionSpec& option) { return option.name == name; });
  return found == options.end() ? nullptr : &*found;
}

std::vector<RawOption> take_known(std::vector<RawOption>& options,
                                  const std::vector<OptionSpec>& known) {
  std::vector<RawOption> taken;
  std::erase_if(options, [&](const RawOption& option) {
    if (find_option(known, option.name) == nullptr) return false;
    taken.push_back(option);
    return true;
  });
  return taken;
}

std::string unknown_option_text(std::string_view name, const std::vector<OptionSpec>& options) {
  std::vector<std::string_view> names;
  names.reserve(options.size());
  for (const OptionSpec& option : options) names.push_back(option.name);
  const std::string_view nearest = nearest_name(name, names);
  if (nearest.empty()) return "is not an option";
  return fmt::format("is not an option; did you mean '--{}'?", nearest);
}

}  // namespace bulkhead
