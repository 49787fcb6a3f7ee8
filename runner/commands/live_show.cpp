#include "runner/commands/live_show.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <memory>

#include "runner/commands/console.hpp"
#include "runner/commands/lanes.hpp"
#include "runner/trial/child.hpp"
#include "runner/trial/live_board.hpp"
#include "runner/trial/run_trial.hpp"

namespace bulkhead {
namespace {

constexpr std::size_t ticks_shown = 22;  // Two panels fit 80 columns.
constexpr std::int64_t end_patience_ns = 10 * ns_per_second;

std::string title_of(const Mode& mode) {
  if (mode.compartments == 1) {
    return fmt::format("{}: all {} in 1 process", mode.name, mode.workers_each);
  }
  return fmt::format("{}: {} in each of {} processes", mode.name, mode.workers_each,
                     mode.compartments);
}

/// One trial in a process of its own, which dies with this object.
struct Stage {
  Stage(const Plan& plan, std::uint32_t mode)
      : board(std::make_unique<LiveBoard>(plan.worker_count)),
        lanes(title_of(plan.modes[mode]), plan.worker_count, ticks_shown),
        child(Child::start([&plan, mode, onlookers = board.get()] {
          Interrupts interrupts;
          const TrialId id{0, mode, !plan.faults.empty(), plan.seed};
          static_cast<void>(run_trial(plan, id, interrupts, onlookers));
          return 0;
        })) {}

  std::unique_ptr<LiveBoard> board;
  Lanes lanes;
  Child child;
};

/// Draws frames over each other at the place where the cursor is.
class Frames {
 public:
  void draw(const std::vector<std::string>& lines) {
    std::string text = drawn_ == 0 ? "" : fmt::format("\x1b[{}A", drawn_);
    for (const std::string& line : lines) text += "\r" + line + "\x1b[K\n";
    print(text);
    drawn_ = lines.size();
  }

 private:
  std::size_t drawn_ = 0;
};

class Show {
 public:
  Show(const Plan& plan, const RenderStyle& style) : plan_(plan), style_(style) {
    for (std::uint32_t mode = 0; mode < plan.modes.size(); ++mode) stages_.emplace_back(plan, mode);
  }

  bool run() {
    const std::int64_t tick_ns = plan_.extent.duration_ns / static_cast<std::int64_t>(ticks_shown);
    for (std::int64_t next_ns = monotonic_ns() + tick_ns; any_left(); next_ns += tick_ns) {
      if (!sleep_until(Deadline{next_ns})) return false;
      draw_tick();
    }
    return true;
  }

 private:
  [[nodiscard]] bool any_left() const {
    return std::any_of(stages_.begin(), stages_.end(),
                       [](const Stage& stage) { return stage.child.exists(); });
  }

  /// False: interrupted, and all stages have ended.
  bool sleep_until(Deadline deadline) {
    pollfd fd{interrupts_.fd(), POLLIN, 0};
    const timespec timeout = Deadline{deadline.left_ns()}.as_timespec();
    static_cast<void>(ppoll(&fd, 1, &timeout, nullptr));
    if (interrupts_.count() == 0) return true;
    for (Stage& stage : stages_) stage.child.signal(SIGINT);
    for (Stage& stage : stages_) static_cast<void>(stage.child.reap(Deadline::in(end_patience_ns)));
    return false;
  }

  void draw_tick() {
    std::vector<Lanes> panels;
    for (Stage& stage : stages_) {
      if (stage.child.exists()) {
        stage.lanes.add(stage.board->look());
        static_cast<void>(stage.child.reap(Deadline::at_once()));
      }
      panels.push_back(stage.lanes);
    }
    frames_.draw(arrange(panels, style_));
  }

  const Plan& plan_;
  const RenderStyle& style_;
  Interrupts interrupts_;
  std::vector<Stage> stages_;
  Frames frames_;
};

}  // namespace

bool can_show_live(const StreamFacts& stream, const TerminalEnvironment& environment,
                   const Plan& plan) noexcept {
  const bool draws = stream.kind == StreamFacts::Kind::terminal && !environment.term.empty() &&
                     environment.term != "dumb";
  // A frame that does not fit cannot be drawn over; at worst all panels stand below each other.
  const std::size_t lines = plan.modes.size() * (plan.worker_count + std::size_t{1});
  const Lanes panel("", plan.worker_count, ticks_shown);
  return draws && stream.rows > lines && stream.columns >= panel.width();
}

bool show_live(const Plan& plan, const RenderStyle& style) {
  print(Lanes::legend(style.charset) + "\n\n");
  return Show(plan, style).run();
}

}  // namespace bulkhead
