// Whatever is typed is answered with a plan or with mistakes.

#include <rapidcheck.h>

#include "runner/options/run_options.hpp"
#include "runner/options/run_request.hpp"
#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// Names of options, good and bad values of all kinds, and noise.
std::vector<std::string> pieces() {
  std::vector<std::string> all{"",           "0",       "1",         "-1",   "2",
                               "1e99",       "5ms",     "3h",        "1%",   "200%",
                               "64K",        "2x2",     "0x1",       "x",    "thread",
                               "process",    "thread,", "auto",      "none", "json",
                               "abort@1",    "abort@",  "abort:op=", "@:",   "kill-9@0:in-lock=3",
                               "--",         "-h",      "--bogus",   "--=",  "/dev/null",
                               "/nowhere/x", "a,b"};
  for (const OptionSpec& option : options_of_any_workload()) {
    // Help ends the checking.
    if (option.name != "help") all.push_back("--" + std::string(option.name));
  }
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    all.emplace_back(workload.name);
  }
  return all;
}

}  // namespace

TEST_CASE("every command line is a whole plan or has mistakes", "[options][request]") {
  const auto piece = rc::gen::elementOf(pieces());
  CHECK(rc::check("any command line", [&] {
    const auto arguments = *rc::gen::container<std::vector<std::string>>(piece);
    const RunRequest request = read_run_request(arguments, {2, 1});
    if (!request.mistakes.empty() || request.wish == RunRequest::Wish::help) return;
    const Plan& plan = request.plan;
    RC_ASSERT(plan.workload != nullptr);
    RC_ASSERT(!plan.modes.empty());
    for (const Mode& mode : plan.modes) RC_ASSERT(mode.worker_count() == plan.worker_count);
    for (const FaultPlan& fault : plan.faults) RC_ASSERT(fault.worker < plan.worker_count);
    RC_ASSERT(plan.rounds.at_least >= 1 && plan.rounds.at_least <= plan.rounds.at_most);
    RC_ASSERT(plan.extent.duration_ns > 0 && plan.start_timeout_ns > 0);
  }));
}
