#include "runner/reports/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "runner/json/plan_json.hpp"
#include "runner/paired_rounds.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

using Experiment = BatchPresentation::Experiment;
using Family = std::vector<const Experiment*>;

std::string all_but_workers(const Plan& plan) {
  nlohmann::ordered_json json = to_json(plan);
  for (const char* key : {"worker_count", "modes", "seed", "start_timeout_ns"}) json.erase(key);
  return json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

std::uint32_t count_workers(const Experiment& experiment) {
  return experiment.shown.summary.plan.worker_count;
}

bool has_workers(const Family& family, std::uint32_t workers) {
  return std::any_of(family.begin(), family.end(), [workers](const Experiment* experiment) {
    return count_workers(*experiment) == workers;
  });
}

/// In the order of their first experiment, each by the number of workers. What was measured twice
/// with as many workers makes a family of its own.
std::vector<Family> families_of(const std::vector<Experiment>& all) {
  std::vector<Family> families;
  std::multimap<std::string, std::size_t> places;
  for (const Experiment& experiment : all) {
    const std::string key = all_but_workers(experiment.shown.summary.plan);
    const auto [begin, end] = places.equal_range(key);
    const auto place = std::find_if(begin, end, [&](const auto& entry) {
      return !has_workers(families[entry.second], count_workers(experiment));
    });
    if (place != end) {
      families[place->second].push_back(&experiment);
    } else {
      places.emplace(key, families.size());
      families.push_back({&experiment});
    }
  }
  for (Family& family : families) {
    std::stable_sort(family.begin(), family.end(),
                     [](const Experiment* left, const Experiment* right) {
                       return count_workers(*left) < count_workers(*right);
                     });
  }
  return families;
}

bool is_scaled(const Family& family) {
  return count_workers(*family.front()) != count_workers(*family.back());
}

/// "scaling/bank" of "scaling/bank workers=2" and "scaling/bank workers=16".
std::string common_name(const Family& family) {
  std::string name = family.front()->name;
  for (const Experiment* experiment : family) {
    const auto differs =
        std::mismatch(name.begin(), name.end(), experiment->name.begin(), experiment->name.end());
    name.erase(differs.first, name.end());
  }
  const auto strip = [&name](const char* endings) {
    name.erase(name.find_last_not_of(endings) + 1);
  };
  strip("0123456789=-_., /");
  constexpr std::string_view option = "workers";
  if (name.ends_with(option)) name.resize(name.size() - option.size());
  strip("=-_., /");
  return name.empty() ? std::string(family.front()->shown.summary.plan.workload->name) : name;
}

/// A line for each name of a mode, in the order in which they are met.
std::vector<ScalingLine> lines_of_family(const Family& family) {
  std::vector<ScalingLine> lines;
  std::map<std::string, std::vector<ScalingPoint>> rates;
  for (const Experiment* experiment : family) {
    const Summary& summary = experiment->shown.summary;
    for (std::uint32_t mode = 0; mode < summary.modes.size(); ++mode) {
      const ModeSummary& shown = summary.modes[mode];
      if (!shown.cost.throughput) continue;
      const std::string& name = shown.mode.name;
      auto line = std::find_if(lines.begin(), lines.end(),
                               [&name](const ScalingLine& known) { return known.mode == name; });
      if (line == lines.end()) line = lines.insert(line, {name, {}, {}});
      const std::uint32_t workers = count_workers(*experiment);
      line->points.push_back({workers, *shown.cost.throughput});
      rates[name].push_back(
          {static_cast<double>(workers), throughputs(experiment->shown.result.trials, mode)});
    }
  }
  const double confidence = family.front()->shown.summary.plan.confidence;
  for (ScalingLine& line : lines) line.law = fit_scalability(rates[line.mode], confidence);
  return lines;
}

std::string coefficient(double value, const std::optional<Interval>& interval) {
  if (!interval) return significant(value, 2);
  return fmt::format("{} ({} to {})", significant(value, 2),
                     significant(std::max(interval->low, 0.0), 2),
                     significant(std::max(interval->high, 0.0), 2));
}

std::string law_text(const ScalingLine& line) {
  if (!line.law) return "too few numbers of workers for a law";
  if (line.law->is_poor()) {
    return fmt::format("the scalability law fits poorly (off by up to {})",
                       percent(line.law->worst_error));
  }
  std::string text = fmt::format("contention {}, coherency {}",
                                 coefficient(line.law->contention, line.law->contention_interval),
                                 coefficient(line.law->coherency, line.law->coherency_interval));
  if (const auto best = line.law->best_workers()) {
    text += fmt::format("; by the law most at {} workers", significant(std::max(*best, 1.0), 2));
  }
  return text;
}

std::string sentence_of(const ScalingFamily& family, const ScalingLine& line) {
  std::vector<std::string> workers, gains, efficiencies;
  const double least = line.points.front().throughput.median_per_s;
  for (std::size_t point = 0; point < line.points.size(); ++point) {
    const ScaledPoint& scaled = line.points[point];
    workers.push_back(whole(scaled.workers));
    gains.push_back(least > 0 ? significant(scaled.throughput.median_per_s / least) : "n/a");
    efficiencies.push_back(fmt::format("{:.0f}", 100 * line.efficiency(point)));
  }
  std::string text = fmt::format(
      "Scaling, {} in {}: {} workers do {} times as much (efficiency {} %); {}.", family.name,
      line.mode, enumerate(workers), enumerate(gains), enumerate(efficiencies), law_text(line));
  if (family.cpus != 0 && line.points.back().workers > family.cpus) {
    text += fmt::format(" Beyond {} workers share CPUs, which looks like contention.",
                        plural(family.cpus, "CPU"));
  }
  return text;
}

}  // namespace

double ScalingLine::efficiency(std::size_t point) const {
  const ScaledPoint& first = points.front();
  const double per_worker_at_first = first.throughput.median_per_s / first.workers;
  if (per_worker_at_first <= 0) return 0;
  return points[point].throughput.median_per_s / points[point].workers / per_worker_at_first;
}

std::vector<ScalingFamily> find_scaling(const std::vector<Experiment>& experiments) {
  std::vector<ScalingFamily> families;
  for (const Family& family : families_of(experiments)) {
    if (!is_scaled(family)) continue;
    const auto cpus = family.front()->shown.result.host.cpus_usable;
    families.push_back({common_name(family), lines_of_family(family),
                        static_cast<std::uint32_t>(cpus.value_or(0))});
  }
  return families;
}

std::vector<std::string> scaling_sentences(const std::vector<ScalingFamily>& families) {
  std::vector<std::string> sentences;
  for (const ScalingFamily& family : families) {
    for (const ScalingLine& line : family.lines) sentences.push_back(sentence_of(family, line));
  }
  return sentences;
}

}  // namespace bulkhead
