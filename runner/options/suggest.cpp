#include "runner/options/suggest.hpp"

#include <algorithm>
#include <limits>

namespace bulkhead {
namespace {

/// Nobody types a longer name by mistake, and the table of distances stays small.
constexpr std::size_t longest_typed = 64;
constexpr std::size_t shortest_prefix = 3;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same_letter(char left, char right) {
  return lower(left) == lower(right);
}

bool begins_with(std::string_view name, std::string_view typed) {
  return typed.size() >= shortest_prefix && typed.size() < name.size() &&
         std::equal(typed.begin(), typed.end(), name.begin(), same_letter);
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  // distance[row][column] is that of the first `row` letters of left and `column` of right; three
  // rows are alive at a time.
  std::vector<std::size_t> before_last(right.size() + 1), last(right.size() + 1),
      row(right.size() + 1);
  for (std::size_t column = 0; column <= right.size(); ++column) last[column] = column;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (same_letter(left[i - 1], right[j - 1]) ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && same_letter(left[i - 1], right[j - 2]) &&
          same_letter(left[i - 2], right[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[right.size()];
}

std::string_view nearest_name(std::string_view typed, const std::vector<std::string_view>& names) {
  if (typed.empty() || typed.size() > longest_typed) return {};
  std::string_view nearest;
  std::size_t smallest = std::numeric_limits<std::size_t>::max();
  for (const std::string_view name : names) {
    const std::size_t distance = begins_with(name, typed) ? 1 : edit_distance(typed, name);
    const std::size_t limit = std::max<std::size_t>(1, name.size() / 3);
    // A name of which nothing is left is not near.
    if (distance > limit || distance >= name.size() || distance >= smallest) continue;
    nearest = name;
    smallest = distance;
  }
  return nearest;
}

std::string suggestion(std::string_view typed, const std::vector<std::string_view>& names) {
  const std::string_view name = nearest_name(typed, names);
  return name.empty() ? std::string() : "; did you mean '" + std::string(name) + "'?";
}

std::string any_of_text(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (index > 0) text += index + 1 == names.size() ? " or " : ", ";
    text += names[index];
  }
  return text;
}

}  // namespace bulkhead
