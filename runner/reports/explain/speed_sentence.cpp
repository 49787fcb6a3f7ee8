#include <fmt/format.h>

#include <algorithm>

#include "runner/reports/explain/sentences.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

/// With more comparisons than this, a sentence for each would be a second table.
constexpr std::size_t most_clauses = 3;

/// Beyond twice or half as much, "times" reads better than percent.
constexpr double times_from = 2;

std::string faster_clause(const std::string& mode, const std::string& first,
                          const RatioEstimate& estimate) {
  const Interval& interval = *estimate.interval;
  if (estimate.ratio >= times_from) {
    return fmt::format("{} does {} times the operations per second of {} (interval {} to {})", mode,
                       ratio_text(estimate.ratio), first, ratio_text(interval.low),
                       ratio_text(interval.high));
  }
  return fmt::format("{} does {} more operations per second than {} (interval {} to {})", mode,
                     percent(estimate.ratio - 1), first, percent(interval.low - 1),
                     percent(interval.high - 1));
}

std::string slower_clause(const std::string& mode, const std::string& first,
                          const RatioEstimate& estimate) {
  const Interval& interval = *estimate.interval;
  if (estimate.ratio <= 1 / times_from) {
    return fmt::format("{} does only {} times the operations per second of {} (interval {} to {})",
                       mode, ratio_text(estimate.ratio), first, ratio_text(interval.low),
                       ratio_text(interval.high));
  }
  return fmt::format("{} does {} fewer operations per second than {} (interval {} to {})", mode,
                     percent(1 - estimate.ratio), first, percent(1 - interval.high),
                     percent(1 - interval.low));
}

std::string undecided_clause(const std::string& mode, const std::string& first,
                             const Comparison& comparison) {
  const RatioEstimate& estimate = comparison.estimate;
  const std::uint64_t more = comparison.judgement.more_rounds;
  if (!estimate.interval) {
    return fmt::format("{} {} too few to compare {} with {}, at least {} more needed",
                       plural(estimate.rounds, "round"), estimate.rounds == 1 ? "is" : "are", mode,
                       first, whole(more));
  }
  const std::string outlook =
      more >= max_more_rounds
          ? "more rounds would hardly tell"
          : fmt::format("about {} more {} would", whole(more), more == 1 ? "round" : "rounds");
  return fmt::format("{} cannot tell whether {} is faster or slower than {} (ratio {} to {}), {}",
                     plural(estimate.rounds, "round"), mode, first,
                     ratio_text(estimate.interval->low), ratio_text(estimate.interval->high),
                     outlook);
}

/// What the CPU time tells where the throughput cannot: others on the CPUs change it less.
std::string cpu_clause(const ModeSummary& mode) {
  if (!mode.cpu_comparison) return "";
  const auto& [estimate, judgement] = *mode.cpu_comparison;
  switch (judgement.verdict) {
    case SpeedVerdict::same:
      return fmt::format(", but an operation takes the same CPU time within {}",
                         percent(judgement.within));
    case SpeedVerdict::faster:
      return fmt::format(", but an operation takes {} times the CPU time",
                         ratio_text(estimate.ratio));
    case SpeedVerdict::slower:
      return fmt::format(", but an operation takes only {} times the CPU time",
                         ratio_text(estimate.ratio));
    case SpeedVerdict::cannot_tell:
      break;
  }
  return "";
}

std::string clause(const ModeSummary& mode, const std::string& first) {
  const std::string& name = mode.mode.name;
  if (!mode.comparison) {
    return fmt::format("{} cannot be compared with {}: in no round did both do operations", name,
                       first);
  }
  const Comparison& comparison = *mode.comparison;
  switch (comparison.judgement.verdict) {
    case SpeedVerdict::same:
      return fmt::format("{} does as many operations per second as {}, within {}", name, first,
                         percent(comparison.judgement.within));
    case SpeedVerdict::faster:
      return faster_clause(name, first, comparison.estimate);
    case SpeedVerdict::slower:
      return slower_clause(name, first, comparison.estimate);
    case SpeedVerdict::cannot_tell:
      break;
  }
  return undecided_clause(name, first, comparison) + cpu_clause(mode);
}

std::string overview(const Summary& summary) {
  std::uint64_t faster = 0, slower = 0, same = 0, undecided = 0;
  const ModeSummary* best = nullptr;
  const ModeSummary* worst = nullptr;
  for (std::size_t index = 1; index < summary.modes.size(); ++index) {
    const ModeSummary& mode = summary.modes[index];
    if (!mode.comparison) {
      ++undecided;
      continue;
    }
    const SpeedVerdict verdict = mode.comparison->judgement.verdict;
    faster += verdict == SpeedVerdict::faster ? 1 : 0;
    slower += verdict == SpeedVerdict::slower ? 1 : 0;
    same += verdict == SpeedVerdict::same ? 1 : 0;
    undecided += verdict == SpeedVerdict::cannot_tell ? 1 : 0;
    const double ratio = mode.comparison->estimate.ratio;
    if (!best || ratio > best->comparison->estimate.ratio) best = &mode;
    if (!worst || ratio < worst->comparison->estimate.ratio) worst = &mode;
  }
  std::string text = fmt::format(
      "of {} modes compared with {}, {} faster, {} slower, {} the same, {} undecided",
      summary.modes.size() - 1, summary.modes.front().mode.name, faster, slower, same, undecided);
  if (best) {
    text += fmt::format("; ratios from {} ({}) to {} ({})",
                        ratio_text(worst->comparison->estimate.ratio), worst->mode.name,
                        ratio_text(best->comparison->estimate.ratio), best->mode.name);
  }
  return text;
}

}  // namespace

std::optional<std::string> speed_sentence(const Summary& summary) {
  if (summary.modes.size() < 2) return std::nullopt;
  if (summary.modes.size() - 1 > most_clauses) return "Speed: " + overview(summary) + ".";
  std::string text;
  for (std::size_t index = 1; index < summary.modes.size(); ++index) {
    if (!text.empty()) text += "; ";
    text += clause(summary.modes[index], summary.modes.front().mode.name);
  }
  return "Speed: " + text + ".";
}

}  // namespace bulkhead
