#include "runner/commands/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

std::string trial_text(const ProgressState& state) {
  std::string text = state.plan.modes[state.mode].name;
  if (!state.with_faults) return text;
  for (const FaultPlan& fault : state.plan.faults) text += " + " + fault.text;
  return text;
}

/// Whole seconds, so that the line does not flicker; rounded up, so that it does not end at zero.
std::string left_text(const ProgressState& state) {
  if (state.left_ns <= 0) return "";
  const std::int64_t left_s = (state.left_ns + second_ns - 1) / second_ns;
  const std::string_view bound = state.plan.rounds.precision ? "at most " : "";
  if (left_s < 120) return fmt::format("  {}{} s left", bound, left_s);
  return fmt::format("  {}{} min left", bound, (left_s + 59) / 60);
}

std::string deaths_text(std::uint32_t deaths) {
  return deaths == 0 ? "" : "  " + plural(deaths, "death");
}

}  // namespace

std::string progress_line(const ProgressState& state, unsigned columns) {
  std::string line = fmt::format("round {}/{}  {}{}{}", state.round + 1, state.plan.rounds.at_most,
                                 trial_text(state), left_text(state), deaths_text(state.deaths));
  line.resize(std::min<std::size_t>(line.size(), columns > 1 ? columns - 1 : 0));
  return line;
}

ProgressLine::~ProgressLine() {
  replace_by("");
}

void ProgressLine::show(const ProgressState& state) {
  show_text(place_ + progress_line(state, columns_));
}

void ProgressLine::show_text(std::string text) {
  // A line that fills the last column moves the terminal to the next one.
  text.resize(std::min<std::size_t>(text.size(), columns_ > 1 ? columns_ - 1 : 0));
  replace_by(text);
}

void ProgressLine::replace_by(const std::string& line) noexcept {
  if (shown_columns_ == 0 && line.empty()) return;
  // Spaces and a carriage return work on every terminal, a dumb one too.
  std::string text = '\r' + line;
  text.append(std::max(shown_columns_, line.size()) - line.size(), ' ');
  text += line.empty() ? "\r" : "";
  shown_columns_ = line.size();
  [[maybe_unused]] const ssize_t ignored = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace bulkhead
