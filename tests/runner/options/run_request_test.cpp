// The whole way from a command line to a plan or to all its mistakes.

#include "runner/options/run_request.hpp"

#include <string>

#include "runner/options/run_options.hpp"
#include "tests/catch.hpp"
#include "tests/source_tree.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

const MachineDefaults machine{3, 42};

using Words = std::vector<std::string>;

RunRequest request_of(const Words& arguments) {
  return read_run_request(arguments, machine);
}

Plan good(const Words& arguments) {
  RunRequest request = request_of(arguments);
  for (const Mistake& mistake : request.mistakes) FAIL(mistake.where << ": " << mistake.what);
  return request.plan;
}

/// "where: what" of each mistake.
Words wrong(const Words& arguments) {
  Words texts;
  for (const Mistake& mistake : request_of(arguments).mistakes) {
    texts.push_back(mistake.where + ": " + mistake.what);
  }
  return texts;
}

}  // namespace

TEST_CASE("a workload alone makes a whole plan", "[options][request]") {
  const Plan plan = good({"counter"});
  CHECK(plan.workload == WorkloadRegistry::find("counter"));
  CHECK(plan.worker_count == 3);
  REQUIRE(plan.modes.size() == 2);
  CHECK(plan.modes[0].name == "thread");
  CHECK(plan.modes[1].name == "process");
  CHECK(plan.lock == "mutex");
  CHECK(plan.extent.duration_ns == 200 * ms);
  CHECK_FALSE(plan.extent.operations);
  CHECK(plan.warm_up.end == WarmUp::End::steady);
  CHECK(plan.rounds.at_least == 11);
  CHECK(plan.rounds.at_most == 11);
  CHECK_FALSE(plan.rounds.precision);
  CHECK(plan.seed == 42);
  CHECK(plan.pin == PinPolicy::spread);
  CHECK(plan.libc == LibcState::equal);
  CHECK(plan.restart == RestartPolicy::never);
  CHECK(plan.faults.empty());
  CHECK(plan.same_within == Approx(0.02));
  CHECK(plan.confidence == Approx(0.95));
  CHECK(plan.start_timeout_ns == 2 * s + 3 * 10 * ms);
  CHECK(plan.trial_timeout_ns == 60 * s);
}

TEST_CASE("a machine with one CPU still gets two workers", "[options][request]") {
  CHECK(read_run_request({"counter"}, {1, 0}).plan.worker_count == 2);
  CHECK(read_run_request({"counter"}, {100'000, 0}).plan.worker_count == largest_worker_count);
}

TEST_CASE("every option reaches the plan", "[options][request]") {
  const Plan plan = good({"bank",
                          "--workers",
                          "4",
                          "--mode",
                          "2x2,process",
                          "--lock",
                          "robust",
                          "--libc",
                          "native",
                          "--pin",
                          "none",
                          "--seed",
                          "7",
                          "--duration",
                          "1.5s",
                          "--warmup",
                          "0",
                          "--trials",
                          "3",
                          "--fault",
                          "abort@0:ms=5",
                          "--fault",
                          "kill-9@3",
                          "--restart",
                          "one-for-one",
                          "--same-within",
                          "5%",
                          "--confidence",
                          "99%",
                          "--start-timeout",
                          "9s",
                          "--drain-timeout",
                          "70ms",
                          "--accounts",
                          "128",
                          "--undo",
                          "off"});
  CHECK(plan.worker_count == 4);
  CHECK(plan.modes.at(0).name == "2x2");
  CHECK(plan.lock == "robust");
  CHECK(plan.libc == LibcState::native);
  CHECK(plan.pin == PinPolicy::none);
  CHECK(plan.seed == 7);
  CHECK(plan.extent.duration_ns == 1500 * ms);
  CHECK(plan.warm_up.end == WarmUp::End::fixed);
  CHECK(plan.warm_up.at_most_ns == 0);
  CHECK(plan.rounds.at_most == 3);
  REQUIRE(plan.faults.size() == 2);
  CHECK(plan.faults[1].worker == 3);
  CHECK(plan.restart == RestartPolicy::one_for_one);
  CHECK(plan.same_within == Approx(0.05));
  CHECK(plan.confidence == Approx(0.99));
  CHECK(plan.start_timeout_ns == 9 * s);
  CHECK(plan.drain_timeout_ns == 70 * ms);
  CHECK(plan.parameters.number("accounts") == 128);
  CHECK(plan.parameters.text("undo") == "off");
}

TEST_CASE("a fixed amount of work replaces the duration", "[options][request]") {
  const Plan plan = good({"spin", "--operations", "1e6", "--timeout", "5s"});
  CHECK(plan.extent.operations == 1'000'000u);
  CHECK(plan.trial_timeout_ns == 5 * s);
}

TEST_CASE("a precision replaces the number of rounds", "[options][request]") {
  const Plan plan = good({"spin", "--precision", "1%"});
  CHECK(plan.rounds.precision == Approx(0.01));
  CHECK(plan.rounds.at_least == Rounds{}.at_least);
  CHECK(plan.rounds.at_most == 100);
  CHECK(good({"spin", "--precision=1%", "--max-trials=5"}).rounds.at_least == 5);
}

TEST_CASE("a parameter that nobody gave has its default", "[options][request]") {
  CHECK(good({"wordcount"}).parameters.number("chunk") == 16384);
  CHECK(good({"wordcount"}).parameters.text("input").empty());
}

TEST_CASE("input files of several options are put together", "[options][request]") {
  const std::string file = in_source_tree("LICENSE");
  const Plan plan = good({"wordcount", "--input", file + "," + file, "--input", file});
  CHECK(plan.parameters.text("input") == file + "\n" + file + "\n" + file);
}

TEST_CASE("a missing or unknown workload is answered with those there are", "[options][request]") {
  REQUIRE(wrong({}).size() == 1);
  CHECK_THAT(wrong({})[0], Catch::StartsWith("WORKLOAD: is missing: bank, chase, counter, "));
  CHECK_THAT(wrong({"conter"})[0], Catch::StartsWith("WORKLOAD: 'conter' is not known: ") &&
                                       Catch::EndsWith("; did you mean 'counter'?"));
  CHECK_THAT(wrong({""})[0], Catch::StartsWith("WORKLOAD: '' is not known: "));
}

TEST_CASE("two workloads are one too many", "[options][request]") {
  CHECK(wrong({"counter", "bank"}) ==
        Words{"WORKLOAD: 'bank' is one word too many behind 'counter'; only one workload runs at "
              "a time"});
}

TEST_CASE("an unknown option and its value are one mistake", "[options][request]") {
  const Words expected{"--worker: is not an option; did you mean '--workers'?"};
  CHECK(wrong({"counter", "--worker", "2"}) == expected);
  CHECK(wrong({"--worker", "2", "counter"}) == expected);
  CHECK(wrong({"counter", "--worker=2"}) == expected);
  CHECK(wrong({"--worker", "counter"}) == expected);
}

TEST_CASE("a parameter of another workload is explained", "[options][request]") {
  CHECK(wrong({"counter", "--accounts", "5"}) ==
        Words{"--accounts: is a parameter of bank, not of counter"});
  CHECK(wrong({"bank", "--acounts", "5"}) ==
        Words{"--acounts: is not an option; did you mean '--accounts'?"});
}

TEST_CASE("numbers out of range are refused with the range", "[options][request]") {
  CHECK(wrong({"spin", "--workers", "0"}) == Words{"--workers: '0' is out of range: 1 to 4096"});
  CHECK(wrong({"spin", "--workers", "-1"}) == Words{"--workers: '-1' is negative"});
  CHECK(wrong({"spin", "--workers", "4097"}) ==
        Words{"--workers: '4097' is out of range: 1 to 4096"});
  CHECK(wrong({"spin", "--workers", "99999999999999999999"}) ==
        Words{"--workers: '99999999999999999999' is too large for any computer"});
  CHECK(wrong({"spin", "--workers", "two"}) ==
        Words{"--workers: 'two' is not a whole number, such as 8 or 1e6"});
  CHECK(wrong({"spin", "--duration", "0"}) ==
        Words{"--duration: '0' is out of range: 1 ms to 1 h"});
  CHECK(wrong({"spin", "--duration", "2h"}) ==
        Words{"--duration: '2h' is out of range: 1 ms to 1 h"});
  CHECK(wrong({"spin", "--confidence", "100%"}) ==
        Words{"--confidence: '100%' is out of range: 50 % to 99.99 %"});
  CHECK(wrong({"bank", "--accounts", "1"}) == Words{"--accounts: '1' is out of range: 2 to 1e6"});
}

TEST_CASE("contradictions are refused", "[options][request]") {
  CHECK(wrong({"spin", "--duration", "1s", "--operations", "100"}) ==
        Words{"--duration: cannot stand beside --operations: a trial has a length or an amount of "
              "work"});
  CHECK(wrong({"spin", "--trials", "5", "--precision", "1%"}) ==
        Words{"--trials: cannot stand beside --precision: the number of rounds is given or found "
              "out"});
  CHECK(wrong({"spin", "--timeout", "5s"}) ==
        Words{"--timeout: says nothing without --operations"});
  CHECK(wrong({"spin", "--max-trials", "5"}) ==
        Words{"--max-trials: says nothing without --precision"});
  CHECK(wrong({"spin", "--lock", "mutex"}) == Words{"--lock: spin takes no lock"});
  CHECK(wrong({"spin", "--mode", "3x3", "--workers", "8"}) ==
        Words{"--mode: '3x3' makes 9 workers, and --workers says 8"});
  CHECK(wrong({"spin", "--operations", "2"}) ==
        Words{"--operations: 2 are too few: each of the 3 workers needs one"});
}

TEST_CASE("who gives several numbers for one is told where they can stand", "[options][request]") {
  CHECK(wrong({"chase", "--working-set", "16K,1M"}) ==
        Words{"--working-set: '16K,1M' has a comma, and one number can stand there; several make "
              "the experiments of a batch (see bulkhead batch --help)"});
}

TEST_CASE("more workers than may be started here are refused", "[options][request]") {
  MachineDefaults small = machine;
  small.room.tasks.push_back({"ulimit -u", 30, 20});
  small.room.descriptors = 18;
  const auto mistakes_of = [&](const Words& arguments) {
    return read_run_request(arguments, small).mistakes;
  };
  CHECK(mistakes_of({"bank", "--workers", "8"}).empty());
  // Nine, a spare and their supervisor.
  const Mistakes tasks = mistakes_of(
      {"bank", "--mode", "3x3", "--workers", "9", "--restart", "one-for-one", "--spares", "1"});
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0].where == "--workers");
  CHECK_THAT(tasks[0].what,
             Contains("11 processes and threads at once, where ulimit -u allows 10"));
  const Mistakes descriptors = mistakes_of({"bank", "--workers", "9"});
  REQUIRE(descriptors.size() == 1);
  CHECK_THAT(descriptors[0].what, Contains("19 descriptors for 9 processes"));
  CHECK(mistakes_of({"bank", "--workers", "9", "--mode", "thread"}).empty());
}

TEST_CASE("several faults can strike one worker, up to a bound", "[options][request]") {
  Words arguments{"bank", "--workers", "2"};
  for (std::size_t fault = 0; fault < most_faults; ++fault) {
    arguments.insert(arguments.end(), {"--fault", "abort@1"});
  }
  CHECK(wrong(arguments).empty());
  arguments.insert(arguments.end(), {"--fault", "kill-9@1"});
  CHECK(wrong(arguments) == Words{"--fault: 33 faults for worker 1 are too many: 32 at most"});
}

TEST_CASE("a policy that could never come to bear is refused", "[options][request]") {
  CHECK(wrong({"bank", "--fault", "abort", "--spares", "2"}) ==
        Words{"--spares: says nothing with --restart never"});
  CHECK(wrong({"bank", "--fault", "abort", "--restart", "one-for-one", "--spares", "2"}).empty());
}

TEST_CASE("a mistake elsewhere does not make a good fault a bad one", "[options][request]") {
  CHECK(wrong({"bank", "--workers", "many", "--fault", "abort@9"}).size() == 1);
  CHECK(wrong({"bank", "--duration", "1", "--fault", "abort:ms=900"}).size() == 1);
  CHECK(wrong({"bnak", "--lock", "mutex", "--fault", "torn-update"}).size() == 1);
}

TEST_CASE("a repeated option is refused", "[options][request]") {
  CHECK(wrong({"spin", "--workers", "2", "--workers", "2"}) ==
        Words{"--workers: is given more than once"});
}

TEST_CASE("all mistakes of a line are found at once", "[options][request]") {
  const Words all = wrong({"conter", "--workers", "0", "--mode", "tread", "--lock", "mutexx",
                           "--fault", "sevg-null", "--format", "jsno", "--output", "/nowhere/r",
                           "--bogus", "--trials", "5", "--precision", "1%", "--seed"});
  CHECK(all.size() == 10);
}

TEST_CASE("where the output cannot be written is found before anything runs",
          "[options][request]") {
  CHECK(wrong({"spin", "--output", "/nowhere/r.json"}) ==
        Words{"--output: '/nowhere/r.json' cannot be written: the directory /nowhere: No such file "
              "or directory"});
}

TEST_CASE("what to do with the result is understood", "[options][request]") {
  const RunRequest request =
      request_of({"spin", "--format", "json", "--color", "never", "--width", "100", "--quiet"});
  CHECK(request.mistakes.empty());
  CHECK(request.output.format == "json");
  CHECK(request.output.path.empty());
  CHECK(request.output.colour == ColourChoice::never);
  CHECK(request.output.width == 100u);
  CHECK(request.output.progress == ProgressChoice::never);
}

TEST_CASE("help is given in the middle of an unfinished line", "[options][request]") {
  const RunRequest request = request_of({"bank", "--workers", "0", "--bogus", "--help"});
  CHECK(request.wish == RunRequest::Wish::help);
  CHECK(request.workload == WorkloadRegistry::find("bank"));
  CHECK(request.mistakes.empty());
  CHECK(request_of({"--help"}).workload == nullptr);
  CHECK(request_of({"--help"}).mistakes.empty());
  CHECK(request_of({"bnak", "--help"}).mistakes.size() == 1);
}

TEST_CASE("no parameter of a workload has the name of an option", "[options][request]") {
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    for (const Parameter& parameter : workload.parameters) {
      INFO(workload.name << ": " << parameter.name);
      CHECK(find_option(run_options(), parameter.name) == nullptr);
    }
  }
}

TEST_CASE("every default in the table is a good value", "[options][request]") {
  for (const WorkloadEntry& workload : WorkloadRegistry::all()) {
    for (const OptionSpec& option : options_of(workload)) {
      if (option.default_text.empty()) continue;
      INFO(workload.name << ": " << option.name);
      CHECK(check_value(option, option.default_text).problem.empty());
    }
  }
}

TEST_CASE("the machine offers CPUs and a seed that can be typed in", "[options][request]") {
  CHECK(machine_defaults().usable_cpus >= 1);
  CHECK(machine_defaults().seed < 1'000'000'000);
}
