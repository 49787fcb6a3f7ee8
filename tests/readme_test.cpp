// Every command that the README prints is run as it stands, only shorter.

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/run_program.hpp"
#include "tests/source_tree.hpp"

using namespace bulkhead;

namespace {

/// The words behind "$ bulkhead" of each such line, up to a comment.
std::vector<std::vector<std::string>> commands_of_readme() {
  std::ifstream readme(in_source_tree("README.md"));
  const std::string prompt = "$ bulkhead ";
  std::vector<std::vector<std::string>> commands;
  std::string line;
  while (std::getline(readme, line)) {
    if (line.rfind(prompt, 0) != 0) continue;
    std::istringstream rest(line.substr(prompt.size()));
    std::vector<std::string> words;
    for (std::string word; rest >> word && word != "#";) words.push_back(word);
    commands.push_back(words);
  }
  return commands;
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// A run of one round and a few milliseconds, where the command does not say otherwise.
std::vector<std::string> shortened(std::vector<std::string> words) {
  if (words.front() != "run" || contains(words, "--help")) return words;
  const auto add = [&](const std::string& option, const std::string& value) {
    if (!contains(words, option)) words.insert(words.end(), {option, value});
  };
  if (!contains(words, "--operations")) add("--duration", "10ms");
  if (!contains(words, "--precision")) add("--trials", "1");
  add("--warmup", "5ms");
  return words;
}

}  // namespace

TEST_CASE("every command of the README runs", "[readme][serial]") {
  const auto commands = commands_of_readme();
  REQUIRE(commands.size() >= 8);
  for (const auto& command : commands) {
    std::string shown;
    for (const std::string& word : command) shown += word + " ";
    const ProgramRun end = run_bulkhead(shortened(command), {.directory = in_source_tree("")});
    CAPTURE(shown, end.err);
    // A precision may be out of reach in so short a run; that is what exit code 1 says.
    if (contains(command, "--precision")) {
      REQUIRE(end.exit_code <= 1);
    } else {
      REQUIRE(end.exit_code == 0);
    }
    REQUIRE_FALSE(end.out.empty());
  }
}

TEST_CASE("the README's first command comes before its fifteenth line and exists", "[readme]") {
  std::ifstream readme(in_source_tree("README.md"));
  std::string line;
  int number = 0;
  while (std::getline(readme, line) && line.rfind("$ ", 0) != 0) ++number;
  REQUIRE(number < 14);
  REQUIRE(std::filesystem::exists(in_source_tree(line.substr(2))));
}
