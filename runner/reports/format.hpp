// One way to draw a report. One file each in formats/, self-registering. A format neither computes
// nor rounds: what it shows is in the report, and what it keeps for machines is in the facts.
#pragma once

#include <string>
#include <string_view>

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

struct FormatEntry {
  std::string_view name;
  std::string_view help;  ///< One line, no full stop.
  /// Pure. The text ends with a line feed.
  std::string (*draw)(const Presentation& presentation, const RenderStyle& style) = nullptr;
};

using FormatRegistry = Registry<FormatEntry>;

/// In the format of this name, which must be one of the registry, and within the characters that
/// the style allows. Pure.
[[nodiscard]] std::string draw(const Presentation& presentation, std::string_view format,
                               const RenderStyle& style);

}  // namespace bulkhead
