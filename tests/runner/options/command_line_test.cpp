#include "runner/options/command_line.hpp"

#include <rapidcheck.h>

#include <string>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

const std::vector<OptionSpec> known{
    {.group = "g", .name = "workers", .argument = "N", .kind = ValueKind::count, .max = 9},
    {.group = "g", .name = "mode", .argument = "LIST"},
    {.group = "g", .name = "quiet", .kind = ValueKind::flag},
    {.group = "g", .name = "help", .kind = ValueKind::flag},
};

using Words = std::vector<std::string>;

CommandLine parse(const Words& arguments) {
  return read_command_line(arguments, known);
}

Words words_of(const CommandLine& line) {
  Words texts;
  for (const CommandLine::Word& word : line.words) texts.push_back(word.text);
  return texts;
}

/// "name=value" of each option.
Words options_of(const CommandLine& line) {
  Words texts;
  for (const RawOption& option : line.options) texts.push_back(option.name + "=" + option.value);
  return texts;
}

Words mistakes_of(const CommandLine& line) {
  Words texts;
  for (const Mistake& mistake : line.mistakes) {
    texts.push_back(mistake.where + ": " + mistake.what);
  }
  return texts;
}

}  // namespace

TEST_CASE("words and options may stand in any order", "[options][command-line]") {
  for (const Words& arguments : {Words{"counter", "--workers", "2", "--mode=thread", "--quiet"},
                                 Words{"--workers", "2", "counter", "--mode", "thread", "--quiet"},
                                 Words{"--workers=2", "--mode", "thread", "--quiet", "counter"}}) {
    const CommandLine line = parse(arguments);
    CHECK(words_of(line) == Words{"counter"});
    CHECK(options_of(line) == Words{"workers=2", "mode=thread", "quiet="});
    CHECK(line.mistakes.empty());
  }
}

TEST_CASE("an option says where it stood", "[options][command-line]") {
  CHECK(parse({"--workers", "2"}).options.at(0).where == "--workers");
}

TEST_CASE("a value may hold equal signs, be negative or be empty", "[options][command-line]") {
  CHECK(options_of(parse({"--mode=a=b"})) == Words{"mode=a=b"});
  CHECK(options_of(parse({"--workers", "-5"})) == Words{"workers=-5"});
  CHECK(options_of(parse({"--mode", ""})) == Words{"mode="});
  CHECK(options_of(parse({"--mode="})) == Words{"mode="});
  CHECK(parse({"--mode="}).mistakes.empty());
}

TEST_CASE("a missing value is a mistake that names what is allowed", "[options][command-line]") {
  const Words expected{"--workers: needs a value: 0 to 9"};
  CHECK(mistakes_of(parse({"--workers"})) == expected);
  CHECK(mistakes_of(parse({"--workers", "--mode", "thread"})) == expected);
  CHECK(mistakes_of(parse({"--workers", "--mode=thread"})) == expected);
  CHECK(mistakes_of(parse({"--workers", "--", "8"})) == expected);
  CHECK(mistakes_of(parse({"--mode"})) == Words{"--mode: needs a value"});
}

TEST_CASE("a flag takes no value", "[options][command-line]") {
  CHECK(mistakes_of(parse({"--quiet=yes"})) == Words{"--quiet: takes no value"});
  CHECK(words_of(parse({"--quiet", "yes"})) == Words{"yes"});
}

TEST_CASE("the beginning of a name is not the name", "[options][command-line]") {
  CHECK(options_of(parse({"--worke=2"})) == Words{"worke=2"});
  CHECK(options_of(parse({"--quie"})) == Words{"quie="});
}

TEST_CASE("an unknown option is kept, and the word behind it is marked",
          "[options][command-line]") {
  const CommandLine line = parse({"--bogus", "3", "counter", "--other=4", "more"});
  CHECK(options_of(line) == Words{"bogus=", "other=4"});
  REQUIRE(words_of(line) == Words{"3", "counter", "more"});
  CHECK(line.words[0].place == CommandLine::Word::Place::behind_unknown_option);
  CHECK(line.words[1].place == CommandLine::Word::Place::certain);
  CHECK(line.words[2].place == CommandLine::Word::Place::certain);
}

TEST_CASE("behind two dashes everything is a word", "[options][command-line]") {
  CHECK(words_of(parse({"--workers=2", "--", "--mode", "x"})).size() == 1);
  CHECK(words_of(parse({"--", "counter"})) == Words{"counter"});
}

TEST_CASE("a short option is a mistake unless it asks for help", "[options][command-line]") {
  CHECK(mistakes_of(parse({"-w8"})) == Words{"command line: '-w8' is not an option"});
  CHECK(options_of(parse({"-h"})) == Words{"help="});
  CHECK(words_of(parse({"-"})) == Words{"-"});
}

TEST_CASE("empty arguments are words", "[options][command-line]") {
  CHECK(words_of(parse({"", "a", ""})) == Words{"", "a", ""});
  CHECK(words_of(parse({})).empty());
}

TEST_CASE("all mistakes of a line are found", "[options][command-line]") {
  CHECK(parse({"--workers", "--quiet=1", "-x", "--mode"}).mistakes.size() == 4);
}

TEST_CASE("an unknown name is answered with the nearest one", "[options][command-line]") {
  CHECK(unknown_option_text("worker", known) == "is not an option; did you mean '--workers'?");
  CHECK(unknown_option_text("frobnicate", known) == "is not an option");
}

TEST_CASE("no command line stops the reader", "[options][command-line]") {
  CHECK(rc::check("any arguments", [] {
    const auto piece =
        rc::gen::element<std::string>("--workers", "--mode", "--quiet", "=", "--", "-", "", "x",
                                      "--workers=", "--=", "--quiet=", "-h");
    const auto arguments = *rc::gen::container<std::vector<std::string>>(piece);
    static_cast<void>(parse(arguments));
  }));
}
