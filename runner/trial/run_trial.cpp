#include "runner/trial/run_trial.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

#include "ipc/system_error.hpp"
#include "runner/measure/cpus.hpp"
#include "runner/trial/child.hpp"
#include "runner/trial/orphans.hpp"
#include "runner/trial/strays.hpp"
#include "runner/trial/supervisor.hpp"

namespace bulkhead {
namespace {

constexpr std::size_t most_record_bytes = std::size_t{64} << 20;
constexpr std::int64_t reap_patience_ns = 5 * ns_per_second;

sigset_t interrupting_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&signals, number);
  return signals;
}

void write_all(int fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = write(fd, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;  // The runner is gone, and so shall we be.
    done += static_cast<std::size_t>(wrote);
  }
}

struct Answer {
  std::string text;
  bool hung = false;
  std::int64_t supervisor_ended_ns = 0;  // 0: its answer's end was seen before its own.
};

/// Reads until the supervisor closes its end, which it does by ending.
Answer read_answer(int fd, const Child& supervisor, Deadline deadline, Interrupts& interrupts) {
  Answer answer;
  char piece[65536];
  int asked = 0;  // One that came just before the fork counts too.
  while (answer.text.size() < most_record_bytes) {
    const int count = interrupts.count();
    if (count > asked) supervisor.signal(count == 1 ? SIGTERM : SIGKILL);
    asked = count;
    // Its workers have the pipe as well, and may outlive it.
    const bool is_known_dead = answer.supervisor_ended_ns != 0;
    pollfd fds[] = {{fd, POLLIN, 0},
                    {interrupts.fd(), POLLIN, 0},
                    {is_known_dead ? -1 : supervisor.pidfd(), POLLIN, 0}};
    const timespec timeout = Deadline{deadline.left_ns()}.as_timespec();
    const int ready = ppoll(fds, 3, &timeout, nullptr);
    if (ready == 0) {
      answer.hung = true;
      supervisor.signal(SIGKILL);
      return answer;
    }
    if (fds[2].revents != 0) answer.supervisor_ended_ns = monotonic_ns();
    if (fds[0].revents == 0) continue;
    const ssize_t got = read(fd, piece, sizeof piece);
    if (got <= 0) return answer;
    answer.text.append(piece, static_cast<std::size_t>(got));
  }
  return answer;
}

/// Beside so many busy workers it has too small a share of its CPU to read what they used.
std::string crowd_on(const Plan& plan) {
  constexpr std::size_t many_for_each_cpu = 32;
  const std::size_t cpus = usable_cpus().size();
  if (plan.worker_count < many_for_each_cpu * cpus) return "";
  std::string advice = "; it shares " + std::to_string(cpus) + " CPUs with " +
                       std::to_string(plan.worker_count) + " workers: take fewer";
  if (plan.runner_priority != RunnerPriority::fifo) advice += ", or --runner-priority fifo";
  return advice;
}

/// What to say of a supervisor that gave no readable answer.
TrialRecord without_answer(const Plan& plan, const TrialId& id, const Answer& answer,
                           const std::optional<ChildEnd>& end, bool interrupted) {
  TrialRecord record;
  record.id = id;
  record.status = interrupted ? TrialStatus::interrupted : TrialStatus::failed;
  if (interrupted) {
    record.reason = "interrupted";
  } else if (answer.hung) {
    record.reason = "the trial supervisor outlived its deadlines and was killed" + crowd_on(plan);
  } else if (end) {
    record.reason = "the trial supervisor ended with " +
                    to_text(exit_cause(end->info, false, OurKill::none)) +
                    "; workload code runs in it (prepare)";
  } else {
    record.reason = "the trial supervisor could not be ended";
  }
  return record;
}

}  // namespace

Interrupts::Interrupts() {
  const sigset_t signals = interrupting_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  fd_ = UniqueFd(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd_.open()) throw_errno("signalfd: listen for Ctrl-C");
}

Interrupts::~Interrupts() {
  static_cast<void>(count());  // What arrived is dealt with; unblocking must not deliver it again.
  const sigset_t signals = interrupting_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

int Interrupts::count() noexcept {
  signalfd_siginfo info;
  while (read(fd_.get(), &info, sizeof info) == sizeof info) ++count_;
  return count_;
}

TrialRecord run_trial(const Plan& plan, const TrialId& id, Interrupts& interrupts,
                      LiveBoard* onlookers) {
  const std::int64_t begun_ns = monotonic_ns();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw_errno("pipe2: hear from the trial supervisor");
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  Child supervisor = Child::start([&] {
    const UniqueFd answer_to(dup(writer.get()));
    writer.reset();
    write_all(answer_to.get(), to_json(supervise(plan, id, onlookers)));
    return 0;
  });
  writer.reset();
  const Answer answer =
      read_answer(reader.get(), supervisor, Deadline::in(supervisor_deadline_ns(plan)), interrupts);
  const auto end = supervisor.reap(Deadline::in(reap_patience_ns));
  const bool was_struck = id.with_faults && strikes_runner(plan) && answer.text.empty() &&
                          interrupts.count() == 0 && end && end->info.si_code != CLD_EXITED;
  if (was_struck) {
    const std::int64_t ended_ns =
        answer.supervisor_ended_ns != 0 ? answer.supervisor_ended_ns : monotonic_ns();
    return lost_with_supervisor(plan, id, begun_ns, ended_ns, await_orphans(ended_ns));
  }
  end_strays();
  try {
    return trial_record_from_json(answer.text);
  } catch (const std::exception&) {
    return without_answer(plan, id, answer, end, interrupts.count() > 0);
  }
}

}  // namespace bulkhead
