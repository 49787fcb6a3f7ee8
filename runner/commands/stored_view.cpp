#include "runner/commands/stored_view.hpp"

#include <fmt/format.h>

#include "runner/reports/facts.hpp"
#include "runner/reports/number.hpp"
#include "runner/results/machine_changes.hpp"

namespace bulkhead {
namespace {

std::string sessions_text(const std::vector<StoredSession>& sessions) {
  if (sessions.size() == 1) return sessions.front().begun;
  return fmt::format("{} to {}, in {}", sessions.front().begun, sessions.back().begun,
                     plural(sessions.size(), "session"));
}

void warn_of_machines(const std::vector<StoredSession>& sessions,
                      std::vector<std::string>& warnings) {
  for (std::size_t index = 1; index < sessions.size(); ++index) {
    const auto changes = machine_changes(sessions[index - 1].host, sessions[index].host);
    if (changes.empty()) continue;
    warnings.push_back(fmt::format("The machine changed before the session of {}: {}.",
                                   sessions[index].begun, enumerate(changes)));
  }
}

void warn_of_missing(const StoredBatch& batch, std::vector<std::string>& warnings) {
  std::size_t unfinished = 0;
  for (const StoredExperiment& one : batch.experiments) {
    if (!one.course.enough()) ++unfinished;
  }
  if (unfinished == 0) return;
  warnings.push_back(fmt::format("{} of {} have fewer rounds than planned.", whole(unfinished),
                                 plural(batch.experiments.size(), "experiment")));
}

}  // namespace

BatchFacts describe(const StoredBatch& batch, const std::string& directory) {
  BatchFacts facts;
  facts.place = directory;
  if (!batch.sessions.empty()) {
    facts.facts.push_back({"begun", sessions_text(batch.sessions)});
    for (ReportFact& fact : describe_host(batch.sessions.back().host)) {
      facts.facts.push_back(std::move(fact));
    }
  }
  warn_of_missing(batch, facts.warnings);
  warn_of_machines(batch.sessions, facts.warnings);
  for (std::string& damage : describe_damage(batch)) facts.warnings.push_back(std::move(damage));
  if (batch.torn_bytes > 0) {
    facts.warnings.push_back(
        fmt::format("A torn last line of {} was left out.", plural(batch.torn_bytes, "byte")));
  }
  return facts;
}

std::vector<std::string> describe_damage(const StoredBatch& batch) {
  constexpr std::size_t few = 4;
  std::vector<std::string> texts;
  for (const std::string& damage : batch.damage) {
    if (texts.size() == few) {
      texts.push_back(fmt::format("{} more damaged lines of {} were left out.",
                                  whole(batch.damage.size() - few), results_file));
      break;
    }
    texts.push_back(fmt::format("{} is damaged and was left out: {}.", results_file, damage));
  }
  return texts;
}

std::vector<NamedResult> results_of(const StoredBatch& batch) {
  std::vector<NamedResult> results;
  for (const StoredExperiment& one : batch.experiments) {
    if (!one.course.result().trials.empty()) results.push_back({one.name, &one.course.result()});
  }
  return results;
}

}  // namespace bulkhead
