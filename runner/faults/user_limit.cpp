// The limit on processes is each process's own, but what is compared with it is counted for the
// user: one worker's children use up what a sibling in another process could have had. Both become
// a user that nobody else is, so that no stranger is refused anything; root would not be bound.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "runner/faults/brief_child.hpp"
#include "runner/faults/duet.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/other_user.hpp"

namespace bulkhead::user_limit_fault {
namespace {

constexpr uid_t first_unused_user = 0x4000'0000;  // No system gives such numbers away by itself.

/// The trial's own: the supervisor has forked both.
uid_t user_of_trial() {
  return first_unused_user + static_cast<uid_t>(getppid());
}

bool can_fork(Deadline end) {
  const pid_t child = fork_briefly(end, [](Deadline) {});
  reap(child);
  return child > 0;
}

/// Lowers the limit until there is room for one more. False: there is none at any.
bool leave_room_for_one(rlimit limit, std::uint32_t worker_count, Deadline end) {
  const rlim_t enough = rlim_t{worker_count} + 2;
  for (limit.rlim_cur = 1; limit.rlim_cur <= enough; ++limit.rlim_cur) {
    if (setrlimit(RLIMIT_NPROC, &limit) == 0 && can_fork(end)) return true;
  }
  return false;
}

void use_up(const Strike& strike, Deadline end) {
  constexpr int children = 8;
  Stage& stage = *strike.stage;
  if (!keep_step(stage, strike.role, end) || !keep_step(stage, strike.role, end)) return;
  // They end by themselves, or with this thread.
  for (int child = 0; child < children; ++child) {
    fork_briefly(end, [](Deadline child_end) { sleep_until(child_end); });
  }
  if (keep_step(stage, strike.role, end)) static_cast<void>(keep_step(stage, strike.role, end));
}

void need_one(const Strike& strike, Deadline end) {
  Stage& stage = *strike.stage;
  rlimit before{};
  if (!keep_step(stage, strike.role, end) || getrlimit(RLIMIT_NPROC, &before) != 0) return;
  const bool had_room = leave_room_for_one(before, strike.worker_count, end);
  if (keep_step(stage, strike.role, end) && keep_step(stage, strike.role, end) && had_room) {
    report(stage, 1, can_fork(end) ? 0 : 1);
  }
  setrlimit(RLIMIT_NPROC, &before);
  static_cast<void>(keep_step(stage, strike.role, end));
}

void strike(const Strike& strike) {
  if (!are_two(strike) || !become_user(user_of_trial())) return;
  const Deadline end = end_of(strike);
  if (strike.role == Role::culprit) return use_up(strike, end);
  need_one(strike, end);
}

/// Tried in a child: there is no way back.
std::string unavailable() {
  const pid_t child = fork();
  if (child == 0) _exit(become_user(user_of_trial()) ? 0 : 1);
  int status = 1;
  if (child > 0) waitpid(child, &status, 0);
  return status == 0 ? "" : "only root may become another user";
}

const FaultRegistry::Registration registered{{
    .name = "nproc-limit",
    .family = "exhaustion",
    .help = "forks as many children as its user may have, and the next worker, the same user's,"
            " gets none",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .also = {Outcome::degraded},
    .duet = Duet::hinders,
    .parameters = {lasting("100ms")},
    .strike = strike,
    .unavailable = unavailable,
}};

}  // namespace
}  // namespace bulkhead::user_limit_fault
