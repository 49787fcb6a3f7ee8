// The help of options, drawn from their table. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/options/option_schema.hpp"

namespace bulkhead {

/// All options under the headlines of their groups, in the order of the table, each with what it
/// does, its default and what it takes.
[[nodiscard]] std::string option_help(const std::vector<OptionSpec>& options, unsigned width);

/// The same for keys of a config file, which are written without dashes: "repeat = N".
[[nodiscard]] std::string key_help(const std::vector<OptionSpec>& keys, unsigned width);

}  // namespace bulkhead
