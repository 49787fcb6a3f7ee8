// Every command that the README prints is run as it stands, only shorter.

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/run_program.hpp"
#include "tests/source_tree.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;

namespace {

/// As a shell cuts them; of quotes it knows the single ones.
std::vector<std::string> words_of(const std::string& line) {
  std::istringstream rest(line);
  std::vector<std::string> words;
  for (std::string word; rest >> word && word != "#";) {
    if (word.front() == '\'') {
      std::string more;
      while (word.back() != '\'' && rest >> more) word.append(" ").append(more);
      word = word.substr(1, word.size() - 2);
    }
    words.push_back(word);
  }
  return words;
}

/// The words behind "$ bulkhead" of each such line, up to a comment.
std::vector<std::vector<std::string>> commands_of_readme() {
  std::ifstream readme(in_source_tree("README.md"));
  const std::string prompt = "$ bulkhead ";
  std::vector<std::vector<std::string>> commands;
  std::string line;
  while (std::getline(readme, line)) {
    if (line.rfind(prompt, 0) != 0) continue;
    commands.push_back(words_of(line.substr(prompt.size())));
  }
  return commands;
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// A window of a few milliseconds and as few rounds as will do, where the command says no other.
std::vector<std::string> shortened(std::vector<std::string> words) {
  const std::string command = words.front();
  const bool takes_window =
      command == "run" || command == "batch" || command == "faults" || command == "shapes";
  if (!takes_window || contains(words, "--help")) return words;
  const auto add = [&](const std::string& option, const std::string& value) {
    if (!contains(words, option)) words.insert(words.end(), {option, value});
  };
  // A batch's window is long enough for the faults of configs to strike, and faults and shapes
  // strike 50 ms after it opened.
  const char* const window = command == "run" ? "10ms" : command == "batch" ? "30ms" : "70ms";
  if (!contains(words, "--operations")) add("--duration", window);
  if (command != "faults" && !contains(words, "--precision")) {
    add("--trials", command == "shapes" ? "3" : "1");
  }
  add("--warmup", "5ms");
  return words;
}

}  // namespace

TEST_CASE("every command of the README runs", "[readme][serial]") {
  const auto commands = commands_of_readme();
  REQUIRE(commands.size() >= 8);
  // What they write goes elsewhere than into the source tree.
  const TemporaryFolder place;
  for (const char* name : {"README.md", "configs"}) {
    std::filesystem::create_symlink(in_source_tree(name), place / name);
  }
  for (const auto& command : commands) {
    std::string shown;
    for (const std::string& word : command) shown += word + " ";
    const ProgramRun end = run_bulkhead(shortened(command), {.directory = place / ""});
    CAPTURE(shown, end.err);
    // A precision may be out of reach in so short a run; that is what exit code 1 says.
    if (contains(command, "--precision")) {
      REQUIRE(end.exit_code <= 1);
    } else {
      REQUIRE(end.exit_code == 0);
    }
    if (command.front() == "report") {
      REQUIRE(std::filesystem::file_size(place / "results.html") > 100'000);
    } else {
      REQUIRE_FALSE(end.out.empty());
    }
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
