#include "runner/reports/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <span>

namespace bulkhead {
namespace {

constexpr int most_decimals = 6;

constexpr DisplayUnit rate_units[] = {{1, "/s"}, {1e3, "k/s"}, {1e6, "M/s"}, {1e9, "G/s"}};
constexpr DisplayUnit duration_units[] = {{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}};
constexpr DisplayUnit byte_units[] = {
    {1, "B"}, {1024, "KiB"}, {1024.0 * 1024, "MiB"}, {1024.0 * 1024 * 1024, "GiB"}};
constexpr DisplayUnit share_units[] = {{0.01, "%"}};
constexpr DisplayUnit no_units[] = {{1, ""}};

std::span<const DisplayUnit> units_of(Quantity quantity) noexcept {
  switch (quantity) {
    case Quantity::rate:
      return rate_units;
    case Quantity::duration_ns:
      return duration_units;
    case Quantity::bytes:
      return byte_units;
    case Quantity::share:
      return share_units;
    case Quantity::count:
    case Quantity::ratio:
      break;
  }
  return no_units;
}

/// Puts commas between groups of three digits in front of the decimal point.
std::string with_separators(std::string digits) {
  const std::size_t point = std::min(digits.find('.'), digits.size());
  for (std::size_t at = point; at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

/// The decimal exponent after rounding to `digits`: 999.6 with three digits is 1.00e3.
int rounded_exponent(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", value, digits - 1);
  const char* exponent = text.data() + text.find('e') + 1;
  if (*exponent == '+') ++exponent;
  int power = 0;
  std::from_chars(exponent, text.data() + text.size(), power);
  return power;
}

}  // namespace

std::string significant(double value, int digits) {
  assert(std::isfinite(value) && value >= 0);
  assert(digits >= 1);
  if (value == 0) return "0";
  const int decimals = digits - 1 - rounded_exponent(value, digits);
  if (decimals <= most_decimals) {
    return with_separators(fmt::format("{:.{}f}", value, std::max(decimals, 0)));
  }
  if (value < std::pow(10, -most_decimals)) return "<0.000001";
  return fmt::format("{:.{}f}", value, most_decimals);
}

std::string whole(std::uint64_t value) {
  return with_separators(fmt::format("{}", value));
}

std::string ratio_text(double ratio) {
  assert(ratio >= 0);
  return 0.1 <= ratio && ratio < 10 ? fmt::format("{:.3f}", ratio) : significant(ratio);
}

std::string percent(double share) {
  return significant(share * 100, 2) + " %";
}

std::string rough_time(double ns) {
  const double seconds = ns / 1e9;
  if (seconds < 120) return fmt::format("{:.0f} s", std::max(std::ceil(seconds), 1.0));
  const double minutes = std::round(seconds / 60);
  if (minutes < 120) return fmt::format("{:.0f} min", minutes);
  const double hours = std::floor(minutes / 60);
  if (hours < 48) return fmt::format("{:.0f} h {:.0f} min", hours, minutes - 60 * hours);
  const double days = std::floor(hours / 24);
  return fmt::format("{:.0f} days {:.0f} h", days, hours - 24 * days);
}

std::string part_of(std::uint64_t part, std::uint64_t all) {
  return whole(part) + " of " + whole(all);
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return whole(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

DisplayUnit unit_for(Quantity quantity, double largest) noexcept {
  const std::span<const DisplayUnit> units = units_of(quantity);
  DisplayUnit best = units.front();
  for (const DisplayUnit& unit : units) {
    if (unit.size <= largest) best = unit;
  }
  return best;
}

std::string in_unit(Quantity quantity, double value, const DisplayUnit& unit) {
  if (quantity == Quantity::ratio) return ratio_text(value);
  const double scaled = value / unit.size;
  // A whole number of base units was counted, not computed: decimals would pretend to more.
  const bool was_counted = unit.size == 1 && scaled == std::floor(scaled) && scaled < 0x1p53;
  return was_counted ? whole(static_cast<std::uint64_t>(scaled)) : significant(scaled);
}

std::string with_unit(Quantity quantity, double value) {
  const DisplayUnit unit = unit_for(quantity, value);
  const std::string number = in_unit(quantity, value, unit);
  return unit.name.empty() ? number : number + " " + std::string(unit.name);
}

Quantity quantity_of(MeasureUnit unit) {
  switch (unit) {
    case MeasureUnit::count:
      return Quantity::count;
    case MeasureUnit::nanoseconds:
      return Quantity::duration_ns;
    case MeasureUnit::bytes:
      return Quantity::bytes;
    case MeasureUnit::share:
      return Quantity::share;
    case MeasureUnit::per_second:
      return Quantity::rate;
    case MeasureUnit::ratio:
      return Quantity::ratio;
  }
  return Quantity::count;
}

}  // namespace bulkhead
