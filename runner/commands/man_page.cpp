#include "runner/commands/man_page.hpp"

#include <fmt/format.h>

#include "runner/build_facts.hpp"
#include "runner/commands/command.hpp"
#include "runner/commands/help.hpp"

namespace bulkhead {
namespace {

constexpr unsigned page_width = 72;

/// Text as it stands: no letter of it is a request or a special character to the formatter.
std::string escaped(std::string_view text) {
  std::string safe;
  bool begins_line = true;
  for (const char letter : text) {
    if (begins_line && (letter == '.' || letter == '\'')) safe += "\\&";
    if (letter == '\\') {
      safe += "\\e";
    } else if (letter == '-') {
      safe += "\\-";
    } else {
      safe += letter;
    }
    begins_line = letter == '\n';
  }
  return safe;
}

std::string section(std::string_view title, std::string_view text) {
  return fmt::format(".SH {}\n{}\n", title, text);
}

/// Lines that keep their breaks and their columns.
std::string as_it_stands(std::string_view text) {
  return fmt::format(".nf\n{}{}.fi", escaped(text), text.ends_with('\n') ? "" : "\n");
}

std::string commands_text() {
  std::string text;
  for (const Command& command : commands()) {
    text += fmt::format(".SS {}\n{}\n", escaped(fmt::format("{} {}", command.name, command.usage)),
                        as_it_stands(command.help_text(page_width)));
  }
  return text;
}

constexpr std::string_view environment_text =
    ".TP\nNO_COLOR\nSet to anything: no colour, unless \\-\\-color always is given.\n"
    ".TP\nTERM, LC_ALL, LC_CTYPE, LANG\nSay what the terminal can show.";

constexpr std::string_view files_text =
    ".TP\nDIR/results.jsonl\nThe trials of a batch, a line each.\n"
    ".TP\nDIR/lock\nLocked as long as a batch writes to DIR.";

}  // namespace

std::string man_page() {
  std::string page =
      fmt::format(".TH BULKHEAD 1 \"\" \"bulkhead {}\" \"User Commands\"\n", build::version);
  page += section(
      "NAME", "bulkhead \\- measures what the walls between processes cost, and what they save");
  page += section("SYNOPSIS", ".B bulkhead\n.I COMMAND\n.RI [ ARGUMENT... ]");
  page += section("DESCRIPTION", as_it_stands(program_help(page_width)));
  page += section("COMMANDS", commands_text());
  page += section("ENVIRONMENT", environment_text);
  page += section("FILES", files_text);
  page += section("SEE ALSO", "fork(2), pthreads(7), signal(7)");
  return page;
}

}  // namespace bulkhead
