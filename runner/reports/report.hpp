// What is shown of an experiment, before anybody decides how: facts, tables, plain words. Filled by
// one function from facts and numbers; a format only draws it. Texts are single lines without
// markup; they may hold whatever bytes a user or a crashing worker wrote.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/reports/summary.hpp"

namespace bulkhead {

/// What a cell says besides its text; drawn as a colour, and so never the only carrier of meaning.
enum class Tone { plain, good, bad, doubtful };

/// What there is of one measure in one mode.
struct ReportCell {
  std::string text;             ///< Rounded, in the unit that the row's label names.
  std::optional<double> value;  ///< Not rounded, in ReportRow::unit.
  std::optional<double> low;    ///< Ends of the interval.
  std::optional<double> high;
  std::string note;  ///< What the number cannot say.
  Tone tone = Tone::plain;
};

struct ReportRow {
  std::string
      measure;        ///< For machines, with its unit. Empty: detail of the row above, for people.
  std::string label;  ///< For people, with the unit of the texts.
  std::string unit;   ///< Of the values: "ns", "bytes", "share", ...
  std::vector<ReportCell> cells;  ///< One per column.
};

/// Rows that belong together.
using RowGroup = std::vector<ReportRow>;

struct ReportTable {
  std::string section;  ///< For machines.
  std::string title;    ///< Empty where the report's own says all.
  std::vector<RowGroup> groups;
  std::vector<std::string> heads = {};  ///< Of its columns; empty: the report's modes.
};

struct ReportFact {
  std::string name;
  std::string text;
};

/// Lines that are shown as they are: what a workload drew of one trial.
struct ReportExhibit {
  std::string title;
  std::vector<std::string> lines;
};

struct Report {
  std::string title;
  std::vector<ReportFact> facts;
  std::vector<std::string> warnings;
  std::vector<std::string> modes;  ///< The columns of all tables that have no heads of their own.
  std::vector<ReportTable> tables;
  std::vector<ReportExhibit> exhibits;
  std::vector<std::string> meaning;  ///< See explain.hpp.
  std::vector<std::string> footnotes;
};

/// Of a table's columns, one for each cell of a row.
[[nodiscard]] inline const std::vector<std::string>& heads_of(const Report& report,
                                                              const ReportTable& table) {
  return table.heads.empty() ? report.modes : table.heads;
}

/// Pure. `summary` must have been made from `result`.
[[nodiscard]] Report make_report(const ExperimentResult& result, const Summary& summary);

}  // namespace bulkhead
