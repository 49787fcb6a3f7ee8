// Forking from a process with threads: the child has a copy of every lock, held or not, and only
// the thread that forked. What those locks guard is not for the child, and whatever it leaves
// undone must not be undone by its end.

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "runner/faults/brief_child.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead::fork_hazards_fault {
namespace {

/// Not async-signal-safe, and allowed all the same: the C library holds its locks while it forks.
void allocate(Deadline) {
  constexpr std::size_t large = std::size_t{1} << 20;
  constexpr std::size_t small = 3000;
  for (const std::size_t bytes : {large, small}) std::free(opaque(std::malloc(opaque(bytes))));
}

void fork_and_allocate(const Strike& strike) {
  reap(fork_briefly(end_of(strike), allocate));
}

/// The child ends with a copy of the lock in its memory that it does not own.
void fork_and_leave(const Strike& strike) {
  reap(fork_briefly(end_of(strike), [](Deadline) {}));
}

/// Of the program's own, held by a thread that the child does not have.
std::mutex guarded;

/// The child waits for a thread that is not there, until its alarm clock ends it.
void fork_while_locked(const Strike& strike) {
  const Deadline end = end_of(strike);
  std::unique_lock lock(guarded);
  const pid_t child = fork_briefly(end, [](Deadline) { guarded.lock(); });
  lock.unlock();
  reap(child);
}

/// What was not flushed is written by both; whoever registered for the end is called in the child.
void fork_and_exit(const Strike& strike) {
  std::fputs("written once, flushed by two\n", stdout);
  reap(fork_briefly(end_of(strike), [](Deadline) {
    std::exit(0);  // NOLINT(concurrency-mt-unsafe): that is the fault.
  }));
}

const FaultRegistry::Registration own_lock{{
    .name = "fork-own-lock",
    .family = "fork hazard",
    .help = "forks while a lock of the program is held; the child takes it and waits for ever",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .parameters = {lasting("50ms")},
    .strike = fork_while_locked,
}};

const FaultRegistry::Registration exits{{
    .name = "fork-exit",
    .family = "fork hazard",
    .help = "forks a child that leaves by exit: output is written twice, handlers run twice",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .parameters = {lasting("100ms")},
    .strike = fork_and_exit,
}};

const FaultRegistry::Registration child{{
    .name = "fork-child",
    .family = "fork hazard",
    .help = "forks a child that uses malloc, and waits for it",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .parameters = {lasting("100ms")},
    .strike = fork_and_allocate,
}};

const FaultRegistry::Registration holding_lock{{
    .name = "fork-holding-lock",
    .family = "fork hazard",
    .help = "forks while it holds the lock; the child leaves at once and does not unlock",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .needs_section = NeedsSection::yes,
    .parameters = {lasting("100ms")},
    .strike = fork_and_leave,
}};

}  // namespace
}  // namespace bulkhead::fork_hazards_fault
