#include "runner/reports/number.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include <vector>

#include "tests/catch.hpp"

using namespace bulkhead;

TEST_CASE("numbers are rounded to three significant digits", "[number]") {
  CHECK(significant(0) == "0");
  CHECK(significant(1) == "1.00");
  CHECK(significant(1.234) == "1.23");
  CHECK(significant(1.235) == "1.24");
  CHECK(significant(12.34) == "12.3");
  CHECK(significant(123.4) == "123");
  CHECK(significant(0.012345) == "0.0123");
}

TEST_CASE("a number that rounds up to a power of ten loses a decimal", "[number]") {
  CHECK(significant(9.994) == "9.99");
  CHECK(significant(9.996) == "10.0");
  CHECK(significant(99.94) == "99.9");
  CHECK(significant(99.96) == "100");
}

TEST_CASE("digits before the decimal point are never rounded away", "[number]") {
  CHECK(significant(999.4) == "999");
  CHECK(significant(999.6) == "1,000");
  CHECK(significant(1234567) == "1,234,567");
}

TEST_CASE("numbers below a millionth are said to be so", "[number]") {
  CHECK(significant(0.000001) == "0.000001");
  CHECK(significant(0.00000099) == "<0.000001");
}

TEST_CASE("thousands are separated", "[number]") {
  CHECK(whole(0) == "0");
  CHECK(whole(999) == "999");
  CHECK(whole(1000) == "1,000");
  CHECK(whole(18446744073709551615u) == "18,446,744,073,709,551,615");
}

TEST_CASE("ratios near 1 have three decimals, others three digits", "[number]") {
  CHECK(ratio_text(1) == "1.000");
  CHECK(ratio_text(0.9904) == "0.990");
  CHECK(ratio_text(0.1) == "0.100");
  CHECK(ratio_text(0.0999) == "0.0999");
  CHECK(ratio_text(9.9991) == "9.999");
  CHECK(ratio_text(10) == "10.0");
}

TEST_CASE("percentages have two digits", "[number]") {
  CHECK(percent(0.031) == "3.1 %");
  CHECK(percent(0.0042) == "0.42 %");
  CHECK(percent(0.95) == "95 %");
  CHECK(percent(1.234) == "123 %");
}

TEST_CASE("a quantity is written in the unit that fits", "[number]") {
  CHECK(with_unit(Quantity::duration_ns, 999) == "999 ns");
  CHECK(with_unit(Quantity::duration_ns, 1000) == "1.00 us");
  CHECK(with_unit(Quantity::duration_ns, 2.5e9) == "2.50 s");
  CHECK(with_unit(Quantity::bytes, 1023) == "1,023 B");
  CHECK(with_unit(Quantity::bytes, 1024) == "1.00 KiB");
  CHECK(with_unit(Quantity::rate, 12.34e6) == "12.3 M/s");
  CHECK(with_unit(Quantity::share, 0.5) == "50.0 %");
  CHECK(with_unit(Quantity::count, 12345) == "12,345");
}

TEST_CASE("what was counted in base units has no decimals, what was computed has", "[number]") {
  const DisplayUnit ns = unit_for(Quantity::duration_ns, 50);
  CHECK(in_unit(Quantity::duration_ns, 50, ns) == "50");
  CHECK(in_unit(Quantity::duration_ns, 50.25, ns) == "50.2");
}

TEST_CASE("a row of numbers shares the unit of the largest", "[number]") {
  const DisplayUnit unit = unit_for(Quantity::rate, 2e6);
  CHECK(unit.name == "M/s");
  CHECK(in_unit(Quantity::rate, 11'141, unit) == "0.0111");
}

TEST_CASE("lists are written as people write them", "[number]") {
  CHECK(enumerate(std::vector<std::string>{}).empty());
  CHECK(enumerate(std::vector<std::string>{"a"}) == "a");
  CHECK(enumerate(std::vector<std::string>{"a", "b"}) == "a and b");
  CHECK(enumerate(std::vector<std::string>{"a", "b", "c"}) == "a, b and c");
}

TEST_CASE("one is singular, everything else is plural", "[number]") {
  CHECK(plural(0, "worker") == "0 workers");
  CHECK(plural(1, "worker") == "1 worker");
  CHECK(plural(1000, "worker") == "1,000 workers");
}

TEST_CASE("a rounded number is within half a unit of its last digit", "[number]") {
  CHECK(rc::check("rounding", [] {
    const double value = *rc::gen::inRange<int>(1, 1'000'000'000) / 1e4;
    std::string text = significant(value);
    text.erase(std::remove(text.begin(), text.end(), ','), text.end());
    RC_ASSERT(std::abs(std::stod(text) - value) <= std::max(value * 0.00501, 0.5e-6));
  }));
}
