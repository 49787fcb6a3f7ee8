// What the streams of this program are, and what may therefore be written to them: width, colour,
// characters. The one place that decides about them.
#pragma once

#include <string>

#include "runner/options/output_choice.hpp"
#include "runner/reports/render.hpp"

namespace bulkhead {

struct StreamFacts {
  enum class Kind { terminal, other } kind = Kind::other;
  unsigned columns = 0;  ///< Of a terminal that says it; 0 otherwise.
  unsigned rows = 0;     ///< The same.
};

/// Asks the kernel about an open descriptor.
[[nodiscard]] StreamFacts look_at_stream(int fd) noexcept;

/// The variables of the environment that speak of terminals; empty where they are not set.
struct TerminalEnvironment {
  std::string term;
  std::string no_color;
  std::string locale;  ///< The first set one of LC_ALL, LC_CTYPE and LANG.
};

[[nodiscard]] TerminalEnvironment read_terminal_environment();

/// How a result may look on such a stream. Pure. Colour: as chosen; automatically, on a terminal
/// that is not dumb, unless NO_COLOR is set to anything. Characters beyond ASCII: on a terminal
/// whose locale is UTF-8. Width: as chosen, or the terminal's, or 80.
[[nodiscard]] RenderStyle style_for(const OutputChoice& choice, const StreamFacts& stream,
                                    const TerminalEnvironment& environment);

/// Columns for help and lists on this stream: the terminal's within what reads well, or 80. Pure.
[[nodiscard]] unsigned text_width(const StreamFacts& stream) noexcept;

}  // namespace bulkhead
