// Cuts a command line into words and options. The only place that knows Boost.Program_options.
// Knows which options there are and which take a value, and nothing of what a value means.
#pragma once

#include <string>
#include <vector>

#include "runner/options/mistake.hpp"
#include "runner/options/option_schema.hpp"

namespace bulkhead {

/// An option that somebody gave, unchecked: from a command line, or from any other place.
struct RawOption {
  std::string name;   ///< Without dashes; perhaps of no option at all.
  std::string value;  ///< Empty for a flag.
  std::string where;  ///< For messages: "--workers".
};

struct CommandLine {
  struct Word {
    std::string text;
    /// Behind an unknown option: perhaps its value.
    enum class Place { certain, behind_unknown_option } place = Place::certain;
  };
  std::vector<Word> words;
  std::vector<RawOption> options;  ///< In order; unknown ones and flags too.
  Mistakes mistakes;               ///< Missing values, values of flags.
};

/// `arguments` come after the program and the command; `options` are all that might be meant. A
/// value stands behind its option as the next word or after "="; a name is never guessed from its
/// beginning; behind "--" everything is a word. "-h" is short for the flag "help", if there is one.
[[nodiscard]] CommandLine read_command_line(const std::vector<std::string>& arguments,
                                            const std::vector<OptionSpec>& options);

/// The words that are meant as words: what stands behind an unknown option is most likely its
/// value, unless there is no other.
[[nodiscard]] std::vector<std::string> certain_words(const CommandLine& line);

/// The option of this name, or null.
[[nodiscard]] const OptionSpec* find_option(const std::vector<OptionSpec>& options,
                                            std::string_view name);

/// Takes those options out that `known` has, and returns them in order.
[[nodiscard]] std::vector<RawOption> take_known(std::vector<RawOption>& options,
                                                const std::vector<OptionSpec>& known);

/// What to say about a name that is no option: with the nearest one, or what is there to see.
[[nodiscard]] std::string unknown_option_text(std::string_view name,
                                              const std::vector<OptionSpec>& options);

}  // namespace bulkhead
