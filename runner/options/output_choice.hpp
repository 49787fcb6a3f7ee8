// What a user asked for about the look and the place of a result. What the terminal makes of it is
// decided in runner/commands/terminal.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bulkhead {

enum class ColourChoice { automatic, always, never };

enum class ProgressChoice { on_a_terminal, never };

struct OutputChoice {
  std::string format;
  std::string path;  ///< Empty: standard output.
  ColourChoice colour = ColourChoice::automatic;
  std::optional<unsigned> width;  ///< Empty: the terminal's.
  ProgressChoice progress = ProgressChoice::on_a_terminal;
};

/// As --color takes it.
[[nodiscard]] constexpr std::string_view to_text(ColourChoice choice) noexcept {
  switch (choice) {
    case ColourChoice::automatic:
      return "auto";
    case ColourChoice::always:
      return "always";
    case ColourChoice::never:
      return "never";
  }
  return "";
}

}  // namespace bulkhead
