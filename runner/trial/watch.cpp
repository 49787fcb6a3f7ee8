#include "runner/trial/watch.hpp"

#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ipc/system_error.hpp"

namespace bulkhead {

Watch::Watch() : notice_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!notice_.open()) throw_errno("eventfd: hear from workers");
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_SETMASK, &stop, nullptr);
  signals_ = UniqueFd(signalfd(-1, &stop, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!signals_.open()) throw_errno("signalfd: hear that the trial shall end");
}

void Watch::sleep(std::int64_t at_most_ns, const Compartments& compartments) {
  fds_.clear();
  fds_.push_back({signals_.get(), POLLIN, 0});
  fds_.push_back({notice_.get(), POLLIN, 0});
  compartments.add_pollfds(fds_);
  if (const std::int64_t due_ns = compartments.next_due_ns(); due_ns != 0) {
    at_most_ns = std::min(at_most_ns, Deadline{due_ns}.left_ns());
  }
  const timespec timeout = Deadline{at_most_ns}.as_timespec();
  if (ppoll(fds_.data(), fds_.size(), &timeout, nullptr) <= 0) return;
  if (fds_[0].revents != 0) {
    signalfd_siginfo ignored;
    while (read(signals_.get(), &ignored, sizeof ignored) > 0) interrupted_ = true;
  }
  if (fds_[1].revents != 0) {
    std::uint64_t ignored = 0;
    static_cast<void>(!read(notice_.get(), &ignored, sizeof ignored));
  }
}

Wake Watch::until_gone(Deadline deadline, Compartments& compartments) {
  while (compartments.alive_count() != 0) {
    const std::int64_t left_ns = deadline.left_ns();
    if (left_ns == 0) return Wake::deadline;
    sleep(std::min(left_ns, look_again_ns), compartments);
    compartments.tend();
  }
  return Wake::nobody_left;
}

}  // namespace bulkhead
