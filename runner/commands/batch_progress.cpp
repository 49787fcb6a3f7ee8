#include "runner/commands/batch_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "ipc/clock.hpp"
#include "runner/commands/console.hpp"
#include "runner/commands/terminal.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {

std::string batch_progress_text(const BatchProgress& state) {
  std::string text = fmt::format("trial {}/{}", state.trials_done + 1, state.trials);
  if (state.left_ns > 0) {
    text += fmt::format("  {} left", rough_time(static_cast<double>(state.left_ns)));
  }
  if (state.deaths > 0) text += "  " + plural(state.deaths, "death");
  // Last what a narrow terminal may cut off.
  text += fmt::format("  {}/{} {}  round {}/{}  {}{}", state.experiments_done + 1,
                      state.experiments, state.experiment, state.round + 1, state.rounds,
                      state.mode, state.with_faults ? " + faults" : "");
  return text;
}

BatchProgressShow::BatchProgressShow(ProgressChoice choice)
    : quiet_(choice == ProgressChoice::never) {
  const StreamFacts stream = look_at_stream(STDERR_FILENO);
  if (!quiet_ && stream.kind == StreamFacts::Kind::terminal) line_.emplace(text_width(stream));
}

void BatchProgressShow::tell(const BatchProgress& state) {
  if (quiet_) return;
  if (line_) return line_->show_text(batch_progress_text(state));
  const std::int64_t now_ns = monotonic_ns();
  const bool is_new = experiment_ != state.experiment;
  if (!is_new && now_ns - told_ns_ < plain_line_every_ns) return;
  // Many short experiments are told like one long one.
  if (told_ns_ != 0 && now_ns - told_ns_ < plain_line_every_ns / 10) return;
  experiment_ = state.experiment;
  told_ns_ = now_ns;
  print_error(fmt::format("bulkhead: {}\n", batch_progress_text(state)));
}

}  // namespace bulkhead
