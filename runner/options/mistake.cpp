#include "runner/options/mistake.hpp"

#include <fmt/format.h>

#include <cassert>

namespace bulkhead {
namespace {

constexpr std::size_t longest_shown = 60;

bool is_control(unsigned char letter) {
  return letter < 0x20 || letter == 0x7f;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string result = "'";
  for (const char letter : text.substr(0, longest_shown)) {
    if (is_control(static_cast<unsigned char>(letter))) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
    } else {
      result += letter;
    }
  }
  result += '\'';
  if (text.size() > longest_shown) result += fmt::format("... ({} characters)", text.size());
  return result;
}

std::string describe(const Mistakes& mistakes) {
  assert(!mistakes.empty());
  std::string text =
      mistakes.size() == 1
          ? std::string("bulkhead: a mistake; nothing was started\n")
          : fmt::format("bulkhead: {} mistakes; nothing was started\n", mistakes.size());
  for (const Mistake& mistake : mistakes) {
    text += fmt::format("  {}: {}\n", mistake.where, mistake.what);
  }
  return text;
}

}  // namespace bulkhead
