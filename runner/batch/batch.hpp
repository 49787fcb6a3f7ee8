// Runs a batch: every experiment of the plan, from where its stored results end, each trial stored
// as it finishes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/batch/batch_plan.hpp"
#include "runner/options/mistake.hpp"
#include "runner/results/result_store.hpp"

namespace bulkhead {

class Interrupts;

/// Where a batch is. Made between trials only.
struct BatchProgress {
  std::string_view experiment;
  std::size_t experiments_done = 0;
  std::size_t experiments = 0;
  std::uint32_t round = 0;   ///< Of the experiment; from 0.
  std::uint32_t rounds = 0;  ///< At most.
  std::string_view mode;
  bool with_faults = false;
  std::uint64_t trials_done = 0;  ///< Of the whole batch, stored ones included.
  std::uint64_t trials = 0;       ///< At most.
  std::int64_t left_ns = 0;       ///< From what was measured so far, or planned.
  std::uint64_t deaths = 0;       ///< In this start of the program.
};

class Batch {
 public:
  /// Takes what the store found as far as the plan has it. An experiment that is stored with
  /// another plan is added to `mistakes`, and then the batch must not run.
  Batch(BatchPlan plan, ResultStore& store, Mistakes& mistakes);

  struct Totals {
    std::uint64_t stored = 0;  ///< Trials that were there before.
    std::uint64_t run = 0;
    std::uint64_t missing = 0;  ///< At most, as long as precisions are not reached.
    bool interrupted = false;
  };

  /// Single-threaded; the promises of run_experiment about children and signals hold. Throws
  /// std::system_error when a result cannot be stored; the others are safe then. Once.
  Totals run(const std::vector<std::string>& command,
             const std::function<void(const BatchProgress&)>& progress);

  /// What is there, and what would run.
  [[nodiscard]] Totals totals() const;

  /// About how long what is missing will take.
  [[nodiscard]] std::int64_t left_ns() const;

 private:
  struct Course {
    const BatchExperiment* experiment;
    ExperimentCourse course;
    std::int64_t took_ns = 0;
    bool stored = false;  ///< Its plan is in the file.
    bool closed = false;  ///< Its share of the budget is used up.
  };

  void take_stored(Course& course, Mistakes& mistakes);
  [[nodiscard]] bool is_open(const Course& course) const;
  [[nodiscard]] Course* next_course();
  [[nodiscard]] Course* pick(const std::vector<Course*>& group, BatchOrder order) const;
  void close_if_spent(Course& course);
  void run_trial_of(Course& course, const TrialId& trial, Interrupts& interrupts);
  [[nodiscard]] BatchProgress progress_at(const Course& course, const TrialId& trial) const;
  [[nodiscard]] std::uint64_t missing_of(const Course& course) const;
  [[nodiscard]] double slowness() const;

  BatchPlan plan_;
  ResultStore& store_;
  std::vector<std::vector<Course>> groups_;  // In the order in which they run.
  Totals totals_;
  std::uint64_t deaths_ = 0;
};

}  // namespace bulkhead
