// `bulkhead faults` and `bulkhead demo` as a user meets them.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/commands/demo.hpp"
#include "runner/faults/fault.hpp"
#include "runner/options/plan_builder.hpp"
#include "runner/options/run_request.hpp"
#include "tests/catch.hpp"
#include "tests/run_program.hpp"

using namespace bulkhead;
using Catch::Contains;

namespace {

ProgramRun quick_faults(std::vector<std::string> more) {
  std::vector<std::string> words{"faults", "--trials",        "1",   "--duration",
                                 "120ms",  "--warmup",        "5ms", "--at",
                                 "ms=20",  "--start-timeout", "5s"};
  words.insert(words.end(), more.begin(), more.end());
  return run_bulkhead(words);
}

}  // namespace

TEST_CASE("the matrix has one row for each fault and one column for each mode", "[faults][fork]") {
  const ProgramRun run = quick_faults({"--only", "abort,torn-update", "--mode", "thread,process"});
  CAPTURE(run.out, run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("abort"));
  CHECK_THAT(run.out, Contains("lost all"));
  CHECK_THAT(run.out, Contains("SIGABRT 1/4"));
  CHECK_THAT(run.out, Contains("torn-update"));
  CHECK_THAT(run.out, Contains("silent"));
  CHECK_THAT(run.out, Contains("contained or harmless"));
  CHECK_THAT(run.out, Contains("What the walls cost") && Contains("Speed: "));
}

TEST_CASE("the matrix as JSON names the fault of each trial", "[faults][fork]") {
  const ProgramRun run =
      quick_faults({"--only", "exit-3", "--mode", "process", "--workers", "2", "--format", "json"});
  CAPTURE(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("\"fault\":\"exit-3\""));
  CHECK_THAT(run.out, Contains("\"containment\""));
}

TEST_CASE("what does not end as the catalogue says is tried a second time", "[faults][fork]") {
  // Who is alone never waits for a lock.
  const ProgramRun run =
      run_bulkhead({"faults", "--only", "abort", "--mode", "process", "--workers", "1", "--at",
                    "lock-wait", "--trials", "1", "--duration", "50ms", "--format", "json"});
  CAPTURE(run.out, run.err);
  REQUIRE(run.exit_code == 0);
  const nlohmann::json result = nlohmann::json::parse(run.out);
  std::vector<int> rounds;
  for (const nlohmann::json& trial : result.at("trials")) {
    if (trial.at("id").at("with_faults")) rounds.push_back(trial.at("id").at("round"));
  }
  CHECK(rounds == std::vector<int>{0, 1});
}

TEST_CASE("the matrix has four workers unless a shape says otherwise", "[faults][fork]") {
  CHECK_THAT(quick_faults({"--only", "abort", "--mode", "process"}).out, Contains("SIGABRT 1/4"));
  CHECK_THAT(quick_faults({"--only", "abort", "--mode", "3x2"}).out, Contains("SIGABRT 2/6"));
}

TEST_CASE("an interrupted matrix prints what is known and says so", "[faults][fork]") {
  const ProgramRun run =
      run_bulkhead({"faults"}, {.terminal_columns = 80, .interrupt_at = "trial 4/"});
  CHECK(run.exit_code == 130);
  CHECK_THAT(run.out, Contains("interrupted after"));
  CHECK_THAT(run.out, Contains("What the walls cost"));
}

TEST_CASE("a family can be chosen", "[faults][fork]") {
  const ProgramRun run = quick_faults({"--family", "fork hazard", "--mode", "process"});
  CAPTURE(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("fork-child"));
  CHECK_THAT(run.out, !Contains("SIGABRT"));
}

TEST_CASE("wrong words for the matrix are refused all at once, and nothing is started",
          "[faults]") {
  const ProgramRun run = run_bulkhead({"faults", "bnak", "--only", "abrot", "--family", "crush",
                                       "--fault", "abort", "--at", "never", "--exhaust-step"});
  CAPTURE(run.err);
  REQUIRE(run.exit_code == 2);
  CHECK(run.out.empty());
  CHECK_THAT(run.err, Contains("did you mean 'bank'"));
  CHECK_THAT(run.err, Contains("did you mean 'abort'"));
  CHECK_THAT(run.err, Contains("did you mean 'crash'"));
  CHECK_THAT(run.err, Contains("did you mean '--exhaust-steps'"));
  CHECK_THAT(run.err, Contains("--fault: means nothing here"));
  CHECK_THAT(run.err, Contains("--at: 'never' is no trigger"));
}

TEST_CASE("a fault that a workload cannot have is skipped with its reason", "[faults][fork]") {
  const ProgramRun run = quick_faults({"spin", "--only", "torn-update,abort", "--mode", "process"});
  CAPTURE(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("torn-update was skipped: spin has no critical section"));
}

TEST_CASE("every step of the critical section is tried on demand", "[faults][fork]") {
  const ProgramRun run = run_bulkhead(
      {"faults", "--exhaust-steps", "--only", "kill-9", "--mode", "process", "--workers", "3"});
  CAPTURE(run.out, run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("kill-9:step=5"));
  CHECK_THAT(run.out, Contains("kill-9:repair-step=1"));
  CHECK_THAT(run.out, !Contains("kill-9:step=6"));
  CHECK_THAT(run.out, Contains("sound at the end"));
}

TEST_CASE("steps cannot be tried where there are none, or at another moment", "[faults]") {
  const ProgramRun none = run_bulkhead({"faults", "spin", "--exhaust-steps"});
  CHECK(none.exit_code == 2);
  CHECK_THAT(none.err, Contains("spin has no critical section to step through"));
  const ProgramRun both = run_bulkhead({"faults", "--exhaust-steps", "--at", "op=3"});
  CHECK(both.exit_code == 2);
  CHECK_THAT(both.err, Contains("--at: cannot stand beside --exhaust-steps"));
}

TEST_CASE("every command line of a demo is a good one", "[demo][fork][slow][long]") {
  REQUIRE(demo_command_lines().size() >= 6);
  for (Arguments words : demo_command_lines()) {
    const auto trials = std::find(words.begin(), words.end(), "--trials");
    REQUIRE(trials != words.end());
    *(trials + 1) = "1";
    if (std::find(words.begin(), words.end(), "--duration") == words.end()) {
      words.insert(words.end(), {"--duration", "100ms"});
    }
    words.insert(words.end(), {"--warmup", "5ms", "--drain-timeout", "250ms"});
    const ProgramRun run = run_bulkhead(words);
    CAPTURE(words, run.err);
    CHECK(run.exit_code == 0);
  }
}

TEST_CASE("what demos show live is run by good command lines, too", "[demo]") {
  REQUIRE_FALSE(demo_show_lines().empty());
  for (const Arguments& words : demo_show_lines()) {
    CAPTURE(words);
    CHECK(read_run_request(words, machine_defaults()).mistakes.empty());
  }
}

TEST_CASE("on a terminal a demo shows live who dies, and Ctrl-C ends the show", "[demo][fork]") {
  ProgramSettings settings;
  settings.terminal_columns = 80;
  settings.environment = {{"TERM", "xterm"}};
  settings.interrupt_at = "dead";
  const ProgramRun run = run_bulkhead({"demo", "crash"}, settings);
  CHECK(run.exit_code == 130);
  CHECK_THAT(run.out, Contains("thread: all 4 in 1 process"));
  CHECK_THAT(run.out, Contains("process: 1 in each of 4 processes"));
  CHECK_THAT(run.out, Contains("working"));
  CHECK_THAT(run.out, !Contains("What it costs"));
}

TEST_CASE("on a terminal that cannot move its cursor a demo shows its table alone",
          "[demo][fork]") {
  ProgramSettings settings;
  settings.terminal_columns = 80;
  settings.environment = {{"TERM", "dumb"}};
  const ProgramRun run = run_bulkhead({"demo", "torn-update"}, settings);
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, !Contains("all modes at once"));
}

TEST_CASE("in a pipe a demo draws nothing over what stands there", "[demo][fork]") {
  const ProgramRun run = run_bulkhead({"demo", "torn-update"});
  CHECK(run.out.find('\x1b') == std::string::npos);
  CHECK(run.out.find("all modes at once") == std::string::npos);
}

TEST_CASE("a demo says what to look at and the command that repeats it", "[demo][fork]") {
  const ProgramRun run = run_bulkhead({"demo", "torn-update"});
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("$ bulkhead run bank"));
  CHECK_THAT(run.out, Contains("What it means"));
}

TEST_CASE("demos are listed, and an unknown one is answered with the nearest", "[demo]") {
  CHECK_THAT(run_bulkhead({"demo"}).out, Contains("wild-write"));
  const ProgramRun wrong = run_bulkhead({"demo", "crush"});
  CHECK(wrong.exit_code == 2);
  CHECK_THAT(wrong.err, Contains("did you mean 'crash'"));
}

TEST_CASE("every fault is listed with what is expected of it", "[faults]") {
  const std::string list = run_bulkhead({"list", "faults"}).out;
  for (const FaultEntry& fault : FaultRegistry::all()) {
    CHECK_THAT(list, Contains("  " + std::string(fault.name)));
  }
  CHECK_THAT(list, Contains("repair-step=K"));
}

TEST_CASE("the doctor says what works here, and how many faults are possible", "[doctor][fork]") {
  const ProgramRun run = run_bulkhead({"doctor"});
  CAPTURE(run.out, run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("robust locks"));
  CHECK_THAT(run.out, !Contains("MISSING"));
  CHECK_THAT(run.out, Contains("faults are possible here"));
}

TEST_CASE("the doctor refuses words that it does not know", "[doctor]") {
  const ProgramRun run = run_bulkhead({"doctor", "quickly"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("quickly"));
}

TEST_CASE("a run tells how often a hazard showed, and is silent about it where there was none",
          "[faults][duets][fork]") {
  const auto run = [](const std::string& fault) {
    return run_bulkhead({"run", "bank", "--workers", "2", "--mode", "process", "--trials", "1",
                         "--duration", "150ms", "--fault", fault});
  };
  CHECK_THAT(run("aba:ms=20").out, Contains("hazard seen"));
  CHECK_THAT(run("abort:ms=20").out, !Contains("hazard seen"));
}

TEST_CASE("the matrix of one worker leaves out what takes two", "[faults][duets][fork]") {
  const ProgramRun run =
      run_bulkhead({"faults", "--only", "aba,abort", "--workers", "1", "--mode", "process",
                    "--trials", "1", "--duration", "120ms", "--at", "ms=20"});
  CAPTURE(run.out, run.err);
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("it takes two workers"));
  const ProgramRun refused =
      run_bulkhead({"run", "bank", "--workers", "1", "--fault", "deadlock-order"});
  CHECK(refused.exit_code == 2);
  CHECK_THAT(refused.err, Contains("deadlock-order takes two workers, and there is one"));
}
