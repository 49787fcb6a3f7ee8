#include "runner/commands/text_layout.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

TEST_CASE("a paragraph is broken between words", "[commands][layout]") {
  CHECK(paragraph("one two three", 7) == "one two\nthree\n");
  CHECK(paragraph("one two three", 8, 2) == "  one\n  two\n  three\n");
  CHECK(paragraph("one", 80) == "one\n");
  CHECK(paragraph("", 80) == "\n");
}

TEST_CASE("a number is not parted from its unit", "[commands][layout]") {
  CHECK(paragraph("within 95 % of it", 9) == "within\n95 % of\nit\n");
  CHECK(paragraph("at 95", 4) == "at\n95\n");
}

TEST_CASE("a word that is too long stands alone", "[commands][layout]") {
  CHECK(paragraph("a longwordindeed b", 5) == "a\nlongwordindeed\nb\n");
  CHECK(paragraph("word", 0) == "word\n");
}

TEST_CASE("columns line up and the last one continues under itself", "[commands][layout]") {
  CHECK(aligned({{"a", "first column"}, {"long", "and the second one is longer"}}, 34) ==
        "  a     first column\n"
        "  long  and the second one is\n"
        "        longer\n");
}

TEST_CASE("the last column begins on its own line where there is no room", "[commands][layout]") {
  CHECK(aligned({{"--option VALUE", "what it does"}}, 30) ==
        "  --option VALUE\n"
        "      what it does\n");
}

TEST_CASE("no line ends with spaces", "[commands][layout]") {
  CHECK(aligned({{"a", ""}, {"bb", "x"}}, 80) == "  a\n  bb  x\n");
}

TEST_CASE("no rows are no text", "[commands][layout]") {
  CHECK(aligned({}, 80).empty());
}
