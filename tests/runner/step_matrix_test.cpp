// A crash at every step of the critical section and of its repair.

#include "runner/step_matrix.hpp"
#include "runner/trial/containment.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

StepResult try_all_steps(const std::string& lock, const std::vector<std::string>& modes,
                         const std::vector<std::string_view>& names) {
  Plan plan = small_plan("bank", 4, modes);
  plan.extent.duration_ns = 80 * ms;
  plan.lock = lock;
  plan.restart = RestartPolicy::one_for_one;
  plan.restart_limits = {.at_most = 100, .first_back_off_ns = 0, .longest_back_off_ns = 0};
  std::vector<const FaultEntry*> faults;
  for (const std::string_view name : names) faults.push_back(FaultRegistry::find(name));
  return run_step_matrix(plan, faults, [](const MatrixProgress&) {});
}

std::size_t count_rows(const StepResult& result, TriggerKind kind) {
  return static_cast<std::size_t>(
      std::count_if(result.rows.begin(), result.rows.end(),
                    [kind](const StepRow& row) { return row.kind == kind; }));
}

}  // namespace

TEST_CASE(
    "with a robust lock and an undo record no step of a transfer or its repair tears the bank",
    "[steps][fork][slow][serial]") {
  const StepResult result =
      try_all_steps("robust", {"thread", "process", "2x2"}, {"kill-9", "segv-null"});
  CHECK(count_rows(result, TriggerKind::in_section) == 2 * 5);
  CHECK(count_rows(result, TriggerKind::repair_step) == 2 * 2);
  for (const StepRow& row : result.rows) {
    for (std::uint32_t mode = 0; mode < 3; ++mode) {
      const TrialRecord* trial = step_trial(result, row, mode);
      REQUIRE(trial != nullptr);
      CAPTURE(row.label, mode, trial->verify.finding);
      CHECK(trial->status == TrialStatus::completed);
      CHECK(trial->verify.health == VerifyRecord::Health::sound);
      CHECK(std::none_of(trial->workers.begin(), trial->workers.end(), is_stuck));
      if (row.kind == TriggerKind::in_section) CHECK(reached(*trial, row.kind));
    }
  }
}

TEST_CASE("with a mutex that is kept as it is every step leaves everybody waiting",
          "[steps][fork][serial]") {
  const StepResult result = try_all_steps("mutex", {"process"}, {"kill-9"});
  REQUIRE(count_rows(result, TriggerKind::in_section) == 5);
  CHECK(count_rows(result, TriggerKind::repair_step) == 0);  // Nobody repairs.
  for (const StepRow& row : result.rows) {
    CAPTURE(row.label);
    CHECK(step_trial(result, row, 0)->killed_at_end > 0);
  }
}
