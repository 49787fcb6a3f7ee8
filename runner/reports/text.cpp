#include "runner/reports/text.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace bulkhead {
namespace {

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// How many bytes the character has that begins with `lead`; 0 when none does.
std::size_t character_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead <= 0xF4 ? 4 : 0;
}

/// Takes the first character off the text; empty, for one byte, when it is not UTF-8. Overlong
/// forms and surrogates are let through: a terminal shows something for them and does nothing.
std::string_view next_character(std::string_view& text) {
  const std::size_t bytes = character_bytes(static_cast<unsigned char>(text.front()));
  const std::string_view character = text.substr(0, bytes);
  const bool is_whole = bytes != 0 && character.size() == bytes &&
                        std::all_of(character.begin() + 1, character.end(), is_continuation);
  text.remove_prefix(is_whole ? bytes : 1);
  return is_whole ? character : std::string_view();
}

/// C0, DEL, and the C1 set that some terminals obey.
bool is_control(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  if (lead < 0x20 || lead == 0x7F) return true;
  return lead == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

/// The first `columns` characters.
std::string_view first_columns(std::string_view text, std::size_t columns) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (is_continuation(text[end])) continue;
    if (columns == 0) break;
    --columns;
  }
  return text.substr(0, end);
}

/// A unit stays on the line of its number.
bool is_unit(std::string_view word) {
  constexpr std::string_view units[] = {"%", "ns", "us", "ms", "s", "B", "KiB", "MiB", "GiB"};
  word = word.substr(0, word.find_first_of(".,;:)"));
  return std::find(std::begin(units), std::end(units), word) != std::end(units);
}

std::string_view until_blank(std::string_view text) {
  return text.substr(0, text.find(' '));
}

/// Takes off the text what must stay together on a line, and one blank behind it; empty when the
/// text begins with a blank.
std::string_view next_word(std::string_view& text) {
  std::string_view word = until_blank(text);
  const bool is_number = !word.empty() && '0' <= word.back() && word.back() <= '9';
  if (is_number && word.size() < text.size()) {
    const std::string_view unit = until_blank(text.substr(word.size() + 1));
    if (is_unit(unit)) word = text.substr(0, word.size() + 1 + unit.size());
  }
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::string_view character = next_character(text);
    if (character == "\n" || character == "\t") {
      safe += ' ';
    } else if (character.empty() || is_control(character)) {
      safe += '?';
    } else {
      safe += character;
    }
  }
  return safe;
}

std::string ascii_only(std::string_view text) {
  std::string ascii;
  while (!text.empty()) {
    const std::string_view character = next_character(text);
    ascii += character.size() == 1 ? character.front() : '?';
  }
  return ascii;
}

std::size_t display_width(std::string_view text) {
  return text.size() -
         static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_continuation));
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) longest = std::max(longest, display_width(next_word(text)));
  return longest;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  assert(width > 0);
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {""};
  std::vector<std::string> lines{std::string(std::min(first, width - 1), ' ')};
  bool at_start = true;
  while (!text.empty()) {
    std::string_view word = next_word(text);
    if (word.empty()) continue;
    const bool fits =
        display_width(lines.back()) + (at_start ? 0 : 1) + display_width(word) <= width;
    if (!fits && !at_start) {
      lines.emplace_back();
      at_start = true;
    }
    if (!at_start) lines.back() += ' ';
    for (std::size_t room = width - display_width(lines.back()); display_width(word) > room;
         room = width) {
      const std::string_view piece = first_columns(word, room);
      lines.back() += piece;
      word.remove_prefix(piece.size());
      lines.emplace_back();
    }
    lines.back() += word;
    at_start = false;
  }
  return lines;
}

}  // namespace bulkhead
