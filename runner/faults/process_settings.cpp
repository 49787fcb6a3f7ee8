// More of what belongs to a whole process, and is rarely thought of: who is killed first when
// memory runs out, whose orphans come to whom, what may look at it, where it belongs, what happens
// when it goes wrong. And the one setting that crosses the walls: the flags of a descriptor that
// all have inherited.

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <locale>

#include "runner/faults/attribute.hpp"
#include "runner/faults/other_user.hpp"

namespace bulkhead::process_settings_fault {
namespace {

/// Everybody may offer himself.
void be_killed_first(const Strike&) {
  std::ofstream("/proc/self/oom_score_adj") << 500;
}

void adopt(const Strike&) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void hide(const Strike&) {
  prctl(PR_SET_DUMPABLE, 0);
}

void avoid_huge_pages(const Strike&) {
  prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

void change_group(const Strike&) {
  setpgid(0, 0);
}

void handle_nothing(int) {}

void catch_termination(const Strike&) {
  signal(SIGTERM, handle_nothing);
}

/// Numbers as much of the world writes them.
class CommaForPoint final : public std::numpunct<char> {
  [[nodiscard]] char do_decimal_point() const override { return ','; }
};

void change_global_locale(const Strike&) {
  std::locale::global(std::locale(std::locale::classic(), new CommaForPoint));
}

[[noreturn]] void leave() {
  constexpr int status = 9;
  _exit(status);
}

void change_terminate(const Strike&) {
  std::set_terminate(leave);
}

void lower_processes(const Strike&) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NPROC, &limit) != 0) return;
  limit.rlim_cur = 1;
  setrlimit(RLIMIT_NPROC, &limit);
}

std::string nobody_counts() {
  return geteuid() == 0 ? "the limit on processes does not bind root" : "";
}

FaultEntry processes_entry() {
  FaultEntry entry = attribute("attr-nproc", "lowers the limit on processes to 1: no more threads",
                               lower_processes);
  entry.expected.threads = Outcome::degraded;
  entry.aims_at = AimsAt::settings | AimsAt::requests;
  entry.unavailable = nobody_counts;
  return entry;
}

/// Of the capture that all workers write to, which is never full or empty: nothing comes of it.
void set_nonblocking(const Strike&) {
  const int flags = fcntl(STDERR_FILENO, F_GETFL);
  if (flags >= 0) fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK);
}

FaultEntry nonblocking_entry() {
  FaultEntry entry =
      attribute("attr-nonblock", "makes standard error non-blocking: for siblings in every process",
                set_nonblocking);
  entry.expected.processes = Outcome::silent;
  return entry;
}

constexpr uid_t nobody = 65'534;

void become_nobody(const Strike&) {
  static_cast<void>(become_user(nobody));
}

FaultEntry user_entry() {
  FaultEntry entry = attribute(
      "attr-setuid", "becomes another user: siblings lose their rights with it", become_nobody);
  entry.unavailable = [] {
    return std::string(geteuid() == 0 ? "" : "only root may become another user");
  };
  return entry;
}

const FaultRegistry::Registration killed_first{attribute(
    "attr-oom-score", "offers its process to be killed when memory runs out", be_killed_first)};
const FaultRegistry::Registration subreaper{
    attribute("attr-subreaper", "makes its process adopt orphans of its descendants", adopt)};
const FaultRegistry::Registration dumpable{
    attribute("attr-dumpable", "closes its process to debuggers, core dumps and /proc", hide)};
const FaultRegistry::Registration huge_pages{attribute(
    "attr-thp", "wants no huge pages any more: siblings get none either", avoid_huge_pages)};
const FaultRegistry::Registration group{
    attribute("attr-group", "makes its process the leader of a process group", change_group)};
const FaultRegistry::Registration handler{
    attribute("attr-sigterm", "catches SIGTERM: siblings do not end when they are asked to",
              catch_termination)};
const FaultRegistry::Registration global_locale{
    attribute("attr-locale", "sets the locale of C++: siblings' streams write numbers by it",
              change_global_locale)};
const FaultRegistry::Registration terminate{attribute(
    "attr-terminate", "sets the terminate handler: siblings' uncaught exceptions end there",
    change_terminate)};
const FaultRegistry::Registration processes{processes_entry()};
const FaultRegistry::Registration nonblocking{nonblocking_entry()};
const FaultRegistry::Registration user{user_entry()};

}  // namespace
}  // namespace bulkhead::process_settings_fault
