// What one worker changes for itself and has changed for every thread of its process: the working
// directory, the locale, the limits, the descriptors. Nobody dies of it at once; a sibling that
// relies on the old state goes wrong somewhere else. Two of them belong to the thread alone,
// against what most expect.

#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "runner/faults/attribute.hpp"
#include "runner/faults/use_up.hpp"

namespace bulkhead::process_state_fault {
namespace {

void change_directory(const Strike&) {
  // "/" is always there and may always be entered.
  static_cast<void>(!chdir("/"));
}

void change_umask(const Strike&) {
  umask(0777);
}

// NOLINTBEGIN(concurrency-mt-unsafe): that siblings read the same state is the fault.
void change_locale(const Strike&) {
  setlocale(LC_ALL, "C.UTF-8");
}

void change_environment(const Strike&) {
  setenv("TZ", "UTC+11", 1);
}

void seed_random(const Strike&) {
  srand(2);  // 1 is what everybody begins with.
}
// NOLINTEND(concurrency-mt-unsafe)

void ignore_broken_pipes(const Strike&) {
  signal(SIGPIPE, SIG_IGN);
}

/// To as many as are in use: the lowest free number is the limit.
void lower_limit(const Strike&) {
  constexpr std::uint64_t most_times = 64;
  use_up(most_times, [] {
    const int lowest_free = dup(STDERR_FILENO);
    if (lowest_free < 0) return false;
    close(lowest_free);
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
    limit.rlim_cur = std::min(limit.rlim_cur, static_cast<rlim_t>(lowest_free));
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
  });
}

/// Long after the trial.
void arm_alarm(const Strike&) {
  constexpr unsigned hour_s = 3600;
  alarm(hour_s);
}

void close_descriptors(const Strike&) {
  constexpr unsigned first = STDERR_FILENO + 1;
  syscall(SYS_close_range, first, ~0U, 0U);
}

/// A sibling's file, or one's own, is among them.
FaultEntry close_entry() {
  FaultEntry entry =
      attribute("attr-close-all", "closes all descriptors but the first three: siblings' are gone",
                close_descriptors);
  entry.expected = {Outcome::silent, Outcome::silent};
  entry.aims_at = AimsAt::file;
  return entry;
}

constexpr int trapped = FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW;

void trap_exceptions(const Strike&) {
  feclearexcept(FE_ALL_EXCEPT);  // Those that are pending would trap at the next operation.
  feenableexcept(trapped);
}

std::string cannot_trap() {
  const int before = fegetexcept();
  const bool refused = feenableexcept(trapped) == -1;
  fedisableexcept(trapped & ~before);
  return refused ? "this processor has no traps for floating point" : "";
}

FaultEntry trap_entry() {
  FaultEntry entry =
      attribute("attr-fpe", "makes floating-point errors trap; its own thread alone changes",
                trap_exceptions);
  entry.expected.threads = Outcome::harmless;
  entry.unavailable = cannot_trap;
  return entry;
}

/// A sibling that wants one is told that there is none.
FaultEntry limit_entry() {
  FaultEntry entry =
      attribute("attr-rlimit", "lowers the limit on descriptors to those in use: siblings get none",
                lower_limit);
  entry.expected.threads = Outcome::degraded;
  entry.aims_at = AimsAt::settings | AimsAt::requests;
  return entry;
}

void be_nice(const Strike&) {
  constexpr int low = 10;
  setpriority(PRIO_PROCESS, 0, low);
}

FaultEntry nice_entry() {
  FaultEntry entry =
      attribute("attr-nice", "raises its nice value to 10; its own thread alone changes", be_nice);
  entry.expected.threads = Outcome::harmless;
  return entry;
}

const FaultRegistry::Registration directory{
    attribute("attr-chdir", "changes the directory to /: siblings' relative paths lead there",
              change_directory)};
const FaultRegistry::Registration mask{
    attribute("attr-umask", "sets the umask to 0777: siblings make files that nobody may read",
              change_umask)};
const FaultRegistry::Registration locale_of_process{attribute(
    "attr-setlocale", "sets the locale to C.UTF-8: siblings read and write text by other rules",
    change_locale)};
const FaultRegistry::Registration environment{attribute(
    "attr-setenv", "sets the variable TZ: siblings' local time is another", change_environment)};
const FaultRegistry::Registration random_seed{attribute(
    "attr-srand", "seeds rand(): siblings draw from the same sequence, anew", seed_random)};
const FaultRegistry::Registration broken_pipes{attribute(
    "attr-sigpipe-ignore", "ignores SIGPIPE: siblings do not end at a broken pipe any more",
    ignore_broken_pipes)};
const FaultRegistry::Registration limit_of_files{limit_entry()};
const FaultRegistry::Registration alarm_clock{
    attribute("attr-alarm", "sets the process's alarm clock, to an hour: a sibling's own is lost",
              arm_alarm)};
const FaultRegistry::Registration descriptors{close_entry()};
const FaultRegistry::Registration floating_point{trap_entry()};
const FaultRegistry::Registration nice_value{nice_entry()};

}  // namespace
}  // namespace bulkhead::process_state_fault
