// Finding in a report what a chart or the overview shows again, so that a number is rounded once.
// Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "runner/reports/report.hpp"

namespace bulkhead {

/// A row of a report and the row of details below it: its intervals.
struct FoundRow {
  const ReportRow* row = nullptr;
  const ReportRow* detail = nullptr;  ///< Null where there is none.

  explicit operator bool() const noexcept { return row != nullptr; }
};

[[nodiscard]] inline FoundRow find_row(const ReportTable& table, std::string_view measure) {
  for (const RowGroup& group : table.groups) {
    for (std::size_t index = 0; index < group.size(); ++index) {
      if (group[index].measure != measure) continue;
      const bool has_detail = index + 1 < group.size() && group[index + 1].measure.empty();
      return {&group[index], has_detail ? &group[index + 1] : nullptr};
    }
  }
  return {};
}

/// Without the blanks that indent it below another label.
[[nodiscard]] inline std::string unindented(const std::string& label) {
  return label.substr(std::min(label.find_first_not_of(' '), label.size()));
}

}  // namespace bulkhead
