#include "runner/reports/render.hpp"

#include <algorithm>
#include <regex>
#include <sstream>

#include "runner/reports/format.hpp"
#include "runner/reports/text.hpp"
#include "tests/catch.hpp"
#include "tests/runner/reports/example_result.hpp"
#include "tests/runner/reports/golden.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;
using example::all_examples;
using example::Example;

namespace {

RenderStyle plain(unsigned width) {
  RenderStyle style;
  style.width = width;
  return style;
}

RenderStyle coloured() {
  RenderStyle style;
  style.colour = RenderStyle::Colour::ansi;
  style.charset = RenderStyle::Charset::utf8;
  return style;
}

const ExperimentResult& example_named(const std::string& name) {
  static const std::vector<Example> examples = all_examples();
  const auto found = std::find_if(examples.begin(), examples.end(),
                                  [&name](const Example& one) { return one.name == name; });
  REQUIRE(found != examples.end());
  return found->result;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream stream(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(stream, line);) {
    widest = std::max(widest, display_width(line));
  }
  return widest;
}

std::string without_escapes(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

/// The cells of the table's row with this label, blanks squeezed.
std::string row_of(const std::string& table, const std::string& label) {
  std::istringstream stream(table);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(label)) return std::regex_replace(line, std::regex(" +"), " ");
  }
  return {};
}

}  // namespace

TEST_CASE("the five formats are there", "[reports]") {
  for (const char* name : {"table", "json", "csv", "markdown", "html"}) {
    CAPTURE(name);
    REQUIRE(FormatRegistry::find(name) != nullptr);
    CHECK_FALSE(FormatRegistry::find(name)->help.empty());
  }
  CHECK(FormatRegistry::find("pdf") == nullptr);
}

TEST_CASE("every kind of result looks as accepted in a table", "[reports][golden]") {
  for (const Example& one : all_examples()) {
    check_golden(one.name + ".table", render(one.result, "table", plain(80)));
  }
}

TEST_CASE("results look as accepted in the other formats", "[reports][golden]") {
  for (const std::string name : {"crash", "troubled", "interrupted"}) {
    check_golden(name + ".md", render(example_named(name), "markdown", plain(80)));
    check_golden(name + ".csv", render(example_named(name), "csv", plain(80)));
  }
  check_golden("interrupted.json", render(example_named("interrupted"), "json", plain(80)));
}

TEST_CASE("a terminal gets colour and lines", "[reports][golden]") {
  check_golden("disturbed.terminal", render(example_named("disturbed"), "table", coloured()));
}

TEST_CASE("a narrow terminal gets one mode below the other", "[reports][golden]") {
  check_golden("crash-40.table", render(example_named("crash"), "table", plain(40)));
}

TEST_CASE("no line of a table is longer than asked for", "[reports]") {
  for (const Example& one : all_examples()) {
    for (unsigned width = 80; width <= 200; width += 7) {
      CAPTURE(one.name, width);
      CHECK(widest_line(render(one.result, "table", plain(width))) <= width);
    }
    CHECK(widest_line(render(one.result, "table", plain(40))) <= 40);
  }
}

TEST_CASE("a width below 40 is taken for 40", "[reports]") {
  const ExperimentResult& result = example_named("crash");
  CHECK(render(result, "table", plain(1)) == render(result, "table", plain(40)));
  CHECK(render(result, "table", plain(0)) == render(result, "table", plain(40)));
}

TEST_CASE("no format writes a byte outside ASCII into a pipe, or an escape sequence", "[reports]") {
  ExperimentResult result = example_named("troubled");
  result.host.cpu_model = "CPU\xC2\xAE \xFF";
  result.trials[0].reason = "\xE2\x9C\x97 \x1b[2J";
  result.trials[0].status = TrialStatus::failed;
  for (const FormatEntry& format : FormatRegistry::all()) {
    CAPTURE(format.name);
    const std::string text = render(result, format.name, plain(80));
    CHECK(std::all_of(text.begin(), text.end(),
                      [](char byte) { return static_cast<unsigned char>(byte) < 0x80; }));
    if (format.name != "csv") CHECK(text.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("colour is never the only carrier of meaning", "[reports]") {
  for (const Example& one : all_examples()) {
    CAPTURE(one.name);
    RenderStyle style = coloured();
    style.charset = RenderStyle::Charset::ascii;
    const std::string text = render(one.result, "table", style);
    CHECK(text.find('\x1b') != std::string::npos);
    CHECK(without_escapes(text) == render(one.result, "table", plain(80)));
  }
}

TEST_CASE("modes that do not fit side by side go on below, the first one repeated", "[reports]") {
  const std::string table = render(example_named("seven-modes"), "table", plain(80));
  CHECK_THAT(table, Contains("(continued)"));
  for (const char* mode : {"2x32", "4x16", "8x8", "16x4", "32x2"}) {
    CHECK_THAT(table,
               Contains(std::string(" ") + mode + "\n") || Contains(std::string(mode) + "  "));
  }
  CHECK_THAT(render(example_named("seven-modes"), "table", plain(200)), !Contains("(continued)"));
}

TEST_CASE("a mode that did nothing shows zero and no ratio", "[reports]") {
  const std::string table = render(example_named("zero-operations"), "table", plain(80));
  CHECK(row_of(table, "throughput") == "throughput, M op/s 12.0 0");
  CHECK(row_of(table, "ratio") == "ratio to thread 1 n/a");
  CHECK(row_of(table, "CPU time per op") == "CPU time per op, ns 167 n/a");
}

TEST_CASE("a disturbed number carries its mark, and the mark is explained", "[reports]") {
  const std::string table = render(example_named("disturbed"), "table", plain(80));
  CHECK(row_of(table, "throughput") == "throughput, M op/s 12.0 12.6*");
  CHECK_THAT(table, Contains("\n* Measured in part while others used the machine."));
  CHECK_THAT(render(example_named("cost"), "table", plain(80)), !Contains("*"));
}

TEST_CASE("failed trials stand in the row of trials and in a warning with their reason",
          "[reports]") {
  const std::string table = render(example_named("troubled"), "table", plain(120));
  CHECK_THAT(row_of(table, "trials completed"), Contains("6 of 7 (1 failed)"));
  CHECK_THAT(table,
             Contains("warning: 1 trial of process without faults failed: not all workers were "
                      "ready in time"));
}

TEST_CASE("what was interrupted at once says so and prints what is known", "[reports]") {
  const std::string table = render(example_named("interrupted"), "table", plain(80));
  CHECK_THAT(table, Contains("warning: Interrupted before the first round was complete."));
  CHECK(row_of(table, "throughput") == "throughput, M op/s 12.0 n/a");
}

TEST_CASE("an experiment without any trial can be printed", "[reports]") {
  ExperimentResult result = example_named("crash");
  result.trials.clear();
  result.rounds = 0;
  for (const FormatEntry& format : FormatRegistry::all()) {
    CAPTURE(format.name);
    CHECK_FALSE(render(result, format.name, plain(80)).empty());
  }
}
