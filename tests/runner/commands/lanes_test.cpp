#include "runner/commands/lanes.hpp"

#include <algorithm>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

constexpr RenderStyle plain{80, RenderStyle::Colour::none, RenderStyle::Charset::ascii};

/// The cells of one worker after `views` of it, tick by tick.
std::string cells(const std::vector<LaneView>& views, std::size_t ticks) {
  Lanes lanes("title", 1, ticks);
  for (const LaneView& view : views) lanes.add({view});
  return lanes.lines(plain).at(1).substr(4, ticks);
}

bool ends_with_word(const std::string& line, std::string_view word) {
  const std::size_t last = line.find_last_not_of(' ');
  return last != std::string::npos && std::string_view(line).substr(0, last + 1).ends_with(word);
}

}  // namespace

TEST_CASE("a lane grows while its worker gets on, and shows where it got slower", "[lanes]") {
  CHECK(cells({{100, LaneState::working},
               {200, LaneState::working},
               {300, LaneState::working},
               {310, LaneState::working}},
              6) == "###=  ");
}

TEST_CASE("a worker that stands still is not taken for one that works", "[lanes]") {
  CHECK(cells({{100, LaneState::working}, {100, LaneState::working}, {100, LaneState::in_line}},
              3) == "#..");
}

TEST_CASE("a death is drawn once, and its replacement goes on in the same lane", "[lanes]") {
  CHECK(cells({{100, LaneState::working},
               {100, LaneState::gone},
               {100, LaneState::gone},
               {180, LaneState::working}},
              5) == "#X # ");
}

TEST_CASE("a death is drawn even when the replacement was there before the next look", "[lanes]") {
  CHECK(cells({{100, LaneState::working, 0},
               {200, LaneState::working, 1},
               {300, LaneState::working, 1}},
              3) == "#X#");
}

TEST_CASE("an end on purpose is not drawn as a death", "[lanes]") {
  CHECK(cells({{100, LaneState::working}, {100, LaneState::done}, {100, LaneState::done}}, 3) ==
        "#| ");
}

TEST_CASE("a count that falls, as a scribbled slot may, is no progress", "[lanes]") {
  CHECK(cells({{100, LaneState::working}, {5, LaneState::working}, {90, LaneState::working}}, 3) ==
        "#..");
}

TEST_CASE("the word behind a lane says what its worker does now", "[lanes]") {
  Lanes lanes("title", 2, 4);
  lanes.add({{7, LaneState::working}, {7, LaneState::working}});
  CHECK(ends_with_word(lanes.lines(plain).at(1), "working"));
  lanes.add({{7, LaneState::in_line}, {7, LaneState::gone}});
  CHECK(ends_with_word(lanes.lines(plain).at(1), "waits"));
  CHECK(ends_with_word(lanes.lines(plain).at(2), "dead"));
}

TEST_CASE("more ticks than cells are left out, and lines keep their width", "[lanes]") {
  Lanes lanes("a title that is a good deal longer than the lanes are", 1, 3);
  for (std::uint64_t tick = 1; tick < 9; ++tick) lanes.add({{tick, LaneState::working}});
  for (const std::string& line : lanes.lines(plain)) CHECK(line.size() == lanes.width());
}

TEST_CASE("panels stand side by side where there is room, else below each other", "[lanes]") {
  const std::vector<Lanes> panels(2, Lanes("title", 4, 22));
  REQUIRE(2 * panels[0].width() + 2 <= 80);
  CHECK(arrange(panels, plain).size() == 5);
  RenderStyle narrow = plain;
  narrow.width = 60;
  const std::vector<std::string> frame = arrange(panels, narrow);
  CHECK(frame.size() == 10);
  CHECK(std::all_of(frame.begin(), frame.end(),
                    [](const std::string& line) { return line.size() <= 60; }));
}

TEST_CASE("nothing but a death is coloured, and nothing where colour is not wanted", "[lanes]") {
  Lanes lanes("title", 1, 2);
  lanes.add({{1, LaneState::working}});
  lanes.add({{1, LaneState::gone}});
  RenderStyle coloured = plain;
  coloured.colour = RenderStyle::Colour::ansi;
  CHECK(lanes.lines(coloured).at(1).find("\x1b[31mX\x1b[0m") != std::string::npos);
  CHECK(lanes.lines(plain).at(1).find('\x1b') == std::string::npos);
}
