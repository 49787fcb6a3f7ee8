// The mode of a run: how its workers are shared out among compartments, and nothing else. No other
// part of bulkhead asks which mode it is in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bulkhead {

/// P compartments (processes) of T workers (threads) each: `process` is Nx1, `thread` is 1xN.
struct Mode {
  std::string name;  ///< As the user wrote it.
  std::uint32_t compartments = 0;
  std::uint32_t workers_each = 0;

  [[nodiscard]] std::uint32_t worker_count() const noexcept { return compartments * workers_each; }
};

/// The two words a mode can be besides PxT.
inline constexpr std::string_view process_mode = "process";
inline constexpr std::string_view thread_mode = "thread";

/// The mode called `name` for so many workers, or nothing when there is none of that name or it
/// does not share out exactly that many.
[[nodiscard]] std::optional<Mode> make_mode(std::string_view name, std::uint32_t worker_count);

/// P and T of a name like "2x4"; nothing when it is not of that form or a number is not in [1,
/// 65536].
struct Shape {
  std::uint32_t compartments;
  std::uint32_t workers_each;
};
[[nodiscard]] std::optional<Shape> parse_shape(std::string_view name);

}  // namespace bulkhead
