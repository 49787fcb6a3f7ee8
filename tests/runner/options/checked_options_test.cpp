#include "runner/options/checked_options.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

const std::vector<OptionSpec> specs{
    {.group = "g",
     .name = "workers",
     .argument = "N",
     .kind = ValueKind::count,
     .default_text = "2",
     .min = 1,
     .max = 8},
    {.group = "g", .name = "fault", .argument = "FAULT", .occurs = Occurs::many},
    {.group = "g", .name = "quiet", .kind = ValueKind::flag},
};

}  // namespace

TEST_CASE("an option that nobody gave has its default", "[options][checked]") {
  Mistakes mistakes;
  const CheckedOptions options(specs, {}, mistakes);
  CHECK(mistakes.empty());
  CHECK_FALSE(options.given("workers"));
  CHECK(options.number("workers") == 2);
  CHECK(options.where("workers") == "--workers");
  CHECK_FALSE(options.given("quiet"));
}

TEST_CASE("a value replaces the default and remembers its place", "[options][checked]") {
  Mistakes mistakes;
  const CheckedOptions options(
      specs, {{"workers", "8", "bank.ini:3: workers"}, {"quiet", "", "--quiet"}}, mistakes);
  CHECK(mistakes.empty());
  CHECK(options.number("workers") == 8);
  CHECK(options.where("workers") == "bank.ini:3: workers");
  CHECK(options.given("quiet"));
}

TEST_CASE("a refused value is a mistake at its place, and the default stands in",
          "[options][checked]") {
  Mistakes mistakes;
  const CheckedOptions options(specs, {{"workers", "9", "bank.ini:3: workers"}}, mistakes);
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0].where == "bank.ini:3: workers");
  CHECK(mistakes[0].what == "'9' is out of range: 1 to 8");
  CHECK(options.refused("workers"));
  CHECK(options.number("workers") == 2);
}

TEST_CASE("a repeated option is a mistake", "[options][checked]") {
  Mistakes mistakes;
  const CheckedOptions options(
      specs, {{"workers", "3", "--workers"}, {"workers", "4", "--workers"}}, mistakes);
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0].what == "is given more than once");
  CHECK(options.number("workers") == 3);
}

TEST_CASE("an option that may be repeated keeps all its values", "[options][checked]") {
  Mistakes mistakes;
  const CheckedOptions options(specs, {{"fault", "a", "--fault"}, {"fault", "b", "--fault"}},
                               mistakes);
  CHECK(mistakes.empty());
  REQUIRE(options.values("fault").size() == 2);
  CHECK(options.values("fault")[1].text == "b");
}
