// What an option is: one entry says all that help, checking, a man page and a config file need to
// know. An option of the command line, a key of a config file and a parameter of a workload are the
// same thing here, and are checked by the same code with the same words. Knows no particular
// option.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/options/checked.hpp"
#include "workloads/parameter.hpp"

namespace bulkhead {

enum class ValueKind {
  flag,        ///< There or not; takes no value.
  count,       ///< A whole number.
  bytes,       ///< A size with units.
  duration,    ///< A time with units, in ns.
  percent,     ///< With its sign, in parts per million.
  choice,      ///< One of `words`.
  text,        ///< Anything; whoever uses it checks it further.
  text_files,  ///< Paths of readable text files, several separated by commas.
};

enum class Occurs { once, many };

struct OptionSpec {
  std::string_view group;  ///< Headline in the help.
  std::string_view name;
  std::string_view argument = {};  ///< What stands for the value in the help; empty for a flag.
  ValueKind kind = ValueKind::text;
  Occurs occurs = Occurs::once;
  std::string default_text = {};  ///< As the user would write it; empty where there is none.
  std::string default_note = {};  ///< For the help, where the default has to be found out.
  std::string help = {};          ///< One line, no full stop.
  std::int64_t min = 0;           ///< Of the numbers.
  std::int64_t max = 0;
  std::vector<std::string_view> words = {};  ///< Beside a number; for a choice, all there is.
  std::string form = {};                     ///< text only: what it looks like, for the help.
};

/// A workload's parameter as an option.
[[nodiscard]] OptionSpec parameter_option(const Parameter& parameter, std::string_view group);

/// What can be given: "1 to 4096", "auto or 0 s to 1 min", "spread, same or none". Empty where
/// there is nothing to say.
[[nodiscard]] std::string allowed_text(const OptionSpec& option);

/// One value of an option. `number` is set for numeric kinds, unless a word stands in for it;
/// `text` is what the user wrote, for text_files one path a line.
struct OptionValue {
  std::string text;
  std::int64_t number = 0;
};

/// Checks a value by itself. For text_files, looks at the files.
[[nodiscard]] Checked<OptionValue> check_value(const OptionSpec& option, std::string_view text);

}  // namespace bulkhead
