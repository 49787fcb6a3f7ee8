// `batch` as a user runs it.

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "ipc/clock.hpp"
#include "runner/results/stored_batch.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"
#include "tests/marked_program.hpp"
#include "tests/runner/commands/batch_place.hpp"

using namespace bulkhead;
using Catch::Contains;

TEST_CASE("a batch keeps every trial and prints an overview of what it kept", "[batch][cli]") {
  const Place place;
  const ProgramRun run = place.batch();
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("3 experiments, 12 trials") && Contains("x/bank lock=robust") &&
                          Contains("process against thread"));
  CHECK_THAT(run.err, Contains("12 trials"));
  CHECK(read_results(place.results).trial_count() == 12);
}

TEST_CASE("the same batch again runs nothing and shows the same results", "[batch][cli]") {
  const Place place;
  const ProgramRun first = place.batch();
  const std::string kept = place.folder.content_of("r/results.jsonl");
  const ProgramRun again = place.batch();
  REQUIRE(again.exit_code == 0);
  CHECK(again.out == first.out);
  CHECK_THAT(again.err, Contains("12 trials there already, none missing"));
  CHECK(place.folder.content_of("r/results.jsonl") == kept);
}

TEST_CASE("a batch of another plan does not mix with what is there", "[batch][cli]") {
  const Place place;
  REQUIRE(place.batch().exit_code == 0);
  const std::string kept = place.folder.content_of("r/results.jsonl");
  const ProgramRun other = place.batch({"--duration", "6ms"});
  CHECK(other.exit_code == 2);
  CHECK_THAT(other.err, Contains("duration_ns was 5000000 and is 6000000"));
  CHECK(place.folder.content_of("r/results.jsonl") == kept);
}

TEST_CASE("a dry run says what would run, and leaves no trace", "[batch][cli]") {
  const Place place;
  const ProgramRun run = place.batch({"--dry-run"});
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("x/spin") && Contains("3 experiments: 12 trials"));
  CHECK_FALSE(std::filesystem::exists(place.results));
}

TEST_CASE("every mistake of every config is told at once, and nothing is started", "[batch][cli]") {
  const Place place(
      "[defaults]\n"
      "wrokload = bank\n"
      "order = sorted\n"
      "[a]\n"
      "workload = bnk\n"
      "[b]\n"
      "workload = bank\n"
      "duration = 5x\n"
      "trials = 1\n"
      "trials = 2\n"
      "format = csv\n"
      "budget = 3s\n"
      "increment = 5\n"
      "[c]\n"
      "lock = mutx\n"
      "accounts = 64\n"
      "[d]\n"
      "workload = bank\n"
      "lock = mutex,robust\n"
      "exclude = lock=robust mode=thread\n");
  const std::string second = place.folder.file("y.ini", "[a]\nworkload = spin\nlock = mutex\n");
  const ProgramRun run = run_bulkhead({"batch", place.config, second, "--output", place.results});
  CHECK(run.exit_code == 2);
  CHECK(run.out.empty());
  CHECK_FALSE(std::filesystem::exists(place.results));
  for (const char* line :
       {"x.ini:2: wrokload: is no key; did you mean 'workload'?",
        "x.ini:3: order: 'sorted' is not known: listed, random or interleaved",
        "x.ini:5: workload: 'bnk' is not known", "x.ini:8: duration: '5x'",
        "x.ini:10: trials: is given more than once", "x.ini:11: format: belongs on the command",
        "x.ini:12: budget: holds for a whole file",
        "x.ini:13: increment:", "x.ini:14: [c] says no workload", "x.ini:15: lock: 'mutx'",
        "x.ini:20: exclude: excludes nothing: 'lock' never is 'robust mode=thread' here; several",
        "y.ini:3: lock: spin takes no lock"}) {
    CHECK_THAT(run.err, Contains(line));
  }
}

TEST_CASE("a matrix of a million trials is refused with its size and its time", "[batch][cli]") {
  std::string list = "1";
  for (int value = 2; value <= 1000; ++value) list += "," + std::to_string(value);
  const Place place(
      ("[big]\nworkload = spin\nworkers = 2\nseed = " + list + "\nsteps = " + list + "\n").c_str());
  const ProgramRun run = place.batch();
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("x.ini:1: [big] makes 1,000,000 experiments") &&
                          Contains("22,000,000 trials, about 7") &&
                          Contains("--trial-limit allows 20,000"));
}

TEST_CASE(
    "a matrix that is too large by its repeats, or whose first is excluded, is not made first",
    "[batch][cli]") {
  std::string list = "1";
  for (int value = 2; value <= 1000; ++value) list.append(",").append(std::to_string(value));
  const Place excluded(
      ("[big]\nworkload = spin\nworkers = 2\nmode = thread\nexclude = seed=1\nseed = " + list +
       "\nsteps = " + list + "\nsame-within = 1%,2%,3%\n")
          .c_str());
  CHECK_THAT(excluded.batch().err, Contains("makes 3,000,000 experiments;"));
  const Place repeated(
      ("[big]\nworkload = spin\nworkers = 2\nrepeat = 1000\nseed = " + list + "\n").c_str());
  CHECK_THAT(repeated.batch().err, Contains("makes 1,000,000 experiments, 22,000,000 trials"));
}

TEST_CASE("who means a large matrix raises the limit", "[batch][cli]") {
  const Place place("[big]\nworkload = spin\nworkers = 2\nrepeat = 1000\n");
  const ProgramRun run = place.batch({"--dry-run"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("22,000 trials, about") && Contains("larger limit"));
  CHECK(place.batch({"--trial-limit", "100000", "--dry-run"}).exit_code == 0);
}

TEST_CASE("a config includes the defaults and the experiments of another", "[batch][cli]") {
  const Place place("[defaults]\ninclude = base.ini\ntrials = 1\n[own]\nworkload = spin\n");
  static_cast<void>(place.folder.file("base.ini", short_config));
  const ProgramRun run = place.batch();
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("x/own") && Contains("base/spin"));
  // One round of two modes by its own defaults, with the window of the included ones.
  CHECK_THAT(place.folder.content_of("r/results.jsonl"), Contains("\"duration_ns\":5000000"));
  CHECK(read_results(place.results).trial_count() == 2 + 12);
}

TEST_CASE("a config that includes itself is a mistake", "[batch][cli]") {
  const Place place("[defaults]\ninclude = x.ini\n[own]\nworkload = spin\n");
  const ProgramRun run = place.batch();
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("x.ini:2: include") && Contains("includes itself"));
}

TEST_CASE("repeats are experiments of their own with other seeds", "[batch][cli]") {
  const Place place("[a]\nworkload = spin\nworkers = 2\nrepeat = 2\nseed = 5\n");
  const ProgramRun run = place.batch({"--trials", "1", "--duration", "2ms", "--warmup", "0"});
  REQUIRE(run.exit_code == 0);
  const StoredBatch batch = read_results(place.results);
  REQUIRE(batch.experiments.size() == 2);
  CHECK(batch.experiments[0].name == "x/a #1");
  CHECK(batch.experiments[0].course.result().plan.seed == 5);
  CHECK(batch.experiments[1].course.result().plan.seed == 6);
}

TEST_CASE("interleaved experiments take turns round by round", "[batch][cli]") {
  const Place place(
      "[defaults]\norder = interleaved\nworkload = spin\nworkers = 2\nmode = thread\n"
      "[a]\n[b]\n");
  REQUIRE(place.batch({"--trials", "2", "--duration", "2ms", "--warmup", "0"}).exit_code == 0);
  const std::string text = place.folder.content_of("r/results.jsonl");
  std::string order;
  for (std::size_t at = 0; (at = text.find("\"record\":\"trial\"", at)) != text.npos; ++at) {
    order += text.substr(text.find("x/", at) + 2, 1);
  }
  CHECK((order == "abab" || order == "abba"));
}

TEST_CASE("a budget ends experiments early and lets each have a round", "[batch][cli]") {
  const Place place(
      "[defaults]\nbudget = 1s\nworkload = spin\nworkers = 2\nduration = 40ms\nwarmup = 0\n"
      "trials = 1000\n[a]\n[b]\n[c]\n");
  const ProgramRun run = place.batch();
  REQUIRE(run.exit_code == 0);
  const StoredBatch batch = read_results(place.results);
  REQUIRE(batch.experiments.size() == 3);
  for (const StoredExperiment& one : batch.experiments) {
    CHECK(one.course.result().rounds >= 1);
    CHECK(one.course.result().rounds < 100);
  }
  CHECK_THAT(run.out, Contains("of 1,000 rounds") && Contains("fewer rounds than planned"));
}

TEST_CASE("the second batch in one directory is refused as long as the first one runs",
          "[batch][cli]") {
  const Place place;
  const std::string mark = "BULKHEAD_TEST_MARK=" + std::to_string(getpid()) + "l";
  const pid_t first =
      start_marked({"batch", place.config, "--output", place.results, "--duration", "3s"}, mark);
  const Deadline watchdog = Deadline::in(10'000'000'000);
  while (!std::filesystem::exists(place.results + "/results.jsonl") && !watchdog.passed()) {
    usleep(1'000);
  }
  const ProgramRun second = place.batch({"--duration", "3s"});
  CHECK(second.exit_code == 3);
  CHECK_THAT(second.err, Contains("another bulkhead") && Contains(std::to_string(first)));
  // Its lock ends with it, although its trial may live a moment longer.
  kill(first, SIGKILL);
  waitpid(first, nullptr, 0);
  const ProgramRun third = place.batch({"--duration", "3s", "--dry-run"});
  CHECK(third.exit_code == 0);
  CHECK_NOTHROW(read_results(place.results));
  REQUIRE(wait_until_unmarked(mark));
}

TEST_CASE("a full disk ends a batch, and what was finished before is whole", "[batch][cli]") {
  const Place place;
  // A file system of 16 KiB, for this child and its children alone.
  const ExitCause end = in_child([&place] {
    std::filesystem::create_directory(place.results);
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", place.results.c_str(), "tmpfs", 0, "size=16k") != 0) {
      return 77;
    }
    const ProgramRun full = place.batch();
    const bool told = full.exit_code == 3 && full.err.find("is safe in") != std::string::npos &&
                      full.err.find("To go on") != std::string::npos;
    if (!told) return 1;
    const StoredBatch kept = read_results(place.results);
    if (kept.torn_bytes != 0 || !kept.damage.empty()) return 2;
    if (kept.trial_count() == 0 || kept.trial_count() >= 12) return 3;
    mount(nullptr, place.results.c_str(), nullptr, MS_REMOUNT, "size=1m");
    if (place.batch().exit_code != 0) return 4;
    return read_results(place.results).trial_count() == 12 ? 0 : 5;
  });
  if (end.number == 77) {
    WARN("not tried: this user cannot mount a small file system");
    return;
  }
  CHECK(end.number == 0);
}

TEST_CASE("a place that cannot hold results is refused before the first trial", "[batch][cli]") {
  const Place place;
  for (const std::string& bad : {std::string("/proc/nowhere"), place.config}) {
    const ProgramRun run = run_bulkhead({"batch", place.config, "--output", bad});
    CHECK((run.exit_code == 2 || run.exit_code == 3));
    CHECK_THAT(run.err, Contains(bad));
    CHECK(run.out.empty());
  }
}

TEST_CASE("Ctrl-C keeps what is finished and says how to go on", "[batch][cli]") {
  const Place place;
  const ProgramRun run =
      place.batch({"--duration", "400ms"}, {.terminal_columns = 100, .interrupt_at = "trial 3/"});
  CHECK(run.exit_code == 130);
  CHECK_THAT(run.out, Contains("interrupted after 2 trials") && Contains("To go on:") &&
                          Contains("bulkhead batch " + place.config));
  CHECK(read_results(place.results).trial_count() == 2);
}

TEST_CASE("a second Ctrl-C ends a batch at once, and keeps and leaves nothing else",
          "[batch][cli][fork]") {
  const Place place;
  const std::string mark = "BULKHEAD_TEST_MARK=ctrl-c-" + std::to_string(getpid());
  const pid_t program =
      start_marked({"batch", place.config, "--output", place.results, "--duration", "20s"}, mark);
  const Deadline patience = Deadline::in(30 * ns_per_second);
  // The runner, the supervisor and two workers: a trial is on its way.
  while (count_marked(mark) < 3 && !patience.passed()) usleep(1000);
  REQUIRE(count_marked(mark) >= 3);
  REQUIRE(kill(program, SIGINT) == 0);
  usleep(50'000);
  static_cast<void>(kill(program, SIGINT));
  int status = 0;
  REQUIRE(waitpid(program, &status, 0) == program);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
  CHECK(wait_until_unmarked(mark));
  const StoredBatch kept = read_results(place.results);
  CHECK(kept.damage.empty());
  CHECK(kept.trial_count() == 0);
}
