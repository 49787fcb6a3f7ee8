// Config files of a batch, cut into sections and keys: INI as Boost.Program_options reads it, line
// by line, so that everything knows the line it stands in. Knows no key: what a value means is the
// business of whoever asked. A `#` begins a comment anywhere, a `;` at the start of a line.
#pragma once

#include <string>
#include <vector>

#include "runner/options/command_line.hpp"
#include "runner/options/mistake.hpp"

namespace bulkhead {

/// The section whose keys hold for all others.
inline constexpr std::string_view defaults_section = "defaults";

struct ConfigSection {
  std::string name;
  std::string where;            ///< "file:line".
  std::vector<RawOption> keys;  ///< In order; RawOption::where is "file:line: key".
};

struct ConfigFile {
  std::string path;
  std::vector<RawOption> defaults;      ///< Of [defaults]; empty without one.
  std::vector<ConfigSection> sections;  ///< The experiments, in order.
};

/// Reads a file. What cannot be read, is no line of such a file, or is a section that is there
/// already is added to `mistakes`, and the rest is still read.
[[nodiscard]] ConfigFile read_config_file(const std::string& path, Mistakes& mistakes);

/// The same from text; `path` is for messages.
[[nodiscard]] ConfigFile read_config_text(const std::string& path, const std::string& text,
                                          Mistakes& mistakes);

}  // namespace bulkhead
