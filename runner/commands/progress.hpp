// The line that shows how far a run is. For standard error, and only where that is a terminal.
#pragma once

#include <string>
#include <utility>

#include "runner/experiment.hpp"

namespace bulkhead {

/// "round 3/11  process + segv-null  4 s left  2 deaths", cut to fewer than `columns`. Pure.
[[nodiscard]] std::string progress_line(const ProgressState& state, unsigned columns);

/// Owns the last line of the terminal while it lives, and leaves it empty.
class ProgressLine {
 public:
  /// `place` stands in front of every state.
  explicit ProgressLine(unsigned columns, std::string place = "")
      : columns_(columns), place_(std::move(place)) {}
  ProgressLine(const ProgressLine&) = delete;
  ~ProgressLine();

  /// Replaces what is shown. What cannot be written is not shown.
  void show(const ProgressState& state);
  /// The same with any text, cut to fit.
  void show_text(std::string text);

 private:
  void replace_by(const std::string& line) noexcept;

  unsigned columns_;
  std::string place_;
  std::size_t shown_columns_ = 0;
};

}  // namespace bulkhead
