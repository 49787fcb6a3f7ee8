// The rules of the code that a program can check.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/source_tree.hpp"

namespace {

struct Line {
  std::string file;
  std::size_t number;
  std::string text;
};

/// All lines of the sources below a folder of the project.
std::vector<Line> lines_below(const char* folder) {
  std::vector<Line> lines;
  const std::filesystem::path top = bulkhead::in_source_tree("");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(top / folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".hpp") continue;
    std::ifstream file(entry.path());
    std::string text;
    for (std::size_t number = 1; std::getline(file, text); ++number) {
      lines.push_back({std::filesystem::relative(entry.path(), top).string(), number, text});
    }
  }
  return lines;
}

std::vector<std::string> places_of(const char* folder, const std::vector<std::string>& needles) {
  std::vector<std::string> places;
  for (const Line& line : lines_below(folder)) {
    for (const std::string& needle : needles) {
      if (line.text.find(needle) == std::string::npos) continue;
      places.push_back(line.file + ":" + std::to_string(line.number) + " " + line.text);
    }
  }
  return places;
}

const std::vector<std::string> nothing;

}  // namespace

TEST_CASE("includes point down only: runner, workloads, ipc", "[tidy]") {
  REQUIRE(places_of("ipc", {"#include \"workloads/", "#include \"runner/"}) == nothing);
  REQUIRE(places_of("workloads", {"#include \"runner/"}) == nothing);
  REQUIRE(places_of("runner", {"#include \"tests/", "#include \"bench/"}) == nothing);
  REQUIRE_FALSE(places_of("runner", {"#include \"workloads/"}).empty());
}

TEST_CASE("Program_options is used in the options alone, fmt in the runner alone", "[tidy]") {
  REQUIRE(places_of("ipc", {"<fmt/", "program_options"}) == nothing);
  REQUIRE(places_of("workloads", {"<fmt/", "program_options"}) == nothing);
  for (const std::string& place : places_of("runner", {"boost/program_options"})) {
    CAPTURE(place);
    REQUIRE(place.rfind("runner/options/", 0) == 0);
  }
}

TEST_CASE("what does not work between processes is not used below the runner", "[tidy]") {
  const std::vector<std::string> traps = {"<barrier>",    "<latch>",
                                          "<semaphore>",  "<condition_variable>",
                                          ".notify_all(", ".notify_one("};
  REQUIRE(places_of("ipc", traps) == nothing);
  REQUIRE(places_of("workloads", traps) == nothing);
}

TEST_CASE("no source file is longer than 400 lines", "[tidy]") {
  for (const char* folder : {"ipc", "workloads", "runner", "tests", "bench"}) {
    for (const Line& line : lines_below(folder)) {
      CAPTURE(line.file);
      REQUIRE(line.number <= 400);
    }
  }
}
