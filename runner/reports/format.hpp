// One way to draw a report, of one experiment or of a whole batch. One file each in formats/,
// self-registering. A format neither computes nor rounds: what it shows is in the report, and what
// it keeps for machines is in the facts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ipc/registry.hpp"
#include "runner/reports/render.hpp"
#include "runner/reports/report.hpp"

namespace bulkhead {

/// All that is known of an experiment, at its three stages.
struct Presentation {
  const ExperimentResult& result;
  const Summary& summary;
  const Report& report;
};

/// Experiments that belong together.
struct BatchPresentation {
  struct Experiment {
    std::string name;
    Presentation shown;
  };
  /// One table with a row for each mode of each experiment, whose columns are measures: `modes`
  /// holds their heads. Its facts, warnings and meaning are those of the whole batch.
  const Report& overview;
  std::vector<Experiment> experiments;
};

struct FormatEntry {
  std::string_view name;
  std::string_view help;  ///< One line, no full stop.
  /// Both are pure. The text ends with a line feed.
  std::string (*draw)(const Presentation& presentation, const RenderStyle& style) = nullptr;
  std::string (*draw_batch)(const BatchPresentation& batch, const RenderStyle& style) = nullptr;
};

using FormatRegistry = Registry<FormatEntry>;

/// In the format of this name, which must be one of the registry, and within the characters that
/// the style allows. Pure.
[[nodiscard]] std::string draw(const Presentation& presentation, std::string_view format,
                               const RenderStyle& style);

}  // namespace bulkhead
