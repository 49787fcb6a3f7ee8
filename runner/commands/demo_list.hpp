// What demos there are.
#pragma once

#include <string_view>
#include <vector>

#include "runner/commands/prediction.hpp"

namespace bulkhead {

/// One demo.
struct Demo {
  std::string_view name;
  std::string_view help;               ///< One line, no full stop.
  std::string_view watch;              ///< What to look at in the table.
  std::vector<std::string_view> runs;  ///< What stands behind `bulkhead run`, one after the other.
  /// The same slowly enough to be watched, all modes at once; empty where there is nothing to see.
  std::string_view live = {};
  Question question = {};                                     ///< No answers: nothing is asked.
  DemoFinding (*find)(const DemoResults& results) = nullptr;  ///< What the results say to it.
  /// The rows of the tables that matter to the question; empty: whole tables.
  std::vector<std::string_view> rows = {};
  /// Where each run has one mode: what its column is called when all stand side by side in one
  /// table. Empty: a table for each run.
  std::vector<std::string_view> columns = {};
};

/// In the order in which they are listed.
[[nodiscard]] const std::vector<Demo>& all_demos();

}  // namespace bulkhead
