// What belongs to a whole process, seen from outside while a worker changes it.

#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;

namespace {

constexpr Trigger early{.kind = TriggerKind::moment, .after_ns = 5'000'000};

std::vector<std::string> changes_in(const Plan& plan) {
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, true, plan.seed}, interrupts);
  CAPTURE(trial.reason, trial.error_output);
  REQUIRE(trial.status == TrialStatus::completed);
  REQUIRE(trial.fault_struck);
  return trial.process_changes;
}

std::vector<std::string> changes_after(std::string_view fault, const std::string& mode) {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = 200'000'000;
  arm(plan, fault, 1, early);
  return changes_in(plan);
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a thread that changes the directory changes it for all threads of its process",
          "[trial][fork]") {
  const std::string what = "working directory";
  CHECK(changes_after("attr-chdir", "thread") == Texts{what, what, what, what});
  CHECK(changes_after("attr-chdir", "process") == Texts{"", what, "", ""});
  CHECK(changes_after("attr-chdir", "2x2") == Texts{what, what, "", ""});
}

TEST_CASE("umask, signal actions and limits are changed for all threads, too", "[trial][fork]") {
  CHECK(changes_after("attr-umask", "thread")[3] == "umask");
  CHECK(changes_after("attr-sigpipe-ignore", "thread")[3] == "ignored signals");
  CHECK(changes_after("attr-rlimit", "thread")[3] == "limit on open files");
}

TEST_CASE("the flags of an inherited descriptor are changed for every process", "[trial][fork]") {
  const std::string what = "flags of standard error";
  CHECK(changes_after("attr-nonblock", "thread") == Texts{what, what, what, what});
  CHECK(changes_after("attr-nonblock", "process") == Texts{what, what, what, what});
}

TEST_CASE("a fault that changes nothing of a process is seen to change nothing", "[trial][fork]") {
  CHECK(changes_after("torn-update", "thread") == Texts{"", "", "", ""});
}

TEST_CASE("a replacement is another process and not a changed one", "[trial][fork]") {
  Plan plan = small_plan("bank", 2, {"process"});
  plan.extent.duration_ns = 200'000'000;
  plan.restart = RestartPolicy::one_for_one;
  arm(plan, "kill-9", 1, early);
  CHECK(changes_in(plan) == Texts{"", ""});
}
