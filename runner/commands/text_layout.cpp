#include "runner/commands/text_layout.hpp"

#include <algorithm>
#include <cassert>

namespace bulkhead {
namespace {

constexpr std::size_t indent_columns = 2;
constexpr std::size_t gap_columns = 2;
constexpr std::size_t hanging_columns = 6;
constexpr std::size_t least_last_columns = 24;

/// Takes off the first word. A bare number keeps the word behind it, most likely its unit.
std::string take_word(std::string_view& text) {
  std::size_t end = std::min(text.find(' '), text.size());
  if (end > 0 && text.substr(0, end).find_first_not_of("0123456789.") == text.npos) {
    end = std::min(text.find(' ', std::min(end + 1, text.size())), text.size());
  }
  std::string word(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::string word = take_word(text);
    if (word.empty()) continue;
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > columns) {
      lines.emplace_back();
    }
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

std::vector<std::size_t> widths_of(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    assert(row.size() == widths.size());
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  return widths;
}

void end_line(std::string& text) {
  text.erase(text.find_last_not_of(' ') + 1);
  text += '\n';
}

}  // namespace

std::string paragraph(std::string_view text, unsigned width, unsigned indent) {
  std::string result;
  for (const std::string& line : wrap(text, width > indent ? width - indent : 1)) {
    result += std::string(indent, ' ') + line + '\n';
  }
  return result;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, unsigned width) {
  if (rows.empty()) return "";
  const std::vector<std::size_t> widths = widths_of(rows);
  std::size_t last_start = indent_columns;
  for (std::size_t column = 0; column + 1 < widths.size(); ++column) {
    last_start += widths[column] + gap_columns;
  }
  const bool own_line = last_start + least_last_columns > width;
  if (own_line) last_start = hanging_columns;
  const std::size_t last_columns = width > last_start ? width - last_start : 1;

  std::string text;
  for (const auto& row : rows) {
    std::string line(indent_columns, ' ');
    for (std::size_t column = 0; column + 1 < row.size(); ++column) {
      line += row[column];
      line.append(widths[column] - row[column].size() + gap_columns, ' ');
    }
    if (own_line) end_line(line);
    bool is_first = !own_line;
    for (const std::string& part : wrap(row.back(), last_columns)) {
      if (!is_first) line.append(last_start, ' ');
      is_first = false;
      line += part;
      end_line(line);
    }
    text += line;
  }
  return text;
}

}  // namespace bulkhead
