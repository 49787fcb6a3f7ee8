// Numbers with units, as users write them and as bulkhead writes back what it was asked for. For
// options, help and reports alike. What was measured is rounded, and so is written by
// runner/reports/number.hpp. Pure, and the same in every locale.
//
// What is printed can be typed in again: "200 ms" and "200ms" are the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "runner/options/checked.hpp"

namespace bulkhead {

/// Nanoseconds of a literal.
[[nodiscard]] constexpr std::int64_t ns(std::chrono::nanoseconds time) noexcept {
  return time.count();
}

/// Nanoseconds of "200ms", "1.5s", "3 min". Units: ns, us, ms, s, m or min, h. Only 0 needs none.
[[nodiscard]] Checked<std::int64_t> parse_duration_ns(std::string_view text);

/// Bytes of "64K", "1.5M", "16 KiB", "4096". Units of 1024, whether written K, KB or KiB, in either
/// case; without a unit, bytes.
[[nodiscard]] Checked<std::int64_t> parse_bytes(std::string_view text);

/// A whole number: "1000", "1e6", "1.5e3". No suffixes: K is 1000 to some and 1024 to others.
[[nodiscard]] Checked<std::int64_t> parse_count(std::string_view text);

/// Parts in a million of "1%", "0.5 %". Only 0 needs no percent sign.
[[nodiscard]] Checked<std::int64_t> parse_percent_ppm(std::string_view text);

/// Exactly the number, in the largest unit that takes at most three decimals: "200 ms", "1.5 min",
/// "1234567 ns", "64 KiB", "3000 B", "4096", "1e15", "0.5 %". Not negative.
[[nodiscard]] std::string exact_duration(std::int64_t ns);
[[nodiscard]] std::string exact_bytes(std::int64_t bytes);
[[nodiscard]] std::string exact_count(std::int64_t count);
[[nodiscard]] std::string exact_percent(std::int64_t ppm);

}  // namespace bulkhead
