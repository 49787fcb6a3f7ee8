// How bulkhead writes numbers for people: one way of rounding and of choosing units, for every
// format and every sentence. What was asked for and not measured is written by
// runner/options/units.hpp. Pure, the same in every locale, ASCII only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workloads/measure.hpp"

namespace bulkhead {

/// What a number measures, and so which units it may be written in.
enum class Quantity {
  rate,         ///< Per second: /s, k/s, M/s, G/s.
  duration_ns,  ///< Nanoseconds: ns, us, ms, s.
  bytes,        ///< B, KiB, MiB, GiB.
  share,        ///< 1 = all; written in %.
  count,        ///< Has no unit.
  ratio,        ///< Has no unit; three decimals around 1, where the interest is.
};

/// Rounds to so many significant digits, with thousands separators and without an exponent; digits
/// in front of the decimal point are never rounded away. 1234.5 -> "1,234", 0.012345 -> "0.0123",
/// below a millionth "<0.000001". Requires a finite value, at least 0.
[[nodiscard]] std::string significant(double value, int digits = 3);

/// With thousands separators.
[[nodiscard]] std::string whole(std::uint64_t value);

/// Near 1 with three decimals: 1.031, 0.990; else three significant digits.
[[nodiscard]] std::string ratio_text(double ratio);

/// A share as percent with two significant digits: 0.031 -> "3.1 %".
[[nodiscard]] std::string percent(double share);

/// How long something will take, in one or two units: "40 s", "2 h 5 min", "3 days 4 h".
[[nodiscard]] std::string rough_time(double ns);

/// "5 of 7".
[[nodiscard]] std::string part_of(std::uint64_t part, std::uint64_t all);

/// "1 worker", "2 workers", "1,000 workers".
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view noun);

/// "a", "a and b", "a, b and c".
template <class Texts>
[[nodiscard]] std::string enumerate(const Texts& texts) {
  std::string joined;
  for (std::size_t index = 0; index < texts.size(); ++index) {
    if (index > 0) joined += index + 1 == texts.size() ? " and " : ", ";
    joined += texts[index];
  }
  return joined;
}

/// One unit of a quantity: `size` of the base unit (ns, bytes, 1/s, the whole).
struct DisplayUnit {
  double size;
  std::string_view name;
};

/// The unit in which `largest` reads best, so that a row of numbers can share it.
[[nodiscard]] DisplayUnit unit_for(Quantity quantity, double largest) noexcept;

/// The number alone, in that unit, rounded as its quantity asks for.
[[nodiscard]] std::string in_unit(Quantity quantity, double value, const DisplayUnit& unit);

/// Number and unit, for sentences: "1.50 MiB", "12.3 M/s", "200 ms".
[[nodiscard]] std::string with_unit(Quantity quantity, double value);

/// Of what a workload measures itself.
[[nodiscard]] Quantity quantity_of(MeasureUnit unit);

}  // namespace bulkhead
