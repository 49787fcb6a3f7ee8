#include "runner/options/units.hpp"

#include <rapidcheck.h>

#include <limits>
#include <string>

#include "tests/catch.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {}  // namespace

TEST_CASE("a duration is a number and a unit", "[options][units]") {
  CHECK(parse_duration_ns("100ns").value == 100);
  CHECK(parse_duration_ns("500us").value == 500'000);
  CHECK(parse_duration_ns("200ms").value == 200 * ms);
  CHECK(parse_duration_ns("2s").value == 2 * s);
  CHECK(parse_duration_ns("1.5s").value == 1500 * ms);
  CHECK(parse_duration_ns("3m").value == 180 * s);
  CHECK(parse_duration_ns("3 min").value == 180 * s);
  CHECK(parse_duration_ns("1h").value == 3600 * s);
  CHECK(parse_duration_ns("0.001us").value == 1);
}

TEST_CASE("a duration without a unit is refused unless it is zero", "[options][units]") {
  CHECK(parse_duration_ns("200").problem == "needs a unit, as in 200ms or 2s");
  CHECK(parse_duration_ns("0").value == 0);
  CHECK(parse_duration_ns("0.0").value == 0);
}

TEST_CASE("each way to write no duration has its own message", "[options][units]") {
  CHECK(parse_duration_ns("").problem == "is empty; a duration is needed, such as 200ms or 2s");
  CHECK(parse_duration_ns("-1s").problem == "is negative");
  CHECK(parse_duration_ns("soon").problem == "is not a duration, such as 200ms or 2s");
  CHECK(parse_duration_ns("nan").problem == "is not a duration, such as 200ms or 2s");
  CHECK(parse_duration_ns("+1s").problem == "is not a duration, such as 200ms or 2s");
  CHECK(parse_duration_ns(".5s").problem == "is not a duration, such as 200ms or 2s");
  CHECK(parse_duration_ns("1.s").problem == "has no digit behind its point");
  CHECK(parse_duration_ns("2sec").problem ==
        "has 'sec' behind the number, where only ns, us, ms, s, min or h can stand");
  CHECK(parse_duration_ns("2s ").problem ==
        "has 's ' behind the number, where only ns, us, ms, s, min or h can stand");
  CHECK(parse_duration_ns("0.5ns").problem == "is finer than one nanosecond");
  CHECK(parse_duration_ns("1000000000h").problem == "is too large for any computer");
  CHECK(parse_duration_ns("99999999999999999999s").problem == "is too large for any computer");
}

TEST_CASE("a size counts in powers of 1024 however its unit is written", "[options][units]") {
  CHECK(parse_bytes("4096").value == 4096);
  CHECK(parse_bytes("64B").value == 64);
  for (const char* text : {"64K", "64k", "64KB", "64kb", "64KiB", "64 KiB", "64kib"}) {
    INFO(text);
    CHECK(parse_bytes(text).value == 65536);
  }
  CHECK(parse_bytes("1.5M").value == 1'572'864);
  CHECK(parse_bytes("1G").value == 1'073'741'824);
  CHECK(parse_bytes("2T").value == 2'199'023'255'552);
}

TEST_CASE("a size that is none is refused", "[options][units]") {
  CHECK(parse_bytes("1.5").problem == "is finer than one byte");
  CHECK(parse_bytes("64X").problem ==
        "has 'X' behind the number, where only K, M, G or T can stand");
  CHECK(parse_bytes("-64K").problem == "is negative");
  CHECK(parse_bytes("9999999T").problem == "is too large for any computer");
  CHECK_FALSE(parse_bytes("").ok());
}

TEST_CASE("a count is digits, with a power of ten where it is long", "[options][units]") {
  CHECK(parse_count("8").value == 8);
  CHECK(parse_count("0").value == 0);
  CHECK(parse_count("1e6").value == 1'000'000);
  CHECK(parse_count("1.5e3").value == 1500);
  CHECK(parse_count("1.0e1").value == 10);
  CHECK(parse_count("9223372036854775807").value == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("a count that is not whole, too large or followed by anything is refused",
          "[options][units]") {
  CHECK(parse_count("1.5").problem == "is not a whole number");
  CHECK(parse_count("1.55e1").problem == "is not a whole number");
  CHECK(parse_count("64K").problem == "has 'K' behind the number, where nothing or e6 can stand");
  CHECK(parse_count("8e").problem == "has 'e' behind the number, where nothing or e6 can stand");
  CHECK(parse_count("1e-3").problem ==
        "has 'e-3' behind the number, where nothing or e6 can stand");
  CHECK(parse_count("0x10").problem ==
        "has 'x10' behind the number, where nothing or e6 can stand");
  CHECK(parse_count("9223372036854775808").problem == "is too large for any computer");
  CHECK(parse_count("10e18").problem == "is too large for any computer");
  CHECK(parse_count("1e999999999999").problem == "is too large for any computer");
  CHECK(parse_count("-1").problem == "is negative");
  CHECK(parse_count("many").problem == "is not a whole number, such as 8 or 1e6");
  CHECK(parse_count("").problem == "is empty; a whole number is needed, such as 8 or 1e6");
}

TEST_CASE("a percentage has its sign", "[options][units]") {
  CHECK(parse_percent_ppm("1%").value == 10'000);
  CHECK(parse_percent_ppm("0.5 %").value == 5'000);
  CHECK(parse_percent_ppm("99.99%").value == 999'900);
  CHECK(parse_percent_ppm("0").value == 0);
  CHECK(parse_percent_ppm("0.01").problem == "needs a unit, as in 1% or 0.5%");
  CHECK(parse_percent_ppm("0.00001%").problem == "is finer than one millionth");
}

TEST_CASE("a number is written exactly in the largest unit that fits", "[options][units]") {
  CHECK(exact_duration(0) == "0 s");
  CHECK(exact_duration(999) == "999 ns");
  CHECK(exact_duration(200 * ms) == "200 ms");
  CHECK(exact_duration(1500 * ms) == "1.5 s");
  CHECK(exact_duration(90 * s) == "1.5 min");
  CHECK(exact_duration(3600 * s) == "1 h");
  CHECK(exact_duration(100 * s) == "100 s");
  CHECK(exact_duration(1'234'567) == "1234.567 us");
  CHECK(exact_bytes(0) == "0 B");
  CHECK(exact_bytes(1 << 30) == "1 GiB");
  CHECK(exact_bytes(1536) == "1.5 KiB");
  CHECK(exact_bytes(3000) == "3000 B");
  CHECK(exact_bytes(1'000'001) == "1000001 B");
  CHECK(exact_count(4096) == "4096");
  CHECK(exact_count(100'000) == "100000");
  CHECK(exact_count(1'000'000'000'000'000) == "1e15");
  CHECK(exact_count(0) == "0");
  CHECK(exact_percent(5'000) == "0.5 %");
}

TEST_CASE("what is written exactly means the same when it is typed in", "[options][units]") {
  CHECK(rc::check("durations", [] {
    const auto ns = *rc::gen::inRange<std::int64_t>(0, 1'000'000 * s);
    RC_ASSERT(parse_duration_ns(exact_duration(ns)).value == ns);
  }));
  CHECK(rc::check("sizes", [] {
    const auto bytes = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 50);
    RC_ASSERT(parse_bytes(exact_bytes(bytes)).value == bytes);
  }));
  CHECK(rc::check("counts", [] {
    const auto count = *rc::gen::inRange<std::int64_t>(0, std::numeric_limits<std::int64_t>::max());
    RC_ASSERT(parse_count(exact_count(count)).value == count);
  }));
  CHECK(rc::check("percentages", [] {
    const auto ppm = *rc::gen::inRange<std::int64_t>(100, 1'000'000);
    RC_ASSERT(parse_percent_ppm(exact_percent(ppm)).value == ppm);
  }));
}

TEST_CASE("no text makes a parser do anything but answer", "[options][units]") {
  CHECK(rc::check("any text", [](const std::string& text) {
    for (const auto& answer :
         {parse_duration_ns(text), parse_bytes(text), parse_count(text), parse_percent_ppm(text)}) {
      RC_ASSERT(answer.ok() == answer.problem.empty());
      RC_ASSERT(!answer.ok() || *answer.value >= 0);
    }
  }));
}
