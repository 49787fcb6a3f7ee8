#include "runner/commands/lanes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace bulkhead {
namespace {

constexpr std::size_t state_columns = 12;
constexpr std::size_t number_columns = 4;
constexpr std::string_view between_panels = "  ";

std::string padded(std::string text, std::size_t columns) {
  text.resize(std::max(text.size(), columns), ' ');
  return text;
}

std::string_view word_for(LaneState state, bool gets_on) {
  switch (state) {
    case LaneState::starting:
      return "starting";
    case LaneState::working:
      return gets_on ? "working" : "stands still";
    case LaneState::in_line:
      return gets_on ? "working" : "waits";
    case LaneState::gone:
      return "dead";
    case LaneState::done:
      return "done";
  }
  return "";
}

}  // namespace

Lanes::Lanes(std::string title, std::uint32_t worker_count, std::size_t ticks)
    : title_(std::move(title)), ticks_(ticks), lanes_(worker_count), finished_(worker_count, 0) {
  title_.resize(std::min(title_.size(), width()));
}

std::size_t Lanes::width() const noexcept {
  return number_columns + ticks_ + 1 + state_columns;
}

void Lanes::add(const std::vector<LaneView>& views) {
  assert(views.size() == lanes_.size());
  for (std::size_t worker = 0; worker < lanes_.size(); ++worker) {
    // A worker's count never falls, but its slot is not to be trusted.
    const std::uint64_t units =
        views[worker].finished - std::min(views[worker].finished, finished_[worker]);
    finished_[worker] = std::max(finished_[worker], views[worker].finished);
    lanes_[worker].push_back({units, views[worker].state, views[worker].generation});
  }
}

Lanes::Cell Lanes::cell_at(const std::vector<Tick>& lane, std::size_t tick, std::uint64_t usual) {
  const LaneState now = lane[tick].state;
  const LaneState before = tick == 0 ? LaneState::starting : lane[tick - 1].state;
  if (now == LaneState::gone) return before == LaneState::gone ? Cell::blank : Cell::death;
  // Dead and replaced between two looks.
  const bool replaced = tick > 0 && lane[tick].generation != lane[tick - 1].generation;
  if (replaced && before != LaneState::gone) return Cell::death;
  if (lane[tick].units > 0) return lane[tick].units * 2 >= usual ? Cell::fast : Cell::slow;
  if (now == LaneState::done) return before == LaneState::done ? Cell::blank : Cell::end;
  return now == LaneState::starting ? Cell::blank : Cell::still;
}

std::string_view Lanes::glyph(Cell cell, RenderStyle::Charset charset) {
  const bool utf8 = charset == RenderStyle::Charset::utf8;
  switch (cell) {
    case Cell::blank:
      return " ";
    case Cell::fast:
      return utf8 ? "\u2588" : "#";
    case Cell::slow:
      return utf8 ? "\u2584" : "=";
    case Cell::still:
      return utf8 ? "\u00b7" : ".";
    case Cell::death:
      return "X";
    case Cell::end:
      return "|";
  }
  return " ";
}

std::string Lanes::legend(RenderStyle::Charset charset) {
  return fmt::format("{} works  {} slower  {} stands still  {} dies  {} ends",
                     glyph(Cell::fast, charset), glyph(Cell::slow, charset),
                     glyph(Cell::still, charset), glyph(Cell::death, charset),
                     glyph(Cell::end, charset));
}

std::string Lanes::line_of(std::size_t worker, const RenderStyle& style) const {
  const std::vector<Tick>& lane = lanes_[worker];
  std::vector<std::uint64_t> moving;
  for (const Tick& tick : lane) {
    if (tick.units > 0) moving.push_back(tick.units);
  }
  std::uint64_t usual = 0;
  if (!moving.empty()) {
    const auto middle = moving.begin() + static_cast<std::ptrdiff_t>(moving.size() / 2);
    std::nth_element(moving.begin(), middle, moving.end());
    usual = *middle;
  }
  const bool colour = style.colour == RenderStyle::Colour::ansi;
  std::string line = padded(fmt::format("{:>3}", worker), number_columns);
  for (std::size_t tick = 0; tick < ticks_; ++tick) {
    const Cell cell = tick < lane.size() ? cell_at(lane, tick, usual) : Cell::blank;
    const bool red = colour && cell == Cell::death;
    line.append(red ? "\x1b[31m" : "")
        .append(glyph(cell, style.charset))
        .append(red ? "\x1b[0m" : "");
  }
  const std::string_view word =
      lane.empty() ? "" : word_for(lane.back().state, lane.back().units > 0);
  return line + " " + padded(std::string(word), state_columns);
}

std::vector<std::string> Lanes::lines(const RenderStyle& style) const {
  std::vector<std::string> all{padded(title_, width())};
  for (std::size_t worker = 0; worker < lanes_.size(); ++worker) {
    all.push_back(line_of(worker, style));
  }
  return all;
}

std::vector<std::string> arrange(const std::vector<Lanes>& panels, const RenderStyle& style) {
  std::vector<std::string> frame;
  std::size_t row_begin = 0;
  std::size_t row_columns = 0;
  for (const Lanes& panel : panels) {
    const std::vector<std::string> lines = panel.lines(style);
    const std::size_t columns = panel.width() + between_panels.size();
    if (row_columns == 0 || row_columns + panel.width() > style.width) {
      row_begin = frame.size();
      row_columns = columns;
      frame.insert(frame.end(), lines.begin(), lines.end());
      continue;
    }
    row_columns += columns;
    for (std::size_t index = 0; index < lines.size(); ++index) {
      frame[row_begin + index].append(between_panels).append(lines[index]);
    }
  }
  return frame;
}

}  // namespace bulkhead
