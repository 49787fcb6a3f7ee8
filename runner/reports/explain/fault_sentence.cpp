#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runner/reports/explain/sentences.hpp"
#include "runner/reports/fault_table.hpp"
#include "runner/reports/number.hpp"
#include "runner/reports/trial_values.hpp"

namespace bulkhead {
namespace {

using ModeList = std::vector<const ModeSummary*>;

/// Of more modes than this, the sentence names the extremes.
constexpr std::size_t most_named = 4;

/// The modes in which the fault struck at all.
ModeList struck_modes(const Summary& summary) {
  ModeList modes;
  for (const ModeSummary& mode : summary.modes) {
    if (mode.isolation->lost_workers) modes.push_back(&mode);
  }
  return modes;
}

std::uint64_t most_lost(const ModeSummary* mode) {
  return mode->isolation->lost_workers->most;
}

double share(const ModeSummary* mode) {
  return mode->isolation->survivors_share->median;
}

std::string share_text(const ModeSummary* mode) {
  return share(mode) < standstill ? "less than 0.1 %" : percent(share(mode));
}

std::string share_of_mode(const ModeSummary* mode) {
  return fmt::format("{} ({})", share_text(mode), mode->mode.name);
}

std::string lost_text(const ModeSummary& mode, std::uint32_t workers) {
  const CountRange& lost = *mode.isolation->lost_workers;
  const std::string least = lost.least == lost.most ? "" : whole(lost.least) + " to ";
  return least + part_of(lost.most, workers);
}

/// The modes with the least and the most of something.
template <class Amount>
std::pair<const ModeSummary*, const ModeSummary*> extremes(const ModeList& modes, Amount amount) {
  const auto [least, most] = std::minmax_element(
      modes.begin(), modes.end(), [&amount](const ModeSummary* left, const ModeSummary* right) {
        return amount(left) < amount(right);
      });
  return {*least, *most};
}

std::string lost_workers(const ModeList& modes, std::uint32_t workers) {
  const auto [least, most] = extremes(modes, most_lost);
  if (most_lost(most) == 0) return "took down no worker in any mode";
  if (modes.size() > most_named) {
    return fmt::format("took down from {} workers ({}) to {} ({})", lost_text(*least, workers),
                       least->mode.name, lost_text(*most, workers), most->mode.name);
  }
  std::vector<std::string> texts;
  for (const ModeSummary* mode : modes) {
    texts.push_back(fmt::format("{}{} in {}", lost_text(*mode, workers),
                                texts.empty() ? " workers" : "", mode->mode.name));
  }
  return "took down " + enumerate(texts);
}

/// One share where all say the same, else each mode's own; requires a mode.
std::string shares(const ModeList& modes) {
  const auto [least, most] = extremes(modes, share);
  if (modes.size() > 1 && share_text(least) == share_text(most)) return share_text(most);
  if (modes.size() > most_named) {
    return fmt::format("from {} to {}", share_of_mode(least), share_of_mode(most));
  }
  std::vector<std::string> texts(modes.size());
  std::transform(modes.begin(), modes.end(), texts.begin(), share_of_mode);
  return enumerate(texts);
}

double seen(const ModeSummary* mode) {
  const HazardCount& hazard = mode->isolation->hazards.front();
  return static_cast<double>(hazard.seen) / static_cast<double>(hazard.tries);
}

/// How often a hazard between two workers showed, where there is one and no more.
std::string hazard(ModeList modes) {
  std::erase_if(modes,
                [](const ModeSummary* mode) { return mode->isolation->hazards.size() != 1; });
  if (modes.empty()) return "";
  const auto text = [](const ModeSummary* mode) {
    return fmt::format("{} ({})", percent(seen(mode)), mode->mode.name);
  };
  if (modes.size() > most_named) {
    const auto [least, most] = extremes(modes, seen);
    return fmt::format(" and showed in {} to {} of its tries", text(least), text(most));
  }
  std::vector<std::string> texts(modes.size());
  std::transform(modes.begin(), modes.end(), texts.begin(), text);
  return fmt::format(" and showed in {} of its tries", enumerate(texts));
}

/// What came over siblings in which modes, if it did.
std::string siblings(ModeList modes, std::optional<CountRange> IsolationSummary::*count,
                     std::string IsolationSummary::*what, std::string_view happened) {
  std::erase_if(modes, [count](const ModeSummary* mode) {
    const auto& range = (*mode->isolation).*count;
    return !range || range->most == 0;
  });
  if (modes.empty()) return "";
  std::vector<std::string> names(modes.size());
  std::transform(modes.begin(), modes.end(), names.begin(),
                 [](const ModeSummary* mode) { return mode->mode.name; });
  return fmt::format("; {} in {} ({})", happened, enumerate(names),
                     (*modes.front()->isolation).*what);
}

std::string siblings(const ModeList& modes) {
  return siblings(modes, &IsolationSummary::refused_siblings, &IsolationSummary::refused_what,
                  "siblings were refused what they need") +
         siblings(modes, &IsolationSummary::changed_siblings, &IsolationSummary::changed_what,
                  "settings of siblings were changed");
}

/// How the survivors went on, where there were any.
std::string survivors(ModeList modes) {
  std::erase_if(modes, [](const ModeSummary* mode) { return !mode->isolation->survivors_share; });
  if (modes.empty()) return "";
  return fmt::format("; the survivors then did {} of their throughput without the fault",
                     shares(modes));
}

/// One measure of the workload; where a mode has no value, as of an outage that never ended, it is
/// not named.
std::string harm(ModeList modes, const Measure& measure) {
  const auto value = [&measure](const ModeSummary* mode) {
    return measure_in(mode->isolation->measures, measure.name);
  };
  const auto text = [&](const ModeSummary* mode) {
    return fmt::format("{} ({})", with_unit(quantity_of(measure.unit), *value(mode)),
                       mode->mode.name);
  };
  std::erase_if(modes, [&value](const ModeSummary* mode) { return !value(mode); });
  if (modes.empty()) return "";
  if (modes.size() > most_named) {
    const auto [least, most] = extremes(modes, value);
    return fmt::format("; {}: {} to {}", measure.label, text(least), text(most));
  }
  std::vector<std::string> texts(modes.size());
  std::transform(modes.begin(), modes.end(), texts.begin(), text);
  return fmt::format("; {}: {}", measure.label, enumerate(texts));
}

/// What those outside saw of it, such as the clients of a server.
std::string harm(const Summary& summary, const ModeList& modes) {
  std::string text;
  for (const Measure& measure : summary.plan.workload->measures) {
    if (measure.harm) text += harm(modes, measure);
  }
  return text;
}

}  // namespace

std::optional<std::string> fault_sentence(const Summary& summary) {
  if (summary.plan.faults.empty()) return std::nullopt;
  const std::string name = fault_names(summary.plan);
  const ModeList modes = struck_modes(summary);
  if (modes.empty()) return fmt::format("Fault: {} struck in no trial that was completed.", name);
  return fmt::format("Fault: {} {}{}{}{}{}.", name, lost_workers(modes, summary.plan.worker_count),
                     hazard(modes), siblings(modes), survivors(modes), harm(summary, modes));
}

}  // namespace bulkhead
