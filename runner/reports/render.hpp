// From the facts of an experiment to text, in the format the user asked for. Pure: whether there is
// a terminal, how wide it is and what it can draw is the caller's knowledge and comes in a
// RenderStyle.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/experiment.hpp"

namespace bulkhead {

/// How the text may look. Only formats made for people care.
struct RenderStyle {
  enum class Colour { none, ansi };
  enum class Charset { ascii, utf8 };

  unsigned width = 80;  ///< Columns; a line is never longer from 80 on.
  Colour colour = Colour::none;
  Charset charset = Charset::ascii;
};

/// The whole output, ending with a line feed. `format` must be a name of the FormatRegistry.
[[nodiscard]] std::string render(const ExperimentResult& result, std::string_view format,
                                 const RenderStyle& style);

/// An experiment that has a name among others.
struct NamedResult {
  std::string name;
  const ExperimentResult* result = nullptr;
};

struct BatchFacts;

/// The same for a batch.
[[nodiscard]] std::string render_batch(const std::vector<NamedResult>& results,
                                       const BatchFacts& facts, std::string_view format,
                                       const RenderStyle& style);

/// Its overview alone, as a table.
[[nodiscard]] std::string render_overview(const std::vector<NamedResult>& results,
                                          const BatchFacts& facts, const RenderStyle& style);

struct Report;

/// A report that stands for no experiment, in a format that needs none: table, markdown or csv.
[[nodiscard]] std::string render_report(const Report& report, std::string_view format,
                                        const RenderStyle& style);

}  // namespace bulkhead
