// The program as its users meet it: exit codes, what goes to which stream, what is left behind.

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/exit_status.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"
#include "tests/run_program.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;
using Catch::Contains;

namespace {

using Words = std::vector<std::string>;

constexpr int done = static_cast<int>(ExitStatus::done);
constexpr int usage = static_cast<int>(ExitStatus::usage);
constexpr int host_refused = static_cast<int>(ExitStatus::host_refused);

/// A run that is over in a moment.
Words quick_run(const Words& more = {}) {
  Words arguments{"run", "spin",     "--workers", "2",        "--duration",
                  "5ms", "--trials", "1",         "--warmup", "0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// Checks that the line is refused with these words, and that nothing else is said.
void check_refused(const Words& arguments, const Words& expected) {
  const ProgramRun run = run_bulkhead(arguments);
  INFO(run.err);
  CHECK(run.exit_code == usage);
  CHECK(run.out.empty());
  for (const std::string& words : expected) CHECK_THAT(run.err, Contains(words));
}

}  // namespace

TEST_CASE("the bare name prints a short help and is a mistake", "[cli]") {
  const ProgramRun run = run_bulkhead({});
  CHECK(run.exit_code == usage);
  CHECK(run.out.empty());
  CHECK_THAT(run.err, Contains("usage: bulkhead COMMAND") && Contains("bulkhead --help"));
}

TEST_CASE("help is a result and goes to standard output", "[cli]") {
  for (const Words& arguments : {Words{"--help"}, Words{"-h"}, Words{"help"}}) {
    const ProgramRun run = run_bulkhead(arguments);
    CHECK(run.exit_code == done);
    CHECK(run.err.empty());
    CHECK_THAT(run.out, Contains("Exit codes:") && Contains("Examples:"));
  }
}

TEST_CASE("every command explains itself", "[cli]") {
  CHECK_THAT(run_bulkhead({"run", "--help"}).out, Contains("--workers N"));
  CHECK_THAT(run_bulkhead({"help", "run"}).out, Contains("--workers N"));
  CHECK_THAT(run_bulkhead({"run", "bank", "--help"}).out, Contains("--accounts N"));
  CHECK_THAT(run_bulkhead({"run", "-h", "bank"}).out, Contains("--accounts N"));
  CHECK_THAT(run_bulkhead({"list", "--help"}).out, Contains("usage: bulkhead list"));
  CHECK_THAT(run_bulkhead({"help", "list"}).out, Contains("usage: bulkhead list"));
  CHECK_THAT(run_bulkhead({"help", "--help"}).out, Contains("usage: bulkhead help"));
}

TEST_CASE("the version says how the program was built", "[cli]") {
  const ProgramRun run = run_bulkhead({"--version"});
  CHECK(run.exit_code == done);
  CHECK_THAT(run.out, Catch::StartsWith("bulkhead ") && Contains("compiler") &&
                          Contains("build type") && Contains("sanitizers") && Contains("glibc ") &&
                          Contains("boost") && Contains("fmt"));
}

TEST_CASE("lists are results", "[cli]") {
  CHECK_THAT(run_bulkhead({"list", "workloads"}).out, Contains("wordcount"));
  CHECK_THAT(run_bulkhead({"list", "modes"}).out, Contains("PxT"));
  CHECK_THAT(run_bulkhead({"list", "locks"}).out, Contains("robust"));
  CHECK_THAT(run_bulkhead({"list", "faults"}).out, Contains("segv-null"));
  CHECK_THAT(run_bulkhead({"list", "formats"}).out, Contains("markdown"));
  const ProgramRun bare = run_bulkhead({"list"});
  CHECK(bare.exit_code == done);
  CHECK_THAT(bare.out, Contains("workloads"));
}

TEST_CASE("an unknown command or subject is answered with the nearest one", "[cli][bad-input]") {
  check_refused({"runn"}, {"'runn' is not known", "did you mean 'run'?"});
  check_refused({""}, {"'' is not known"});
  check_refused({"list", "workload"}, {"did you mean 'workloads'?"});
  check_refused({"list", "modes", "locks"}, {"'locks' is one word too many"});
  check_refused({"list", "--al"}, {"--al: is not an option"});
  check_refused({"help", "lst"}, {"did you mean 'list'?"});
  check_refused({"--versoin"}, {"did you mean '--version'?"});
  check_refused({"--"}, {"is not an option"});
  check_refused({"-x"}, {"is not an option"});
}

TEST_CASE("unknown names of a run are answered with the nearest ones", "[cli][bad-input]") {
  check_refused({"run", "conter"}, {"did you mean 'counter'?"});
  check_refused({"run", "bank", "--mode", "tread"}, {"did you mean 'thread'?"});
  check_refused({"run", "bank", "--lock", "robst"}, {"did you mean 'robust'?"});
  check_refused({"run", "bank", "--fault", "abrt"}, {"did you mean 'abort'?"});
  check_refused({"run", "bank", "--acounts", "3"}, {"did you mean '--accounts'?"});
  check_refused({"run", "bank", "--format", "jsn"}, {"did you mean 'json'?"});
}

TEST_CASE("bad numbers are refused", "[cli][bad-input]") {
  check_refused({"run", "bank", "--workers", "0"}, {"--workers: '0'", "1 to 4096"});
  check_refused({"run", "bank", "--workers", "-1"}, {"is negative"});
  check_refused({"run", "bank", "--workers", "99999999999999999999"}, {"is too large"});
  check_refused({"run", "bank", "--workers", "two"}, {"is not a whole number"});
  check_refused({"run", "bank", "--workers", "1000000"}, {"is out of range"});
  check_refused({"run", "bank", "--duration", "200"}, {"needs a unit, as in 200ms"});
  check_refused({"run", "bank", "--workers"}, {"needs a value"});
  check_refused({"run", "bank", "--workers="}, {"is empty"});
}

TEST_CASE("run refuses a mode that makes another number of workers", "[cli][bad-input]") {
  check_refused({"run", "bank", "--mode", "3x3", "--workers", "8"},
                {"'3x3' makes 9 workers, and --workers says 8"});
}

TEST_CASE("input that cannot be read as text is refused", "[cli][bad-input]") {
  const TemporaryFolder folder;
  const auto refuse = [](const std::string& path, const std::string& reason) {
    check_refused({"run", "wordcount", "--input", path}, {"--input: '" + path + "' " + reason});
  };
  refuse(folder / "none.txt", "does not exist");
  refuse(folder / "", "is a directory");
  refuse(folder.file("empty.txt", ""), "is empty");
  refuse(folder.file("a.bin", std::string("a\0b", 3)), "is not a text file");
  if (geteuid() == 0) return;  // Who may read everything.
  const std::string secret = folder.file("secret.txt", "text");
  REQUIRE(chmod(secret.c_str(), 0) == 0);
  refuse(secret, "cannot be read: Permission denied");
}

TEST_CASE("an output that cannot be written is refused before anything runs", "[cli][bad-input]") {
  const TemporaryFolder folder;
  check_refused(quick_run({"--output", folder / "none/result"}), {"No such file or directory"});
  check_refused(quick_run({"--output", folder / ""}), {"is a directory"});
  check_refused(quick_run({"--output", ""}), {"is an empty file name"});
}

TEST_CASE("all mistakes of one line are named at once, and nothing starts", "[cli][bad-input]") {
  check_refused(
      {"run", "conter", "--workers", "0", "--mode", "tread", "--lock", "mutexx", "--fault",
       "sevg-null", "--format", "jsno", "--output", "/nowhere/r", "--bogus", "--trials", "5",
       "--precision", "1%"},
      {"9 mistakes; nothing was started", "'counter'", "1 to 4096", "'thread'", "'mutex'",
       "'segv-null'", "'json'", "/nowhere", "--bogus", "--trials", "Help: bulkhead run --help"});
}

TEST_CASE("control characters of a mistake do not reach the terminal", "[cli][bad-input]") {
  check_refused({"run", "\x1b[31mred"}, {"\\x1b[31mred"});
}

TEST_CASE("a run prints its table to standard output and nothing else", "[cli][run]") {
  const ProgramRun run = run_bulkhead(quick_run());
  INFO(run.err);
  CHECK(run.exit_code == done);
  CHECK_THAT(run.out, Contains("thread") && Contains("process"));
  CHECK(run.out.find('\x1b') == std::string::npos);
  CHECK(run.err.empty());
}

TEST_CASE("options may stand before the workload", "[cli][run]") {
  CHECK(run_bulkhead(
            {"run", "--trials=1", "--duration", "5ms", "--warmup=0", "--workers", "2", "spin"})
            .exit_code == done);
}

TEST_CASE("every format can be written to a file", "[cli][run]") {
  const TemporaryFolder folder;
  for (const std::string format : {"table", "json", "csv", "markdown"}) {
    const ProgramRun run =
        run_bulkhead(quick_run({"--format", format, "--output", folder / format}));
    INFO(run.err);
    CHECK(run.exit_code == done);
    CHECK(run.out.empty());
    CHECK_FALSE(folder.content_of(format).empty());
  }
  CHECK(folder.size() == 4);
}

TEST_CASE("a result that does not fit on the device is an error of the machine", "[cli][run]") {
  ProgramSettings settings;
  settings.out_path = "/dev/full";
  const ProgramRun run = run_bulkhead(quick_run(), settings);
  CHECK(run.exit_code == host_refused);
  CHECK_THAT(run.err, Contains("No space left on device"));
  const ProgramRun list = run_bulkhead({"list", "modes"}, settings);
  CHECK(list.exit_code == host_refused);
  const ProgramRun file = run_bulkhead(quick_run({"--output", "/dev/full"}));
  CHECK(file.exit_code == host_refused);
}

TEST_CASE("a result beyond the limit on a file's size is an error of the machine, too",
          "[cli][run]") {
  const TemporaryFolder folder;
  const ExitCause end = in_child([&] {
    const rlimit small{16, 16};
    setrlimit(RLIMIT_FSIZE, &small);
    return run_bulkhead(quick_run({"--output", folder / "result"})).exit_code;
  });
  CHECK(end.number == host_refused);
  CHECK(folder.size() == 0);
}

TEST_CASE("a terminal gets progress and colour, and a clean last line", "[cli][run]") {
  ProgramSettings settings;
  settings.terminal_columns = 90;
  const ProgramRun run = run_bulkhead(quick_run({"--color", "always"}), settings);
  CHECK(run.exit_code == done);
  CHECK_THAT(run.out, Contains("\rround 1/1  "));
  CHECK(run.out.find('\x1b') != std::string::npos);
}

TEST_CASE("quiet means no progress", "[cli][run]") {
  ProgramSettings settings;
  settings.terminal_columns = 90;
  CHECK_THAT(run_bulkhead(quick_run({"--quiet"}), settings).out, !Contains("round 1/1"));
}

TEST_CASE("NO_COLOR means no colour on a terminal", "[cli][run]") {
  ProgramSettings settings;
  settings.terminal_columns = 90;
  settings.environment = {{"NO_COLOR", "1"}};
  const ProgramRun run = run_bulkhead(quick_run(), settings);
  CHECK(run.out.find("\x1b[") == std::string::npos);
}

TEST_CASE("an interrupted run says what is known and that it was interrupted", "[cli][run]") {
  ProgramSettings settings;
  settings.terminal_columns = 90;
  settings.interrupt_at = "round 1/5";
  const ProgramRun run = run_bulkhead(
      {"run", "spin", "--workers", "2", "--duration", "1h", "--trials", "5"}, settings);
  INFO(run.out);
  CHECK_FALSE(run.hung);
  CHECK(run.exit_code == static_cast<int>(ExitStatus::interrupted));
  CHECK_THAT(run.out, Contains("interrupted after 0 of at most 5 rounds"));
}

TEST_CASE("several values of an option make a run of each, in one table", "[cli][run]") {
  ProgramSettings settings;
  settings.terminal_columns = 90;
  const ProgramRun run =
      run_bulkhead(quick_run({"--steps", "10,20", "--color", "never"}), settings);
  INFO(run.out);
  CHECK(run.exit_code == done);
  CHECK_THAT(run.out, Contains("2 experiments"));
  CHECK_THAT(run.out, Contains("spin steps=10") && Contains("spin steps=20"));
  CHECK_THAT(run.out, Contains("\r2/2 steps=20  round 1/1  "));
}

TEST_CASE("of several runs, those before an interruption are shown", "[cli][run]") {
  ProgramSettings settings;
  settings.terminal_columns = 90;
  settings.interrupt_at = "2/3 steps=20";
  const ProgramRun run = run_bulkhead({"run", "spin", "--workers", "2", "--steps", "10,20,30",
                                       "--duration", "500ms", "--trials", "3"},
                                      settings);
  INFO(run.out);
  CHECK_FALSE(run.hung);
  CHECK(run.exit_code == static_cast<int>(ExitStatus::interrupted));
  CHECK_THAT(run.out, Contains("spin steps=10") && Contains("1 run not begun"));
}

TEST_CASE("of several runs, one that fails is named and the others are shown",
          "[cli][run][no_asan][no_tsan]") {
  const ExitCause end = in_child([] {
    const rlimit small{400 << 20, 400 << 20};  // Room for the ring of the first run alone.
    setrlimit(RLIMIT_AS, &small);
    const ProgramRun run =
        run_bulkhead({"run", "ring", "--workers", "2", "--size", "4K", "--capacity", "2,65536",
                      "--trials", "1", "--duration", "20ms", "--warmup", "0"});
    const bool named = run.err.find("ring capacity=65536: a trial failed") != std::string::npos;
    const bool shown = run.out.find("ring capacity=2\n") != std::string::npos;
    return named && shown ? run.exit_code : 99;
  });
  CHECK(end.number == static_cast<int>(ExitStatus::expectation_not_met));
}
