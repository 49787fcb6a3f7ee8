// How rows of a report are made from numbers: rounding, units and what stands where there is none,
// the same for every row. For the files that fill tables. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/reports/number.hpp"
#include "runner/reports/report.hpp"

namespace bulkhead {

/// Stands where there is nothing to say.
inline constexpr std::string_view not_available = "n/a";

struct RowHead {
  std::string_view measure;
  std::string_view label;  ///< The unit is put behind it.
  Quantity quantity;
  std::string_view thing = {};  ///< What is counted, where the label does not say it: "op".
};

/// A number of one mode, with its interval where it has one.
struct CellNumber {
  std::optional<double> value;
  std::optional<double> low;
  std::optional<double> high;
  std::string mark;  ///< Put behind the number: points to a footnote.
  std::string note;
  Tone tone = Tone::plain;
};

/// One row of numbers, all in the unit that suits the largest.
[[nodiscard]] ReportRow number_row(const RowHead& head, const std::vector<CellNumber>& numbers);

/// The intervals of the same numbers in the same unit, to stand below them.
[[nodiscard]] ReportRow interval_row(std::string_view label, const RowHead& head,
                                     const std::vector<CellNumber>& numbers);

/// A row of words; a cell's value may be what the words say, for machines.
[[nodiscard]] ReportRow text_row(std::string_view measure, std::string_view label,
                                 std::string_view unit, std::vector<ReportCell> cells);

/// A range of counts, as a whole or out of so many: "3", "0-3", "1 of 4", "1-4 of 4".
[[nodiscard]] ReportCell range_cell(const std::optional<CountRange>& range,
                                    std::optional<std::uint64_t> out_of);

/// The state's health at the end, from worst to best: "sound 7 of 7", "torn 2, sound 5 of 7".
[[nodiscard]] ReportCell state_cell(const StateCount& state);

/// How many trials were completed, and what became of the others.
[[nodiscard]] ReportCell trials_cell(const TrialCount& trials);

/// Leaves a row out in which no mode has anything to say.
void add_row(RowGroup& group, ReportRow row);

/// get(mode summary), an optional number, for every mode.
template <class Get>
[[nodiscard]] std::vector<CellNumber> numbers_of(const Summary& summary, Get get) {
  std::vector<CellNumber> numbers;
  for (const ModeSummary& mode : summary.modes) {
    CellNumber number;
    number.value = get(mode);
    numbers.push_back(number);
  }
  return numbers;
}

/// get(mode summary), a cell, for every mode.
template <class Get>
[[nodiscard]] std::vector<ReportCell> cells_of(const Summary& summary, Get get) {
  std::vector<ReportCell> cells;
  for (const ModeSummary& mode : summary.modes) cells.push_back(get(mode));
  return cells;
}

}  // namespace bulkhead
