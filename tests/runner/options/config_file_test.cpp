// Config files: what is read, and what is said about what cannot be.

#include "runner/options/config_file.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

struct Read {
  ConfigFile file;
  Mistakes mistakes;
};

Read read(const std::string& text) {
  Read result;
  result.file = read_config_text("x.ini", text, result.mistakes);
  return result;
}

}  // namespace

TEST_CASE("a config has defaults and sections whose keys know their line", "[config]") {
  const Read read_one = read(
      "# What?\n"
      "[defaults]\n"
      "trials = 3\n"
      "\n"
      "[ first ]\n"
      "workload=bank # the one\n"
      "; another comment\n"
      "mode = thread, process\n");
  REQUIRE(read_one.mistakes.empty());
  REQUIRE(read_one.file.defaults.size() == 1);
  CHECK(read_one.file.defaults[0].where == "x.ini:3: trials");
  REQUIRE(read_one.file.sections.size() == 1);
  const ConfigSection& section = read_one.file.sections[0];
  CHECK(section.name == "first");
  CHECK(section.where == "x.ini:5");
  REQUIRE(section.keys.size() == 2);
  CHECK(section.keys[0].value == "bank");
  CHECK(section.keys[1].value == "thread, process");
  CHECK(section.keys[1].where == "x.ini:8: mode");
}

TEST_CASE("every mistake of a config is told with its line, and the rest is read", "[config]") {
  const Read bad = read(
      "workers = 2\n"
      "[a]\n"
      "nonsense\n"
      "workload = bank\n"
      "[b\n"
      "lost = 1\n"
      "[a]\n"
      "[]\n"
      "[c]\n"
      "workload = spin\n");
  REQUIRE(bad.mistakes.size() == 5);
  CHECK(bad.mistakes[0].where == "x.ini:1: workers");
  CHECK(bad.mistakes[1].where == "x.ini:3");
  CHECK_THAT(bad.mistakes[1].what, Catch::Contains("'nonsense'"));
  CHECK(bad.mistakes[2].where == "x.ini:5");
  CHECK(bad.mistakes[3].where == "x.ini:7");
  CHECK_THAT(bad.mistakes[3].what, Catch::Contains("x.ini:2"));
  CHECK(bad.mistakes[4].where == "x.ini:8");
  REQUIRE(bad.file.sections.size() == 2);
  CHECK(bad.file.sections[0].keys.size() == 1);
  CHECK(bad.file.sections[1].name == "c");
}

TEST_CASE("a config with the line ends of another system is read alike", "[config]") {
  const Read dos = read("[a]\r\nworkload = bank\r\n");
  REQUIRE(dos.mistakes.empty());
  CHECK(dos.file.sections.at(0).keys.at(0).value == "bank");
}

TEST_CASE("a missing, an empty and a binary config are mistakes", "[config]") {
  Mistakes mistakes;
  CHECK(read_config_file("/nowhere/x.ini", mistakes).sections.empty());
  CHECK(read_config_file("/dev/null", mistakes).sections.empty());
  CHECK(read_config_file("/bin/true", mistakes).sections.empty());
  REQUIRE(mistakes.size() == 3);
  CHECK(mistakes[0].where == "/nowhere/x.ini");
}
