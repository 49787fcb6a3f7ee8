#include "runner/reports/text.hpp"

#include <rapidcheck.h>

#include <algorithm>

#include "tests/catch.hpp"

using namespace bulkhead;

using Lines = std::vector<std::string>;

TEST_CASE("text is broken at blanks", "[text]") {
  CHECK(wrap("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrap("one two three", 8) == Lines{"one two", "three"});
  CHECK(wrap("one two three", 13) == Lines{"one two three"});
}

TEST_CASE("only a word that is too long is cut", "[text]") {
  CHECK(wrap("ab abcdefgh x", 4) == Lines{"ab", "abcd", "efgh", "x"});
  CHECK(wrap("abcdefgh", 8) == Lines{"abcdefgh"});
}

TEST_CASE("an indent at the beginning is kept", "[text]") {
  CHECK(wrap("  95 % interval", 20) == Lines{"  95 % interval"});
  CHECK(wrap("  one two", 5) == Lines{"  one", "two"});
}

TEST_CASE("text without words is one empty line", "[text]") {
  CHECK(wrap("", 5) == Lines{""});
  CHECK(wrap("   ", 5) == Lines{""});
}

TEST_CASE("a number stays with its unit", "[text]") {
  CHECK(wrap("within 1.1 %", 10) == Lines{"within", "1.1 %"});
  CHECK(wrap("takes 535 KiB, more", 12) == Lines{"takes", "535 KiB,", "more"});
  CHECK(longest_word("same within 0.9 %") == 6);
  CHECK(longest_word("at 100 MiB") == 7);
}

TEST_CASE("a word after a number that is no unit may go to the next line", "[text]") {
  CHECK(wrap("about 7 rounds", 7) == Lines{"about 7", "rounds"});
}

TEST_CASE("control characters do not reach a terminal", "[text]") {
  CHECK(printable("a\x1b[31mb\x07") == "a?[31mb?");
  CHECK(printable("a\nb\tc") == "a b c");
  CHECK(printable("\x7F") == "?");
  CHECK(printable("\xC2\x9B") == "?");  // CSI in one character.
}

TEST_CASE("characters outside ASCII are kept where they are valid", "[text]") {
  CHECK(printable("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") ==
        "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  CHECK(display_width("\xC3\xA9\xE2\x82\xAC") == 2);
}

TEST_CASE("bytes that are no characters become question marks", "[text]") {
  CHECK(printable("a\xFFz") == "a?z");
  CHECK(printable("\xC3") == "?");
  CHECK(printable("\xE2\x82") == "??");
  CHECK(printable("\x80") == "?");
}

TEST_CASE("ASCII is left alone and everything else becomes a question mark", "[text]") {
  CHECK(ascii_only("a\n\x1b b") == "a\n\x1b b");
  CHECK(ascii_only("\xC3\xA9\xFFz") == "??z");
}

TEST_CASE("no line is wider than asked for, and no word is lost", "[text]") {
  CHECK(rc::check("wrap", [] {
    const auto width = static_cast<std::size_t>(*rc::gen::inRange(1, 30));
    const auto text = printable(*rc::gen::container<std::string>(
        rc::gen::element('a', 'b', '7', '%', ' ', ' ', '\xC3', '\xA9')));
    std::string words;
    for (const std::string& line : wrap(text, width)) {
      RC_ASSERT(display_width(line) <= width);
      words += line;
    }
    const auto without_blanks = [](std::string from) {
      from.erase(std::remove(from.begin(), from.end(), ' '), from.end());
      return from;
    };
    RC_ASSERT(without_blanks(words) == without_blanks(text));
  }));
}
