// The report as GitHub-flavoured Markdown, for issues and documents. All texts are escaped: none
// can make a heading, a link or a cell of its own.

#include <algorithm>
#include <string_view>

#include "runner/reports/format.hpp"
#include "runner/reports/text.hpp"

namespace bulkhead::markdown_format {
namespace {

/// On one line, every character that could mean something preceded by a backslash.
std::string escaped(std::string_view text) {
  constexpr std::string_view special = "\\`*_{}[]<>#|&~";
  std::string safe;
  for (const char letter : printable(text)) {
    if (special.find(letter) != std::string_view::npos) safe += '\\';
    safe += letter;
  }
  return safe;
}

/// Blanks in front, which tell a detail from its row, would be dropped otherwise.
std::string label_text(const std::string& label) {
  const std::size_t indent = std::min(label.find_first_not_of(' '), label.size());
  std::string text;
  for (std::size_t blank = 0; blank < indent; ++blank) text += "&nbsp;";
  return text + escaped(label.substr(indent));
}

std::string table_row(const std::string& label, const std::vector<std::string>& cells) {
  std::string line = "| " + label + " |";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string table_text(const ReportTable& table, const std::vector<std::string>& modes) {
  std::vector<std::string> heads(modes.size());
  std::transform(modes.begin(), modes.end(), heads.begin(), escaped);
  std::string text = "\n## " + escaped(table.title) + "\n\n";
  text += table_row("measure", heads);
  text += table_row(":--", std::vector<std::string>(modes.size(), "--:"));
  for (const RowGroup& group : table.groups) {
    for (const ReportRow& row : group) {
      std::vector<std::string> cells;
      for (const ReportCell& cell : row.cells) cells.push_back(escaped(cell.text));
      text += table_row(label_text(row.label), cells);
    }
  }
  return text;
}

std::string list(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& item : texts) text += "- " + escaped(item) + "\n";
  return text;
}

/// Indented lines stay as they are, whatever they hold.
std::string exhibit_text(const ReportExhibit& exhibit) {
  std::string text = "\n## " + escaped(exhibit.title) + "\n\n";
  for (const std::string& line : exhibit.lines) text += "    " + printable(line) + "\n";
  return text;
}

std::string report_text(const Report& report) {
  std::string text = "# " + escaped(report.title) + "\n\n";
  for (const ReportFact& fact : report.facts) {
    text += "- **" + escaped(fact.name) + "**: " + escaped(fact.text) + "\n";
  }
  for (const std::string& warning : report.warnings) {
    text += "\n> **Warning:** " + escaped(warning) + "\n";
  }
  for (const ReportTable& table : report.tables) text += table_text(table, heads_of(report, table));
  for (const ReportExhibit& exhibit : report.exhibits) text += exhibit_text(exhibit);
  if (!report.meaning.empty()) text += "\n## What it means\n\n" + list(report.meaning);
  if (!report.footnotes.empty()) text += "\n" + list(report.footnotes);
  return text;
}

std::string draw(const Presentation& presentation, const RenderStyle&) {
  return report_text(presentation.report);
}

std::string draw_batch(const BatchPresentation& batch, const RenderStyle&) {
  std::string text = report_text(batch.overview);
  for (const BatchPresentation::Experiment& experiment : batch.experiments) {
    Report named = experiment.shown.report;
    named.title = experiment.name + ": " + named.title;
    text += "\n" + report_text(named);
  }
  return text;
}

const FormatRegistry::Registration registered{{.name = "markdown",
                                               .help = "GitHub-flavoured, for issues and documents",
                                               .draw = draw,
                                               .draw_batch = draw_batch}};

}  // namespace
}  // namespace bulkhead::markdown_format
