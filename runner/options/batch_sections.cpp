#include "runner/options/batch_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "runner/options/batch_request.hpp"
#include "runner/options/checked_options.hpp"
#include "runner/options/option_matrix.hpp"
#include "runner/options/run_options.hpp"
#include "runner/options/run_request.hpp"
#include "runner/options/split.hpp"
#include "runner/options/suggest.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

using Keys = std::vector<RawOption>;

constexpr std::string_view workload_key = "workload";

/// They hold for a whole file.
constexpr std::string_view of_defaults_only[] = {"order", "budget", "include"};

/// A key and those that it takes the place of, when it comes from a place above them.
struct Displacement {
  std::string_view key;
  std::vector<std::string_view> displaced;
};

const std::vector<Displacement>& displacements() {
  static const std::vector<Displacement> all{{"trials", {"precision", "max-trials"}},
                                             {"precision", {"trials"}},
                                             {"duration", {"operations", "timeout"}},
                                             {"operations", {"duration"}}};
  return all;
}

bool is_one_of(std::string_view name, const auto& names) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool has_key(const Keys& keys, std::string_view name) {
  return std::any_of(keys.begin(), keys.end(),
                     [name](const RawOption& key) { return key.name == name; });
}

/// `upper`, and what it leaves of `lower`.
Keys stacked(const Keys& upper, const Keys& lower) {
  std::set<std::string_view> hidden;
  for (const RawOption& key : upper) {
    hidden.insert(key.name);
    for (const Displacement& displacement : displacements()) {
      if (displacement.key != key.name) continue;
      hidden.insert(displacement.displaced.begin(), displacement.displaced.end());
    }
  }
  Keys keys = upper;
  for (const RawOption& key : lower) {
    if (!hidden.contains(key.name)) keys.push_back(key);
  }
  return keys;
}

std::vector<OptionSpec> all_keys() {
  std::vector<OptionSpec> specs = options_of_any_workload();
  std::erase_if(specs, [](const OptionSpec& spec) {
    return spec.kind == ValueKind::flag || is_one_of(spec.name, options_about_output);
  });
  specs.insert(specs.end(), batch_keys().begin(), batch_keys().end());
  return specs;
}

std::string unknown_key_text(std::string_view name, const std::vector<OptionSpec>& known) {
  std::vector<std::string_view> names;
  names.reserve(known.size());
  for (const OptionSpec& spec : known) names.push_back(spec.name);
  const std::string meant = suggestion(name, names);
  return "is no key" + (meant.empty() ? "; bulkhead batch --help shows all" : meant);
}

/// Takes out what is no key at all, or not of this place, with a mistake for each.
void drop_unknown(Keys& keys, bool in_defaults, Mistakes& mistakes) {
  static const std::vector<OptionSpec> known = all_keys();
  std::erase_if(keys, [&](const RawOption& key) {
    if (is_one_of(key.name, options_about_output)) {
      mistakes.push_back({key.where, "belongs on the command line, not in a config file"});
    } else if (!in_defaults && is_one_of(key.name, of_defaults_only)) {
      mistakes.push_back({key.where, "holds for a whole file, so it stands in [defaults] only"});
    } else if (find_option(known, key.name) == nullptr) {
      mistakes.push_back({key.where, unknown_key_text(key.name, known)});
    } else {
      return false;
    }
    return true;
  });
}

/// A parameter of another workload, among keys that are for all of them.
bool is_foreign(const RawOption& key, const std::vector<OptionSpec>& own) {
  return find_option(own, key.name) == nullptr;
}

class SectionReader {
 public:
  SectionReader(const ConfigSection& section, const Keys& defaults, const BatchSettings& settings,
                BatchPlan& plan, Mistakes& mistakes)
      : section_(section),
        defaults_(defaults),
        settings_(settings),
        plan_(plan),
        mistakes_(mistakes) {}

  /// `prefix` is the file's.
  void read(const std::string& prefix) {
    Keys own = section_.keys;
    drop_unknown(own, false, mistakes_);
    Keys keys = stacked(settings_.overrides, stacked(own, defaults_));
    const CheckedOptions batch(batch_keys(), batch_keys_only(keys), mistakes_);
    const std::vector<RawOption> named = workloads();
    bool any = false;
    for (const RawOption& workload : named) {
      const WorkloadEntry* entry = WorkloadRegistry::find(workload.value);
      if (entry == nullptr) {
        mistakes_.push_back({workload.where, unknown_workload_text(workload.value)});
        continue;
      }
      const std::string name =
          named.size() == 1 ? prefix + section_.name
                            : fmt::format("{}{} workload={}", prefix, section_.name, entry->name);
      add_matrix(*entry, keys, batch, name);
      any = true;
    }
    if (!any) check_without_workload(keys, batch, prefix + section_.name);
  }

 private:
  Keys batch_keys_only(Keys& keys) {
    Keys taken = take_known(keys, batch_keys());
    for (const RawOption& key : taken) {
      if (key.name == workload_key) workload_keys_.push_back(key);
      if (key.name == "exclude") excludes_.push_back(key);
    }
    return taken;
  }

  std::vector<RawOption> workloads() {
    if (workload_keys_.empty()) {
      mistakes_.push_back({section_.where, fmt::format("[{}] says no workload: {}", section_.name,
                                                       any_of_text(workload_names()))});
      return {};
    }
    std::vector<RawOption> named;
    const RawOption& key = workload_keys_.front();
    for (const std::string_view name : split_at_commas(key.value)) {
      named.push_back({key.name, std::string(trimmed(name)), key.where});
    }
    return named;
  }

  /// There is a mistake already, and nothing will run; the other keys may have theirs. What only
  /// some workloads have is left out.
  void check_without_workload(Keys keys, const CheckedOptions& batch, const std::string& name) {
    const WorkloadEntry* const stand_in = WorkloadRegistry::find("bank");
    const std::vector<OptionSpec> specs = options_of(*stand_in);
    std::erase_if(keys, [&](const RawOption& key) { return is_foreign(key, specs); });
    excludes_.clear();
    add_matrix(*stand_in, keys, batch, name);
  }

  /// What comes from places above the section may be for another workload.
  Keys for_workload(const Keys& keys, const std::vector<OptionSpec>& specs) const {
    Keys kept;
    for (const RawOption& key : keys) {
      const bool from_section =
          std::any_of(section_.keys.begin(), section_.keys.end(),
                      [&](const RawOption& own) { return own.where == key.where; });
      if (from_section || !is_foreign(key, specs)) kept.push_back(key);
    }
    return kept;
  }

  void add_matrix(const WorkloadEntry& workload, const Keys& keys, const CheckedOptions& batch,
                  const std::string& name) {
    const std::vector<OptionSpec> specs = options_of(workload);
    const OptionMatrix matrix(for_workload(keys, specs), specs, excludes_, mistakes_);
    if (is_too_large(matrix, batch.number("repeat"), workload)) return;
    for (std::uint64_t index = 0; index < matrix.size(); ++index) {
      if (const auto combination = matrix.at(index)) {
        const std::string label = combination->label.empty() ? "" : " " + combination->label;
        add_repeats(workload, *combination, batch, name + label);
      }
    }
    matrix.blame_idle_exclusions(mistakes_);
  }

  /// Says so before they are made: each has one trial at least.
  bool is_too_large(const OptionMatrix& matrix, std::int64_t repeats,
                    const WorkloadEntry& workload) {
    const double experiments = static_cast<double>(matrix.size()) * static_cast<double>(repeats);
    if (experiments <= static_cast<double>(settings_.trial_limit)) return false;
    std::string size;
    // By the first of them, where it is not excluded.
    if (const auto first = matrix.at(0)) {
      const Plan plan = check_run_options(&workload, first->options, settings_.machine).plan;
      const double trials = experiments * static_cast<double>(most_trials(plan));
      size = ", " + trials_and_time(static_cast<std::uint64_t>(std::min(trials, 1e18)),
                                    trials * static_cast<double>(planned_trial_ns(plan)));
    }
    mistakes_.push_back(
        {section_.where,
         fmt::format("[{}] makes {} experiments{}; --trial-limit allows {} trials", section_.name,
                     whole(static_cast<std::uint64_t>(std::min(experiments, 1e18))), size,
                     whole(settings_.trial_limit))});
    return true;
  }

  void add_repeats(const WorkloadEntry& workload, const Combination& combination,
                   const CheckedOptions& batch, const std::string& name) {
    RunRequest request = check_run_options(&workload, combination.options, settings_.machine);
    for (Mistake& mistake : request.mistakes) {
      // What no key said by itself is the section's.
      if (mistake.where.starts_with("--") && !is_override(mistake.where)) {
        mistake.what = fmt::format("{} {}", mistake.where.substr(2), mistake.what);
        mistake.where = section_.where;
      }
      mistakes_.push_back(std::move(mistake));
    }
    const std::int64_t repeats = batch.number("repeat");
    for (std::int64_t repeat = 0; repeat < repeats; ++repeat) {
      BatchExperiment experiment{name, request.plan, has_key(combination.options, "seed"),
                                 plan_.groups.size() - 1};
      experiment.plan.seed += static_cast<std::uint64_t>(repeat);
      if (repeats > 1) experiment.name += fmt::format(" #{}", repeat + 1);
      plan_.experiments.push_back(std::move(experiment));
    }
  }

  [[nodiscard]] bool is_override(const std::string& where) const {
    return std::any_of(settings_.overrides.begin(), settings_.overrides.end(),
                       [&](const RawOption& option) { return option.where == where; });
  }

  const ConfigSection& section_;
  const Keys& defaults_;
  const BatchSettings& settings_;
  BatchPlan& plan_;
  Mistakes& mistakes_;
  Keys workload_keys_, excludes_;
};

BatchGroup make_group(const ConfigFile& file, Keys& defaults, Mistakes& mistakes) {
  drop_unknown(defaults, true, mistakes);
  std::vector<OptionSpec> specs;
  for (const OptionSpec& spec : batch_keys()) {
    if (is_one_of(spec.name, of_defaults_only)) specs.push_back(spec);
  }
  const CheckedOptions options(specs, take_known(defaults, specs), mistakes);
  BatchGroup group{file.path, BatchOrder::listed, std::nullopt};
  for (const BatchOrder order : {BatchOrder::random, BatchOrder::interleaved}) {
    if (options.text("order") == to_text(order)) group.order = order;
  }
  if (options.given("budget") && !options.refused("budget")) {
    group.budget_ns = options.number("budget");
  }
  return group;
}

}  // namespace

std::string trials_and_time(std::uint64_t trials, double ns) {
  return fmt::format("{}, about {}", plural(trials, "trial"), rough_time(ns));
}

void add_experiments(const ConfigFile& file, const BatchSettings& settings, BatchPlan& plan,
                     Mistakes& mistakes) {
  Keys defaults = file.defaults;
  plan.groups.push_back(make_group(file, defaults, mistakes));
  const std::string prefix = std::filesystem::path(file.path).stem().string() + "/";
  for (const ConfigSection& section : file.sections) {
    SectionReader(section, defaults, settings, plan, mistakes).read(prefix);
  }
}

}  // namespace bulkhead
