// What the walls between processes do not keep out: a process of the same user may be killed, told
// where and how to run, and written to, by its number. Nothing of it needs a right that an ordinary
// user has not.

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}

#include <cstdint>
#include <fstream>
#include <string>

#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"
#include "runner/measure/read_file.hpp"
#include "runner/measure/task_counters.hpp"

namespace bulkhead::sibling_process_fault {
namespace {

bool is_child_of(pid_t process, pid_t parent) {
  const std::string status = read_file("/proc/" + std::to_string(process) + "/status");
  return number_after(status, "PPid") == static_cast<std::uint64_t>(parent);
}

/// The sibling's process, or nothing when its number may be somebody else's by now. Held open, a
/// number that was right once cannot become wrong.
UniqueFd open_sibling(const Strike& strike) {
  if (strike.sibling_process <= 0) return {};
  UniqueFd sibling(pidfd_open(strike.sibling_process, 0));
  const bool is_own = strike.sibling_process == getpid();
  if (!is_own && !is_child_of(strike.sibling_process, getppid())) return {};
  return sibling;
}

void kill_sibling(const Strike& strike) {
  const UniqueFd sibling = open_sibling(strike);
  if (sibling.open()) pidfd_send_signal(sibling.get(), SIGKILL, nullptr, 0);
}

// To the values that it has already: that it is allowed is the point.
void poke_sibling(const Strike& strike) {
  const UniqueFd sibling = open_sibling(strike);
  if (!sibling.open()) return;
  const pid_t process = strike.sibling_process;
  const auto who = static_cast<id_t>(process);
  setpriority(PRIO_PROCESS, who, getpriority(PRIO_PROCESS, who));
  cpu_set_t cpus;
  if (sched_getaffinity(process, sizeof cpus, &cpus) == 0) {
    sched_setaffinity(process, sizeof cpus, &cpus);
  }
  rlimit files{};
  if (prlimit(process, RLIMIT_NOFILE, nullptr, &files) == 0) {
    prlimit(process, RLIMIT_NOFILE, &files, nullptr);
  }
}

// The private block lies at the same address in every process of the trial.
void write_sibling(const Strike& strike) {
  const UniqueFd sibling = open_sibling(strike);
  if (!sibling.open()) return;
  std::uint64_t word = 0;
  const iovec from{&word, sizeof word};
  const iovec to{strike.sibling_words.data(), sizeof word};
  process_vm_writev(strike.sibling_process, &from, 1, &to, 1, 0);
}

/// Yama's rule of who may reach into whom; 0 where it is not there or leaves everything as it was.
int ptrace_scope() {
  int scope = 0;
  std::ifstream("/proc/sys/kernel/yama/ptrace_scope") >> scope;
  return scope;
}

std::string write_unavailable() {
  if (ptrace_scope() != 0) return "processes may not reach into each other (Yama's ptrace_scope)";
  std::uint64_t word = 0;
  std::uint64_t target = 0;
  const iovec from{&word, sizeof word};
  const iovec to{&target, sizeof target};
  const bool works = process_vm_writev(getpid(), &from, 1, &to, 1, 0) == sizeof word;
  return works ? "" : "the system call process_vm_writev is not allowed here";
}

const FaultRegistry::Registration killed{{
    .name = "kill-sibling",
    .family = "sudden end",
    .help = "sends SIGKILL to the process of its sibling",
    .ends_as = "SIGKILL",
    .strike = kill_sibling,
}};

const FaultRegistry::Registration poked{{
    .name = "poke-sibling",
    .family = "address space",
    .help = "sets the priority, CPUs and limits of its sibling's process, to what they are",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .strike = poke_sibling,
}};

const FaultRegistry::Registration written{{
    .name = "write-sibling",
    .family = "address space",
    .help = "writes into its sibling's memory by process_vm_writev",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .strike = write_sibling,
    .unavailable = write_unavailable,
}};

}  // namespace
}  // namespace bulkhead::sibling_process_fault
