#include <fmt/format.h>

#include <algorithm>

#include "runner/reports/explain/sentences.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {

std::optional<std::string> caution_sentence(const Summary& summary) {
  std::vector<std::string> texts;
  double others_share = 0;
  bool always = true;
  for (const ModeSummary& mode : summary.modes) {
    const WindowTrust& trust = mode.cost.trust;
    always = always && trust.left_disturbed == mode.cost.trials.completed;
    if (trust.left_disturbed == 0) continue;
    texts.push_back(fmt::format("{} rounds of {}",
                                part_of(trust.left_disturbed, mode.cost.trials.completed),
                                mode.mode.name));
    others_share = std::max(others_share, trust.others_share);
  }
  if (texts.empty()) return std::nullopt;
  return fmt::format(
      "Caution: the machine was disturbed in {}; others had up to {} of its CPU time. Measure "
      "again "
      "when it is quiet.",
      always ? "every round" : enumerate(texts), percent(others_share));
}

}  // namespace bulkhead
