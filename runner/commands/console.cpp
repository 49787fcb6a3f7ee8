#include "runner/commands/console.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "runner/commands/destination.hpp"
#include "runner/commands/terminal.hpp"

namespace bulkhead {

unsigned output_width() noexcept {
  return text_width(look_at_stream(STDOUT_FILENO));
}

void print(std::string_view text) {
  write_all(STDOUT_FILENO, text, "print to standard output");
}

void print_error(std::string_view text) noexcept {
  [[maybe_unused]] const ssize_t ignored = write(STDERR_FILENO, text.data(), text.size());
}

ExitStatus refuse(const Mistakes& mistakes, std::string_view help) {
  print_error(fmt::format("{}Help: {}\n", describe(mistakes), help));
  return ExitStatus::usage;
}

}  // namespace bulkhead
