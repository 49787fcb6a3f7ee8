#include "runner/reports/page/repeat_command.hpp"

#include <nlohmann/json.hpp>

#include "runner/json/plan_json.hpp"
#include "runner/options/run_request.hpp"
#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

using Words = std::vector<std::string>;

Plan plan_of(const Words& arguments, std::uint64_t seed) {
  const RunRequest request = read_run_request(arguments, MachineDefaults{3, seed});
  for (const Mistake& mistake : request.mistakes) FAIL(mistake.where << ": " << mistake.what);
  return request.plan;
}

/// The words behind "bulkhead run", as a shell cuts them.
Words words_of(const std::string& command) {
  Words words{""};
  bool quoted = false;
  for (const char letter : command) {
    if (letter == '\'') {
      quoted = !quoted;
    } else if (letter == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  REQUIRE(words.size() > 2);
  CHECK(words[0] == "bulkhead");
  CHECK(words[1] == "run");
  return {words.begin() + 2, words.end()};
}

}  // namespace

TEST_CASE("the command to repeat a run makes the same plan", "[reports][repeat]") {
  const Words lines[] = {
      {"counter"},
      {"spin", "--mode", "process,2x2,thread", "--workers", "4", "--pin", "none"},
      {"bank", "--accounts", "100", "--lock", "mutex", "--duration", "1.5s", "--warmup", "0"},
      {"bank", "--operations", "1e6", "--timeout", "3min", "--libc", "native"},
      {"counter", "--precision", "0.5%", "--max-trials", "50", "--same-within", "1%",
       "--confidence", "99%"},
      {"bank",
       "--fault",
       "segv-null@1:ms=50",
       "--fault",
       "kill-9@all:p=0.001",
       "--restart",
       "one-for-all",
       "--shared",
       "reset",
       "--spares",
       "2",
       "--restart-limit",
       "9",
       "--restart-period",
       "3s",
       "--back-off",
       "5ms",
       "--stall-timeout",
       "700ms",
       "--drain-timeout",
       "3s"}};
  for (const Words& line : lines) {
    const Plan plan = plan_of(line, 4711);
    const std::string command = repeat_command(plan);
    CAPTURE(command);
    CHECK(to_json(plan_of(words_of(command), 1)) == to_json(plan));
  }
}

TEST_CASE("what a shell would take for its own is quoted", "[reports][repeat]") {
  Plan plan = plan_of({"counter"}, 1);
  FaultPlan fault;
  fault.text = "it's $(here)";
  plan.faults.push_back(fault);
  CHECK(repeat_command(plan).ends_with(" --fault 'it'\\''s $(here)'"));
}
