// Lists of values as combinations.

#include "runner/options/option_matrix.hpp"

#include "runner/options/run_options.hpp"
#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

std::vector<RawOption> keys(std::vector<std::pair<std::string, std::string>> pairs) {
  std::vector<RawOption> all;
  for (auto& [name, value] : pairs) all.push_back({name, value, "x:1: " + name});
  return all;
}

struct Made {
  std::vector<std::string> labels, modes;
  Mistakes mistakes;
};

Made make(const std::vector<RawOption>& options, const std::vector<std::string>& excludes = {}) {
  Made made;
  std::vector<RawOption> raw;
  for (const std::string& exclude : excludes) raw.push_back({"exclude", exclude, "x:9: exclude"});
  const OptionMatrix matrix(options, run_options(), raw, made.mistakes);
  for (std::uint64_t index = 0; index < matrix.size(); ++index) {
    const auto combination = matrix.at(index);
    if (!combination) continue;
    made.labels.push_back(combination->label);
    made.modes.push_back(combination->options.back().value);
  }
  if (made.mistakes.empty()) matrix.blame_idle_exclusions(made.mistakes);
  return made;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a section without lists is one experiment without a label", "[matrix]") {
  const Made made = make(keys({{"workers", "2"}, {"mode", "thread, process"}}));
  CHECK(made.labels == Texts{""});
  CHECK(made.modes == Texts{"thread,process"});
}

TEST_CASE("lists make every combination, the last key fastest", "[matrix]") {
  const Made made = make(keys({{"workers", "1, 2"}, {"lock", "mutex,robust"}}));
  CHECK(made.labels == Texts{"workers=1 lock=mutex", "workers=1 lock=robust",
                             "workers=2 lock=mutex", "workers=2 lock=robust"});
}

TEST_CASE("an exclusion takes a mode out where its other conditions hold", "[matrix]") {
  const Made made =
      make(keys({{"workers", "1,4"}, {"mode", "thread,2x2"}}), {"mode=2x2, workers=1"});
  CHECK(made.mistakes.empty());
  CHECK(made.labels == Texts{"workers=1", "workers=4"});
  CHECK(made.modes == Texts{"thread", "thread,2x2"});
}

TEST_CASE("a combination without any mode left is none", "[matrix]") {
  const Made made = make(keys({{"workers", "1,4"}, {"mode", "thread"}}), {"workers=1"});
  CHECK(made.labels == Texts{"workers=4"});
}

TEST_CASE("an exclusion of what never is, or is no condition, is a mistake", "[matrix]") {
  CHECK(make(keys({{"workers", "1,4"}}), {"workers=3"}).mistakes.size() == 1);
  CHECK(make(keys({{"workers", "1,4"}}), {"workers"}).mistakes.size() == 1);
  // Each of the conditions can be, but never both together.
  CHECK(make(keys({{"workers", "1,4"}, {"lock", "mutex"}}), {"workers=1, workers=4"})
            .mistakes.size() == 1);
}

TEST_CASE("a value that a list has twice is a mistake", "[matrix]") {
  CHECK(make(keys({{"workers", "1,1"}})).mistakes.size() == 1);
}

TEST_CASE("a fault keeps its commas", "[matrix]") {
  const Made made = make(keys({{"fault", "leak-memory@1:ms=5,limit=1M"}}));
  CHECK(made.labels == Texts{""});
}

TEST_CASE("the size of a matrix of any depth does not wrap around", "[matrix]") {
  std::string list = "1";
  for (int value = 2; value <= 1000; ++value) list += "," + std::to_string(value);
  std::vector<RawOption> options;
  for (const char* name : {"workers", "duration", "warmup", "trials", "max-trials", "seed",
                           "same-within", "confidence"}) {
    options.push_back({name, list, "x:1"});
  }
  Mistakes mistakes;
  CHECK(OptionMatrix(options, run_options(), {}, mistakes).size() ==
        std::numeric_limits<std::uint64_t>::max());
}
