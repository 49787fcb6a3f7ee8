#include "runner/commands/prediction.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "runner/commands/console.hpp"
#include "runner/commands/text_layout.hpp"

namespace bulkhead {
namespace {

char letter_of(std::size_t answer) {
  return static_cast<char>('a' + answer);
}

}  // namespace

DemoFinding nothing_seen() {
  return {std::nullopt,
          {"No trial was completed, so that this is no answer: see the messages above."}};
}

std::string question_text(const Question& question, unsigned width) {
  std::string text = paragraph(question.text, width);
  for (std::size_t answer = 0; answer < question.answers.size(); ++answer) {
    text += fmt::format("  {}  {}\n", letter_of(answer), question.answers[answer]);
  }
  return text;
}

std::optional<std::size_t> read_answer(std::string_view line, std::size_t answers) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = line.find_first_not_of(blanks);
  if (begin == line.npos || line.find_last_not_of(blanks) != begin) return std::nullopt;
  const char given = line[begin];
  const char letter = given >= 'A' && given <= 'Z' ? static_cast<char>(given - 'A' + 'a') : given;
  if (letter < 'a' || letter >= letter_of(answers)) return std::nullopt;
  return static_cast<std::size_t>(letter - 'a');
}

std::optional<std::size_t> ask(const Question& question, unsigned width) {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) return std::nullopt;
  print(question_text(question, width) + "What do you expect? ");
  // The terminal hands over a line at a time; Ctrl-C ends the program, which holds nothing yet.
  std::array<char, 256> line{};
  const ssize_t got = read(STDIN_FILENO, line.data(), line.size());
  if (got <= 0) print("\n");
  return read_answer({line.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))},
                     question.answers.size());
}

std::string finding_text(const Question& question, const DemoFinding& finding,
                         std::optional<std::size_t> expected, unsigned width) {
  std::string text;
  if (finding.answer) {
    const std::string_view found = question.answers[*finding.answer];
    const std::string verdict =
        !expected ? fmt::format("{} It is \"{}\".", question.text, found)
        : expected == finding.answer
            ? fmt::format("As you expected: {}.", found)
            : fmt::format("You expected \"{}\"; it is \"{}\".", question.answers[*expected], found);
    text += paragraph(verdict, width);
  }
  for (const std::string& sentence : finding.sentences) text += paragraph(sentence, width);
  return text;
}

}  // namespace bulkhead
