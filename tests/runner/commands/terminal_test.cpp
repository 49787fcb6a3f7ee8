#include "runner/commands/terminal.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

constexpr StreamFacts terminal{StreamFacts::Kind::terminal, 120, 40};
constexpr StreamFacts pipe_end{};
const TerminalEnvironment usual{"xterm", "", "en_GB.UTF-8"};

OutputChoice with(ColourChoice colour) {
  OutputChoice choice;
  choice.colour = colour;
  return choice;
}

RenderStyle::Colour colour(ColourChoice choice, const StreamFacts& stream,
                           const TerminalEnvironment& environment) {
  return style_for(with(choice), stream, environment).colour;
}

RenderStyle::Charset charset(const StreamFacts& stream, const std::string& locale) {
  return style_for({}, stream, {"xterm", "", locale}).charset;
}

}  // namespace

TEST_CASE("a terminal gets colour by itself and a pipe does not", "[commands][terminal]") {
  CHECK(colour(ColourChoice::automatic, terminal, usual) == RenderStyle::Colour::ansi);
  CHECK(colour(ColourChoice::automatic, pipe_end, usual) == RenderStyle::Colour::none);
}

TEST_CASE("NO_COLOR and a dumb terminal mean no colour", "[commands][terminal]") {
  CHECK(colour(ColourChoice::automatic, terminal, {"xterm", "1", ""}) == RenderStyle::Colour::none);
  CHECK(colour(ColourChoice::automatic, terminal, {"dumb", "", ""}) == RenderStyle::Colour::none);
  CHECK(colour(ColourChoice::automatic, terminal, {"", "", ""}) == RenderStyle::Colour::none);
}

TEST_CASE("a choice of colour overrules everything", "[commands][terminal]") {
  CHECK(colour(ColourChoice::always, pipe_end, {"dumb", "1", ""}) == RenderStyle::Colour::ansi);
  CHECK(colour(ColourChoice::never, terminal, usual) == RenderStyle::Colour::none);
}

TEST_CASE("drawing characters need a terminal and UTF-8", "[commands][terminal]") {
  CHECK(charset(terminal, "en_GB.UTF-8") == RenderStyle::Charset::utf8);
  CHECK(charset(terminal, "C.utf8") == RenderStyle::Charset::utf8);
  CHECK(charset(terminal, "de_DE.UTF-8@euro") == RenderStyle::Charset::utf8);
  CHECK(charset(terminal, "de_DE.ISO-8859-1") == RenderStyle::Charset::ascii);
  CHECK(charset(terminal, "C") == RenderStyle::Charset::ascii);
  CHECK(charset(terminal, "") == RenderStyle::Charset::ascii);
  CHECK(charset(pipe_end, "en_GB.UTF-8") == RenderStyle::Charset::ascii);
}

TEST_CASE("the width is the chosen one, the terminal's, or 80", "[commands][terminal]") {
  OutputChoice chosen;
  chosen.width = 60;
  CHECK(style_for(chosen, terminal, usual).width == 60);
  CHECK(style_for({}, terminal, usual).width == 120);
  CHECK(style_for({}, pipe_end, usual).width == 80);
  CHECK(style_for({}, {StreamFacts::Kind::terminal, 0, 0}, usual).width == 80);
}

TEST_CASE("prose is neither too narrow nor too wide to read", "[commands][terminal]") {
  CHECK(text_width(pipe_end) == 80);
  CHECK(text_width({StreamFacts::Kind::terminal, 60, 40}) == 60);
  CHECK(text_width({StreamFacts::Kind::terminal, 1, 40}) == 20);
  CHECK(text_width({StreamFacts::Kind::terminal, 500, 40}) == 110);
}
