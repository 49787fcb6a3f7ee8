#include "runner/groups/guard.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>

#include "runner/groups/trial_groups.hpp"

namespace bulkhead {
namespace {

constexpr int kept_fd = STDERR_FILENO + 1;

/// Keeps one descriptor, as number `kept_fd`; the streams lead nowhere, lest what is opened next
/// takes their numbers and somebody prints into it.
void drop_descriptors_but(int fd) {
  if (fd != kept_fd) dup2(fd, kept_fd);
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
  closefrom(kept_fd + 1);
}

void wait_for_end(int pidfd, Deadline deadline) {
  pollfd readable{pidfd, POLLIN, 0};
  for (;;) {
    const std::int64_t left_ns = deadline.left_ns();
    const timespec timeout = Deadline{left_ns}.as_timespec();
    if (ppoll(&readable, 1, &timeout, nullptr) > 0 || left_ns == 0) return;
  }
}

}  // namespace

int guard_main(const std::vector<ControlGroup>& groups, int watched_pidfd, int ready_fd,
               Deadline watched_end) {
  setsid();
  prctl(PR_SET_NAME, guard_name.data());
  // Every child of a trial dies with its parent, but not the one that cleans up after it. If that
  // has happened already, there are no groups yet.
  prctl(PR_SET_PDEATHSIG, 0);
  const char ready = 1;
  if (write(ready_fd, &ready, 1) != 1) return 1;
  drop_descriptors_but(watched_pidfd);
  wait_for_end(kept_fd, watched_end);
  const Deadline deadline = Deadline::in(TrialGroups::end_patience_ns);
  int left = 0;
  for (const ControlGroup& group : groups) left += group.clear_away(deadline) ? 0 : 1;
  return left;
}

}  // namespace bulkhead
