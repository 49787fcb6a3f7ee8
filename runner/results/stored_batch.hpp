// Results of a batch as they lie in its directory: what `bulkhead report` and `bulkhead compare`
// start from, and what a batch goes on with. The file is read line by line and trusted in nothing:
// a torn last line is dropped, a damaged one is named and left out. Format: docs/results.md.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "runner/experiment.hpp"
#include "runner/measure/host.hpp"
#include "runner/plan/plan.hpp"

namespace bulkhead {

/// Of the lines that this program writes, and the newest that it reads.
inline constexpr int results_schema = 1;

/// The file in the directory of a batch.
inline constexpr std::string_view results_file = "results.jsonl";

/// One start of the batch program.
struct StoredSession {
  std::string begun;  ///< UTC: "2026-11-24T12:00:00Z".
  HostFacts host;
  std::vector<std::string> command;  ///< What was typed behind `bulkhead`.
};

struct StoredExperiment {
  std::string name;
  ExperimentCourse course;   ///< With its trials, and the host of its last session.
  std::int64_t took_ns = 0;  ///< All its trials together, from fork to reap.
};

struct StoredBatch {
  std::vector<StoredSession> sessions;
  std::vector<StoredExperiment> experiments;  ///< In the order in which they were begun.
  std::vector<std::string> damage;            ///< "line 7: ...": what was left out.
  std::uint64_t whole_bytes = 0;              ///< Without a torn last line.
  std::uint64_t torn_bytes = 0;

  [[nodiscard]] StoredExperiment* find(std::string_view name) noexcept;
  [[nodiscard]] std::uint64_t trial_count() const noexcept;
};

/// The results cannot be read at all: what() says why, without the path.
class ResultsUnreadable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws ResultsUnreadable when the directory has no results, or some of a newer schema.
[[nodiscard]] StoredBatch read_results(const std::string& directory);

/// The same for text.
[[nodiscard]] StoredBatch parse_results(std::istream& text);

/// The lines of the file, with their line feed.
[[nodiscard]] std::string session_line(const StoredSession& session);
[[nodiscard]] std::string experiment_line(const std::string& name, const Plan& plan);
[[nodiscard]] std::string trial_line(const std::string& experiment, std::int64_t took_ns,
                                     const TrialRecord& trial);

}  // namespace bulkhead
