// The table for people: facts, then measures as rows and modes as columns, then what it means. When
// more modes are compared than fit side by side, the table goes on below, and each part begins with
// the first mode again.

#include <algorithm>
#include <cassert>
#include <utility>

#include "runner/reports/format.hpp"
#include "runner/reports/text.hpp"

namespace bulkhead::table_format {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t narrowest = 40;    // Below it, lines get longer than asked for.
constexpr std::size_t widest_cell = 18;  // Longer texts are broken, so that columns stay together.
constexpr std::size_t gap = 2;           // In front of each column.

/// Which escape sequence, and nothing where no colour is wanted.
class Pen {
 public:
  explicit Pen(const RenderStyle& style) : style_(style) {}

  [[nodiscard]] std::string bold(const std::string& text) const { return painted(text, "1"); }

  [[nodiscard]] std::string toned(const std::string& text, Tone tone) const {
    switch (tone) {
      case Tone::plain:
        return text;
      case Tone::good:
        return painted(text, "32");
      case Tone::bad:
        return painted(text, "31");
      case Tone::doubtful:
        return painted(text, "33");
    }
    return text;
  }

  [[nodiscard]] std::string rule(std::size_t columns) const {
    if (style_.charset == RenderStyle::Charset::ascii) return std::string(columns, '-');
    std::string line;
    for (std::size_t column = 0; column < columns; ++column) line += "\u2500";
    return line;
  }

 private:
  [[nodiscard]] std::string painted(const std::string& text, const char* code) const {
    if (style_.colour == RenderStyle::Colour::none || text.empty()) return text;
    return std::string("\x1b[") + code + "m" + text + "\x1b[0m";
  }

  const RenderStyle& style_;
};

/// How wide the columns are, and how many modes stand side by side.
struct Layout {
  std::size_t label_width = 0;
  std::size_t cell_width = 0;
  std::size_t modes_each = 1;
};

std::size_t rounded_down(std::size_t room, std::size_t at_least) {
  return room < at_least + gap ? at_least : room - gap;
}

/// The narrowest and the most comfortable width of a cell.
std::pair<std::size_t, std::size_t> cell_needs(const Report& report) {
  std::size_t words = 1;
  std::size_t texts = 1;
  const auto look_at = [&](const std::string& text) {
    words = std::max(words, longest_word(printable(text)));
    texts = std::max(texts, std::min(display_width(printable(text)), widest_cell));
  };
  for (const std::string& mode : report.modes) look_at(mode);
  for (const ReportTable& table : report.tables) {
    for (const std::string& head : table.heads) look_at(head);
    for (const RowGroup& group : table.groups) {
      for (const ReportRow& row : group) {
        for (const ReportCell& cell : row.cells) look_at(cell.text);
      }
    }
  }
  return {words, std::max(words, texts)};
}

/// Without cells a label is a headline of the rows below, and may run over the columns.
bool is_headline(const ReportRow& row) {
  return std::all_of(row.cells.begin(), row.cells.end(),
                     [](const ReportCell& cell) { return cell.text.empty(); });
}

std::size_t longest_label(const Report& report) {
  std::size_t longest = 1;
  for (const ReportTable& table : report.tables) {
    for (const RowGroup& group : table.groups) {
      for (const ReportRow& row : group) {
        if (!is_headline(row)) longest = std::max(longest, display_width(row.label));
      }
    }
  }
  return longest;
}

/// One layout for all tables, so that their columns stand below each other.
Layout make_layout(const Report& report, std::size_t width) {
  const auto [least, comfortable] = cell_needs(report);
  Layout layout;
  layout.label_width = std::min(longest_label(report), width / 2);
  const std::size_t room = width - layout.label_width;
  const std::size_t fitting = std::max<std::size_t>(room / (least + gap), 1);
  std::size_t most_columns = report.modes.size();
  for (const ReportTable& table : report.tables) {
    most_columns = std::max(most_columns, table.heads.size());
  }
  layout.modes_each = std::min(fitting, most_columns);
  layout.cell_width =
      std::min({comfortable, rounded_down(room / layout.modes_each, 1), room - gap});
  return layout;
}

/// The modes of each part of the table, as indices.
std::vector<std::vector<std::size_t>> make_parts(std::size_t modes, std::size_t modes_each) {
  assert(modes > 0 && modes_each > 0);
  std::vector<std::vector<std::size_t>> parts(1);
  for (std::size_t mode = 0; mode < modes; ++mode) {
    if (parts.back().size() == modes_each) {
      parts.emplace_back();
      if (modes_each > 1) parts.back().push_back(0);
    }
    parts.back().push_back(mode);
  }
  return parts;
}

std::string line_or_blank(const Lines& lines, std::size_t index) {
  return index < lines.size() ? lines[index] : std::string();
}

std::string padded_right(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(display_width(text), width), ' ');
}

/// The blanks in front of a text that stands at the right end of its column.
std::string left_padding(const std::string& text, std::size_t width) {
  return std::string(width - std::min(display_width(text), width), ' ');
}

void append_line(std::string& out, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

class TableText {
 public:
  TableText(const Report& report, const RenderStyle& style)
      : report_(report),
        pen_(style),
        width_(std::max<std::size_t>(style.width, narrowest)),
        layout_(make_layout(report, width_)) {}

  std::string draw() {
    heading(report_.title);
    if (!report_.facts.empty()) out_ += "\n";
    for (const ReportFact& fact : report_.facts) labelled(fact.name, fact.text, fact_indent());
    if (!report_.warnings.empty()) out_ += "\n";
    for (const std::string& warning : report_.warnings) {
      paragraph("warning: " + warning, Tone::doubtful);
    }
    for (const ReportTable& table : report_.tables) draw_table(table);
    for (const ReportExhibit& exhibit : report_.exhibits) {
      out_ += "\n";
      heading(exhibit.title);
      for (const std::string& line : exhibit.lines) append_line(out_, printable(line));
    }
    if (!report_.meaning.empty()) {
      out_ += "\n";
      heading("What it means");
      for (const std::string& sentence : report_.meaning) paragraph(sentence, Tone::plain);
    }
    if (!report_.footnotes.empty()) out_ += "\n";
    for (const std::string& footnote : report_.footnotes) paragraph(footnote, Tone::plain);
    return std::move(out_);
  }

 private:
  void heading(const std::string& text) {
    for (const std::string& line : wrap(printable(text), width_)) {
      append_line(out_, pen_.bold(line));
    }
  }

  std::size_t fact_indent() const {
    std::size_t longest = 0;
    for (const ReportFact& fact : report_.facts) longest = std::max(longest, fact.name.size());
    return longest + gap;
  }

  void labelled(const std::string& name, const std::string& text, std::size_t indent) {
    const Lines lines = wrap(printable(text), width_ - indent);
    for (std::size_t index = 0; index < lines.size(); ++index) {
      append_line(out_, padded_right(index == 0 ? name : "", indent) + lines[index]);
    }
  }

  /// Lines after the first are indented, so that one sees where the next text begins.
  void paragraph(const std::string& text, Tone tone) {
    const Lines lines = wrap(printable(text), width_ - gap);
    for (std::size_t index = 0; index < lines.size(); ++index) {
      append_line(out_, (index == 0 ? "" : std::string(gap, ' ')) + pen_.toned(lines[index], tone));
    }
  }

  void draw_table(const ReportTable& table) {
    const std::vector<std::string>& heads = heads_of(report_, table);
    const auto parts = make_parts(heads.size(), layout_.modes_each);
    for (const auto& modes : parts) {
      out_ += "\n";
      if (!table.title.empty()) {
        heading(table.title + (&modes == &parts.front() ? "" : " (continued)"));
      }
      draw_head(heads, modes);
      for (const RowGroup& group : table.groups) {
        if (&group != &table.groups.front()) out_ += "\n";
        for (const ReportRow& row : group) draw_row(row, modes);
      }
    }
  }

  void draw_head(const std::vector<std::string>& heads, const std::vector<std::size_t>& modes) {
    std::vector<Lines> names(modes.size());
    std::transform(modes.begin(), modes.end(), names.begin(), [&](std::size_t mode) {
      return wrap(printable(heads[mode]), layout_.cell_width);
    });
    for (std::size_t index = 0; index < tallest(names); ++index) {
      std::string line(layout_.label_width, ' ');
      for (const Lines& name : names) {
        const std::string text = line_or_blank(name, index);
        line += left_padding(text, layout_.cell_width + gap) + pen_.bold(text);
      }
      append_line(out_, line);
    }
    append_line(out_, pen_.rule(layout_.label_width + modes.size() * (layout_.cell_width + gap)));
  }

  void draw_row(const ReportRow& row, const std::vector<std::size_t>& modes) {
    assert(row.cells.size() > modes.back());
    if (is_headline(row)) return paragraph(row.label, Tone::plain);
    const Lines labels = wrap(printable(row.label), layout_.label_width);
    std::vector<Lines> cells(modes.size());
    std::transform(modes.begin(), modes.end(), cells.begin(), [this, &row](std::size_t mode) {
      return wrap(printable(row.cells[mode].text), layout_.cell_width);
    });
    const std::size_t height = std::max(labels.size(), tallest(cells));
    for (std::size_t index = 0; index < height; ++index) {
      std::string line = padded_right(line_or_blank(labels, index), layout_.label_width);
      for (std::size_t column = 0; column < cells.size(); ++column) {
        const std::string text = line_or_blank(cells[column], index);
        line += left_padding(text, layout_.cell_width + gap) +
                pen_.toned(text, row.cells[modes[column]].tone);
      }
      append_line(out_, line);
    }
  }

  static std::size_t tallest(const std::vector<Lines>& cells) {
    std::size_t height = 0;
    for (const Lines& lines : cells) height = std::max(height, lines.size());
    return height;
  }

  const Report& report_;
  Pen pen_;
  std::size_t width_;
  Layout layout_;
  std::string out_;
};

std::string draw(const Presentation& presentation, const RenderStyle& style) {
  return TableText(presentation.report, style).draw();
}

std::string draw_batch(const BatchPresentation& batch, const RenderStyle& style) {
  std::string text = TableText(batch.overview, style).draw();
  for (const BatchPresentation::Experiment& experiment : batch.experiments) {
    Report named = experiment.shown.report;
    named.title = experiment.name + ": " + named.title;
    text += "\n\n" + TableText(named, style).draw();
  }
  return text;
}

const FormatRegistry::Registration registered{
    {.name = "table", .help = "for people, on a terminal", .draw = draw, .draw_batch = draw_batch}};

}  // namespace
}  // namespace bulkhead::table_format
