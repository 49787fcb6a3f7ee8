// Every fault of the catalogue, by a real run in every kind of mode: it ends as its entry says, the
// outcome is the expected one, and nothing is left behind.

#include "runner/faults/fault.hpp"
#include "runner/trial/containment.hpp"
#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

/// The first attempt is a short one, since most faults need no more.
Plan plan_for(const FaultEntry& fault, const std::string& mode, std::uint64_t attempt) {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = attempt == 0 ? 170 * ms : 500 * ms;
  plan.stall_timeout_ns = attempt == 0 ? 100 * ms : 300 * ms;
  arm(plan, fault.name, 1, {.kind = TriggerKind::moment, .after_ns = 30 * ms});
  return plan;
}

std::string end_of(const TrialRecord& trial) {
  return trial.deaths.empty() ? "nothing" : to_text(trial.deaths.front().cause);
}

/// Units per second of one worker when nothing goes wrong.
double fault_free_rate(const std::string& mode) {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = 200 * ms;
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, false, 1}, interrupts);
  REQUIRE(trial.status == TrialStatus::completed);
  return static_cast<double>(trial.window()->operations) / 4 /
         (static_cast<double>(trial.window()->length_ns()) / 1e9);
}

/// Runs each available fault, up to five times where the outcome is not the expected one: shares
/// of speed are uncertain on a machine that others use.
void check_catalogue(const std::string& mode, bool check_end) {
  double rate = fault_free_rate(mode);
  std::uint32_t tried = 0;
  for (const FaultEntry& fault : FaultRegistry::all()) {
    if (fault.unavailable != nullptr && !fault.unavailable().empty()) continue;
    ++tried;
    const Mode shape = make_mode(mode, 4).value();
    const Outcome expected = expected_outcomes(fault, shape).front();
    Outcome seen = expected;
    bool good = false;
    std::string end;
    for (std::uint64_t attempt = 0; attempt < 5; ++attempt) {
      // The machine may have become slower since.
      if (attempt > 0) rate = fault_free_rate(mode);
      Interrupts interrupts;
      const TrialRecord trial =
          run_trial(plan_for(fault, mode, attempt), {0, 0, true, attempt}, interrupts);
      CAPTURE(fault.name, mode, trial.reason, trial.error_output, trial.verify.finding);
      REQUIRE(trial.status == TrialStatus::completed);
      seen = outcome_of(trial, rate);
      end = trial.fault_struck ? end_of(trial) : "not struck";
      good = trial.fault_struck && is_expected(fault, shape, seen) &&
             (!check_end || end == fault.ends_as);
      if (good) break;
    }
    CAPTURE(fault.name, mode, end, fault.ends_as, to_text(seen), to_text(expected));
    CHECK(good);
  }
  REQUIRE(tried >= 5);
}

}  // namespace

TEST_CASE("each fault does to processes what its entry says", "[catalogue][fork][slow][serial]") {
  check_catalogue("process", true);
}

TEST_CASE("each fault does to threads what its entry says", "[catalogue][fork][slow][serial]") {
  check_catalogue("thread", false);
}

TEST_CASE("each fault does to a mix what its entry implies", "[catalogue][fork][slow][serial]") {
  check_catalogue("2x2", false);
}
