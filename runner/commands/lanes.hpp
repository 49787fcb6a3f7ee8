// The picture of workers at work: one line each that grows while the worker gets on, so that one
// sees who stops when a fault strikes. Pure; what is seen comes from outside, tick by tick.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runner/reports/render.hpp"
#include "runner/trial/live_board.hpp"

namespace bulkhead {

/// The lanes of one trial.
class Lanes {
 public:
  /// `title` says which trial it is. `ticks`: how many cells a lane has; later ticks are not drawn.
  Lanes(std::string title, std::uint32_t worker_count, std::size_t ticks);

  /// What the workers look like one tick later. As many as there are workers.
  void add(const std::vector<LaneView>& views);

  /// The title and a line a worker, all of the same width: its number, its cells, what it does now.
  /// A cell shows one tick: fast (at least half of the lane's usual progress), slow, standing
  /// still, dying; blank where there is no worker.
  [[nodiscard]] std::vector<std::string> lines(const RenderStyle& style) const;

  /// Columns of each line.
  [[nodiscard]] std::size_t width() const noexcept;

  /// What the characters of the cells mean, in one line.
  [[nodiscard]] static std::string legend(RenderStyle::Charset charset);

 private:
  enum class Cell { blank, fast, slow, still, death, end };
  struct Tick {
    std::uint64_t units = 0;
    LaneState state = LaneState::starting;
    std::uint32_t generation = 0;
  };

  [[nodiscard]] static Cell cell_at(const std::vector<Tick>& lane, std::size_t tick,
                                    std::uint64_t usual);
  [[nodiscard]] std::string line_of(std::size_t worker, const RenderStyle& style) const;
  [[nodiscard]] static std::string_view glyph(Cell cell, RenderStyle::Charset charset);

  std::string title_;
  std::size_t ticks_;
  std::vector<std::vector<Tick>> lanes_;  // [worker][tick]
  std::vector<std::uint64_t> finished_;
};

/// Panels next to each other where `width` has room for them, else below each other. All panels
/// have lines of one length each.
[[nodiscard]] std::vector<std::string> arrange(const std::vector<Lanes>& panels,
                                               const RenderStyle& style);

}  // namespace bulkhead
