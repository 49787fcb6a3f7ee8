#include "runner/options/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace bulkhead {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

/// What one kind of number looks like. The first unit is the smallest.
struct UnitFamily {
  std::string_view noun;      ///< "duration": what a text that is no number is said not to be.
  std::string_view example;   ///< Of a good text.
  std::string_view smallest;  ///< "nanosecond": what nothing can be finer than.
  std::string_view allowed;   ///< All units in words; empty: none.
  std::span<const Unit> units;
  std::int64_t bare_factor;  ///< Of a number without a unit; 0: it needs one.
};

constexpr std::int64_t ki = 1024;
constexpr std::int64_t thousand = 1000;

constexpr std::array duration_units{Unit{"ns", 1},
                                    Unit{"us", thousand},
                                    Unit{"ms", thousand* thousand},
                                    Unit{"s", thousand* thousand* thousand},
                                    Unit{"m", 60 * thousand* thousand* thousand},
                                    Unit{"min", 60 * thousand* thousand* thousand},
                                    Unit{"h", 3600 * thousand* thousand* thousand}};
constexpr UnitFamily durations{
    "duration", "200ms or 2s", "nanosecond", "ns, us, ms, s, min or h", duration_units, 0};

constexpr std::array byte_units{Unit{"B", 1}, Unit{"K", ki}, Unit{"M", ki* ki},
                                Unit{"G", ki* ki* ki}, Unit{"T", ki* ki* ki* ki}};
constexpr UnitFamily sizes{"size", "64K or 4096", "byte", "K, M, G or T", byte_units, 1};

constexpr std::array percent_units{Unit{"%", 10'000}};
constexpr UnitFamily percents{"percentage", "1% or 0.5%", "millionth", "%", percent_units, 0};

constexpr UnitFamily counts{"whole number", "8 or 1e6", "one", "", {}, 1};

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) -
                                  text.begin());
}

/// A number cut into its parts: "1.50ms" is whole "1", fraction "50", rest "ms".
struct Parts {
  std::string_view whole;
  std::string_view fraction;
  std::string_view rest;
};

/// What is wrong already with the shape of it; empty when nothing is.
std::string cut(std::string_view text, const UnitFamily& family, Parts& parts) {
  if (text.empty()) {
    return fmt::format("is empty; a {} is needed, such as {}", family.noun, family.example);
  }
  if (text.size() > 1 && text[0] == '-' && is_digit(text[1])) return "is negative";
  parts.whole = text.substr(0, count_digits(text));
  if (parts.whole.empty()) {
    return fmt::format("is not a {}, such as {}", family.noun, family.example);
  }
  text.remove_prefix(parts.whole.size());
  if (text.starts_with('.')) {
    parts.fraction = text.substr(1, count_digits(text.substr(1)));
    if (parts.fraction.empty()) return "has no digit behind its point";
    text.remove_prefix(1 + parts.fraction.size());
  }
  if (text.starts_with(' ') && text.size() > 1) text.remove_prefix(1);
  parts.rest = text;
  return {};
}

Checked<std::int64_t> too_large() {
  return refused<std::int64_t>("is too large for any computer");
}

/// whole.fraction times the factor, or why that cannot be said.
Checked<std::int64_t> scale(const Parts& parts, std::int64_t factor, const UnitFamily& family) {
  std::int64_t whole = 0;
  const char* const end = parts.whole.data() + parts.whole.size();
  if (std::from_chars(parts.whole.data(), end, whole).ec != std::errc()) return too_large();
  std::int64_t value = 0;
  if (__builtin_mul_overflow(whole, factor, &value)) return too_large();
  if (parts.fraction.find_first_not_of('0') == std::string_view::npos) return accepted(value);

  // Digits beyond the fifteenth are below the resolution of every unit.
  const std::string_view digits = parts.fraction.substr(0, 15);
  std::int64_t numerator = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), numerator);
  const double share =
      static_cast<double>(numerator) / std::pow(10.0, static_cast<double>(digits.size()));
  const auto more = static_cast<std::int64_t>(std::llround(share * static_cast<double>(factor)));
  if (factor == 1 || (value == 0 && more == 0)) {
    return refused<std::int64_t>(fmt::format("is finer than one {}", family.smallest));
  }
  if (__builtin_add_overflow(value, more, &value)) return too_large();
  return accepted(value);
}

std::string unit_as_written(std::string_view name) {
  return std::string(name);
}

/// "kib" and "KB" are "K".
std::string byte_unit(std::string_view name) {
  std::string unit(name);
  std::transform(unit.begin(), unit.end(), unit.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  if (unit.size() == 3 && unit.ends_with("IB")) unit.resize(1);
  if (unit.size() == 2 && unit.ends_with('B')) unit.resize(1);
  return unit;
}

Checked<std::int64_t> parse_with_units(std::string_view text, const UnitFamily& family,
                                       std::string (*unit_of)(std::string_view)) {
  Parts parts;
  if (std::string problem = cut(text, family, parts); !problem.empty()) {
    return refused<std::int64_t>(std::move(problem));
  }
  if (parts.rest.empty()) {
    if (family.bare_factor != 0) return scale(parts, family.bare_factor, family);
    const bool is_zero = text.find_first_not_of("0.") == std::string_view::npos;
    if (is_zero) return accepted<std::int64_t>(0);
    return refused<std::int64_t>(fmt::format("needs a unit, as in {}", family.example));
  }
  const std::string name = unit_of(parts.rest);
  for (const Unit& unit : family.units) {
    if (unit.name == name) return scale(parts, unit.factor, family);
  }
  return refused<std::int64_t>(fmt::format("has '{}' behind the number, where only {} can stand",
                                           parts.rest, family.allowed));
}

/// In the largest unit that takes at most three decimals; the first unit takes none. Of two names
/// for one unit the later one is written: "min", since m is short for other things.
std::string write_exactly(std::int64_t value, std::span<const Unit> units) {
  assert(value >= 0);
  const Unit* best = &units.front();
  for (const Unit& unit : units) {
    if (value >= unit.factor && value % unit.factor * 1000 % unit.factor == 0) best = &unit;
  }
  std::string text = fmt::format("{}", value / best->factor);
  if (const std::int64_t thousandths = value % best->factor * 1000 / best->factor) {
    text += fmt::format(".{:03}", thousandths);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return fmt::format("{} {}", text, best->name);
}

}  // namespace

Checked<std::int64_t> parse_duration_ns(std::string_view text) {
  return parse_with_units(text, durations, unit_as_written);
}

Checked<std::int64_t> parse_bytes(std::string_view text) {
  return parse_with_units(text, sizes, byte_unit);
}

Checked<std::int64_t> parse_percent_ppm(std::string_view text) {
  return parse_with_units(text, percents, unit_as_written);
}

Checked<std::int64_t> parse_count(std::string_view text) {
  Parts parts;
  if (std::string problem = cut(text, counts, parts); !problem.empty()) {
    return refused<std::int64_t>(std::move(problem));
  }
  std::string_view exponent = parts.rest;
  if (exponent.empty() && !parts.fraction.empty()) {
    return refused<std::int64_t>("is not a whole number");
  }
  if (exponent.starts_with('e') || exponent.starts_with('E')) exponent.remove_prefix(1);
  const bool is_exponent = exponent.size() + 1 == parts.rest.size() && !exponent.empty() &&
                           count_digits(exponent) == exponent.size();
  if (!parts.rest.empty() && !is_exponent) {
    return refused<std::int64_t>(
        fmt::format("has '{}' behind the number, where nothing or e6 can stand", parts.rest));
  }
  int power = 0;
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  if (exponent.size() > 2 || power > 18) return too_large();
  if (parts.fraction.size() > static_cast<std::size_t>(power)) {
    return refused<std::int64_t>("is not a whole number");
  }
  std::int64_t factor = 1;
  for (int step = 0; step < power; ++step) factor *= 10;
  return scale(parts, factor, counts);
}

std::string exact_duration(std::int64_t ns) {
  return ns == 0 ? "0 s" : write_exactly(ns, duration_units);
}

std::string exact_bytes(std::int64_t bytes) {
  static constexpr std::array units{Unit{"B", 1}, Unit{"KiB", ki}, Unit{"MiB", ki * ki},
                                    Unit{"GiB", ki * ki * ki}, Unit{"TiB", ki * ki * ki * ki}};
  return write_exactly(bytes, units);
}

std::string exact_count(std::int64_t count) {
  // From a million on, a round number is easier to read by its power.
  std::int64_t rest = count;
  int power = 0;
  while (rest != 0 && rest % 10 == 0) {
    rest /= 10;
    ++power;
  }
  if (power >= 6 && rest < 10) return fmt::format("{}e{}", rest, power);
  return fmt::format("{}", count);
}

std::string exact_percent(std::int64_t ppm) {
  return fmt::format("{} %", static_cast<double>(ppm) / 10'000);
}

}  // namespace bulkhead
