// How commands write: text to standard output in full or with an exception, diagnostics to standard
// error. What a result goes to is destination.hpp's business.
#pragma once

#include <string_view>

#include "runner/exit_status.hpp"
#include "runner/options/mistake.hpp"

namespace bulkhead {

/// Columns for text on standard output.
[[nodiscard]] unsigned output_width() noexcept;

/// Throws std::system_error when not all of it could be written.
void print(std::string_view text);

/// Best effort: there is nobody left to tell.
void print_error(std::string_view text) noexcept;

/// Prints the mistakes and where to look, and says that it was a mistake of usage. `help` is the
/// command that helps: "bulkhead run --help".
[[nodiscard]] ExitStatus refuse(const Mistakes& mistakes, std::string_view help);

}  // namespace bulkhead
