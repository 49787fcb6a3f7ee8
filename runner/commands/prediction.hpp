// What a reader expects before an experiment runs, and what the numbers just seen say to it. Asked
// on a terminal only; the finding is chosen by the results.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/experiment.hpp"

namespace bulkhead {

struct Question {
  std::string_view text;
  std::vector<std::string_view> answers;  ///< The first is "a".
};

/// The results of a demo's runs, in their order; at least one.
using DemoResults = std::vector<ExperimentResult>;

/// What the results of a demo's runs, in their order, say to its question.
struct DemoFinding {
  std::optional<std::size_t> answer;   ///< Index of the answer that holds; empty: cannot be told.
  std::vector<std::string> sentences;  ///< Why, with the numbers.
};

/// Where no trial was completed.
[[nodiscard]] DemoFinding nothing_seen();

/// The question with its answers, as it is printed. Pure.
[[nodiscard]] std::string question_text(const Question& question, unsigned width);

/// "a" to the number of answers, in upper or lower case, blanks around it ignored; anything else is
/// no answer. Pure.
[[nodiscard]] std::optional<std::size_t> read_answer(std::string_view line, std::size_t answers);

/// Asks on the terminal and waits for a line; nothing where standard input or output is none, or
/// the line is no answer.
[[nodiscard]] std::optional<std::size_t> ask(const Question& question, unsigned width);

/// What was expected against what was found. Pure.
[[nodiscard]] std::string finding_text(const Question& question, const DemoFinding& finding,
                                       std::optional<std::size_t> expected, unsigned width);

}  // namespace bulkhead
