#include "runner/commands/terminal.hpp"

#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace bulkhead {
namespace {

constexpr unsigned usual_columns = 80;
constexpr unsigned least_text_columns = 20;
/// Longer lines of prose are hard to follow.
constexpr unsigned most_text_columns = 110;

std::string variable(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the runner has one thread and never sets a variable.
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_utf8(const std::string& locale) {
  const std::size_t dot = locale.find('.');
  if (dot == std::string::npos) return false;
  const std::string encoding = locale.substr(dot + 1, locale.find('@') - dot - 1);
  return strcasecmp(encoding.c_str(), "UTF-8") == 0 || strcasecmp(encoding.c_str(), "utf8") == 0;
}

bool wants_colour(const OutputChoice& choice, const StreamFacts& stream,
                  const TerminalEnvironment& environment) {
  switch (choice.colour) {
    case ColourChoice::always:
      return true;
    case ColourChoice::never:
      return false;
    case ColourChoice::automatic:
      break;
  }
  return stream.kind == StreamFacts::Kind::terminal && environment.no_color.empty() &&
         !environment.term.empty() && environment.term != "dumb";
}

}  // namespace

StreamFacts look_at_stream(int fd) noexcept {
  if (isatty(fd) == 0) return {};
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) size = {};
  return {StreamFacts::Kind::terminal, size.ws_col, size.ws_row};
}

TerminalEnvironment read_terminal_environment() {
  TerminalEnvironment environment{variable("TERM"), variable("NO_COLOR"), variable("LC_ALL")};
  if (environment.locale.empty()) environment.locale = variable("LC_CTYPE");
  if (environment.locale.empty()) environment.locale = variable("LANG");
  return environment;
}

RenderStyle style_for(const OutputChoice& choice, const StreamFacts& stream,
                      const TerminalEnvironment& environment) {
  RenderStyle style;
  style.width = choice.width.value_or(stream.columns == 0 ? usual_columns : stream.columns);
  if (wants_colour(choice, stream, environment)) style.colour = RenderStyle::Colour::ansi;
  if (stream.kind == StreamFacts::Kind::terminal && is_utf8(environment.locale)) {
    style.charset = RenderStyle::Charset::utf8;
  }
  return style;
}

unsigned text_width(const StreamFacts& stream) noexcept {
  if (stream.columns == 0) return usual_columns;
  return std::clamp(stream.columns, least_text_columns, most_text_columns);
}

}  // namespace bulkhead
