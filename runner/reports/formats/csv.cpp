// One line for each measure of each mode, for spreadsheets and scripts. Values are not rounded;
// where there is no number, the field is empty.

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "runner/reports/csv_field.hpp"
#include "runner/reports/format.hpp"

namespace bulkhead::csv_format {
namespace {

constexpr std::string_view head = "section,measure,unit,mode,value,low,high,note\n";

std::string number_field(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? fmt::format("{}", *number) : std::string();
}

/// All lines of a report, each behind the same fields.
std::string lines_of(const Report& report, std::string_view before) {
  std::string text;
  for (const ReportTable& table : report.tables) {
    for (const RowGroup& group : table.groups) {
      for (const ReportRow& row : group) {
        if (row.measure.empty()) continue;  // Its numbers are the interval of the row above.
        for (std::size_t mode = 0; mode < row.cells.size(); ++mode) {
          const ReportCell& cell = row.cells[mode];
          const std::array fields{csv_field(table.section), csv_field(row.measure),
                                  csv_field(row.unit),      csv_field(report.modes[mode]),
                                  number_field(cell.value), number_field(cell.low),
                                  number_field(cell.high),  csv_field(cell.note)};
          text += fmt::format("{}{}\n", before, fmt::join(fields, ","));
        }
      }
    }
  }
  return text;
}

std::string draw(const Presentation& presentation, const RenderStyle&) {
  return std::string(head) + lines_of(presentation.report, "");
}

std::string draw_batch(const BatchPresentation& batch, const RenderStyle&) {
  std::string text = fmt::format("experiment,{}", head);
  for (const BatchPresentation::Experiment& experiment : batch.experiments) {
    text += lines_of(experiment.shown.report, csv_field(experiment.name) + ",");
  }
  return text;
}

const FormatRegistry::Registration registered{{.name = "csv",
                                               .help = "one line per measure and mode, not rounded",
                                               .draw = draw,
                                               .draw_batch = draw_batch}};

}  // namespace
}  // namespace bulkhead::csv_format
