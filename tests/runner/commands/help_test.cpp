#include "runner/commands/help.hpp"

#include <set>
#include <sstream>

#include "ipc/lock_list.hpp"
#include "runner/commands/command.hpp"
#include "runner/commands/list.hpp"
#include "runner/commands/man_page.hpp"
#include "runner/faults/fault.hpp"
#include "runner/options/batch_request.hpp"
#include "runner/options/run_options.hpp"
#include "runner/options/run_request.hpp"
#include "runner/reports/format.hpp"
#include "tests/catch.hpp"
#include "tests/source_tree.hpp"

using namespace bulkhead;

namespace {

std::size_t longest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

/// Every help text there is.
std::vector<std::string> all_texts(unsigned width) {
  std::vector<std::string> texts{short_help(width), program_help(width), run_help(nullptr, width),
                                 list_help(width)};
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    texts.push_back(run_help(&workload, width));
  }
  for (const ListSubject& subject : list_subjects()) texts.push_back(subject.text(width));
  for (const Command& command : commands()) texts.push_back(command.help_text(width));
  return texts;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// The text without its line breaks and columns.
std::string flowing(const std::string& text) {
  std::string result;
  for (const std::string& word : words_of(text)) result += word + " ";
  return result;
}

}  // namespace

TEST_CASE("no help is wider than 80 columns", "[commands][help]") {
  for (const std::string& text : all_texts(80)) {
    INFO(text);
    CHECK(longest_line(text) <= 80);
  }
}

TEST_CASE("help uses a wide terminal and survives a narrow one", "[commands][help]") {
  CHECK(longest_line(run_help(nullptr, 110)) > 80);
  CHECK(longest_line(run_help(nullptr, 110)) <= 110);
  for (const std::string& text : all_texts(20)) CHECK_FALSE(text.empty());
}

TEST_CASE("the program's help names every command and every exit code", "[commands][help]") {
  const std::string text = program_help(80);
  for (const Command& command : commands()) {
    CHECK_THAT(text, Catch::Contains(std::string(command.name)));
  }
  for (const char* code : {"\n  0 ", "\n  1 ", "\n  2 ", "\n  3 ", "\n  130 "}) {
    CHECK_THAT(text, Catch::Contains(code));
  }
}

TEST_CASE("every example is a good command line", "[commands][help]") {
  for (const Example& example : examples()) {
    INFO(example.command_line);
    std::vector<std::string> words = words_of(example.command_line);
    REQUIRE(words.size() > 2);
    const std::string command = words[1];
    words.erase(words.begin(), words.begin() + 2);
    if (command == "batch") {
      // Configs are named as seen from the top of the sources.
      words[0] = in_source_tree(words[0]);
      CHECK(read_batch_request(words, {2, 0}).mistakes.empty());
    } else {
      REQUIRE(command == "run");
      CHECK(read_run_request(words, {2, 0}).mistakes.empty());
    }
  }
}

TEST_CASE("help of run has every option, its default and its limits", "[commands][help]") {
  const std::string text = run_help(nullptr, 80);
  for (const OptionSpec& option : run_options()) {
    CHECK_THAT(text, Catch::Contains("--" + std::string(option.name)));
    CHECK_THAT(text, Catch::Contains(std::string(option.group) + ":"));
  }
  CHECK_THAT(flowing(text), Catch::Contains("(default: 200 ms; 1 ms to 1 h)"));
}

TEST_CASE("help of a workload has its parameters first", "[commands][help]") {
  const std::string text = run_help(WorkloadRegistry::find("bank"), 80);
  CHECK_THAT(text, Catch::Contains("--accounts N"));
  CHECK_THAT(flowing(text), Catch::Contains("default: 64; 2 to 1e6"));
  CHECK(text.find("--accounts") < text.find("--workers"));
}

namespace {

/// Each run of blanks and line feeds as one blank.
std::string on_one_line(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line += word + " ";
  return line;
}

}  // namespace

TEST_CASE("lists name everything that is registered", "[commands][list]") {
  const auto list = [](std::string_view name) {
    for (const ListSubject& subject : list_subjects()) {
      if (subject.name == name) return subject.text(80);
    }
    return std::string();
  };
  for (const auto& entry : WorkloadRegistry::all()) {
    CHECK_THAT(list("workloads"), Catch::Contains("  " + std::string(entry.name) + " "));
  }
  for (const auto& entry : FaultRegistry::all()) {
    CHECK_THAT(list("faults"), Catch::Contains("  " + std::string(entry.name) + " "));
    CHECK_THAT(on_one_line(list("faults")),
               Catch::Contains("Ends as " + std::string(entry.ends_as)));
  }
  for (const auto& entry : all_locks()) {
    CHECK_THAT(list("locks"), Catch::Contains("  " + std::string(entry.name) + " "));
  }
  for (const auto& entry : FormatRegistry::all()) {
    CHECK_THAT(list("formats"), Catch::Contains("  " + std::string(entry.name) + " "));
  }
  for (const char* mode : {"process", "thread", "PxT"}) {
    CHECK_THAT(list("modes"), Catch::Contains(std::string("  ") + mode + " "));
  }
}

TEST_CASE("the list of subjects names them all", "[commands][list]") {
  for (const ListSubject& subject : list_subjects()) {
    CHECK_THAT(list_help(80), Catch::Contains("  " + std::string(subject.name) + " "));
  }
}

TEST_CASE("the manual page has the help of every command, and no line is a request by accident",
          "[commands][help]") {
  const std::string page = man_page();
  for (const Command& command : commands()) {
    CHECK_THAT(page, Catch::Contains("\n.SS " + std::string(command.name)));
  }
  for (const char* part : {"\n.SH NAME\n", "\n.SH SYNOPSIS\n", "\n.SH FILES\n"}) {
    CHECK_THAT(page, Catch::Contains(part));
  }
  std::istringstream lines(page);
  int open_blocks = 0;
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.find_first_of("\x1b\t") == std::string::npos);
    if (line == ".nf") ++open_blocks;
    if (line == ".fi") --open_blocks;
    CHECK((open_blocks == 0 || open_blocks == 1));
    if (line.empty() || line.front() != '.') continue;
    const std::string request = line.substr(0, line.find(' '));
    const std::set<std::string> known{".TH", ".SH", ".SS", ".nf", ".fi", ".TP", ".B", ".I", ".RI"};
    CHECK(known.count(request) == 1);
  }
  CHECK(open_blocks == 0);
}
