#include "runner/groups/trial_groups.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "ipc/system_error.hpp"
#include "runner/groups/guard.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t guard_start_patience_ns = 5 * ns_per_second;

/// Of a process number alone it would not be: two containers may share a hierarchy.
std::string name_of_trial() {
  return "bulkhead-" + std::to_string(getpid()) + "-" + std::to_string(monotonic_ns());
}

void wait_until_ready(int fd) {
  pollfd readable{fd, POLLIN, 0};
  const timespec timeout = Deadline{guard_start_patience_ns}.as_timespec();
  char ready = 0;
  if (ppoll(&readable, 1, &timeout, nullptr) == 1 && read(fd, &ready, 1) == 1) return;
  throw_error(ETIMEDOUT, "poll: hear from the guard of the control groups");
}

}  // namespace

TrialGroups::TrialGroups(const std::vector<Hierarchy>& wanted, Deadline trial_end) {
  for (const Hierarchy hierarchy : wanted) {
    if (hierarchy == Hierarchy::none || find(hierarchy) != nullptr) continue;
    const GroupPlace place = find_place(hierarchy);
    if (!place.obstacle.empty()) continue;
    groups_.emplace_back(hierarchy, place.directory + "/" + name_of_trial());
  }
  if (groups_.empty()) return;
  lasting_file_ = UniqueFd(memfd_create("bulkhead-lasting", MFD_CLOEXEC));
  if (!lasting_file_.open()) throw_errno("memfd_create: keep what a fault leaks");
  start_guard(trial_end);
  try {
    for (const ControlGroup& group : groups_) group.make();
  } catch (const std::system_error&) {
    end();
    throw;
  }
}

/// Before there is anything to guard: a supervisor that is killed in between leaves nothing.
void TrialGroups::start_guard(Deadline trial_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw_errno("pipe2: hear from the guard of the control groups");
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const UniqueFd self(pidfd_open(getpid(), 0));
  if (!self.open()) throw_errno("pidfd_open: have ourselves watched");
  const Deadline gone{trial_end.at_ns + end_patience_ns};
  guard_ = Child::start([&] { return guard_main(groups_, self.get(), writer.get(), gone); });
  writer.reset();
  wait_until_ready(reader.get());
}

void TrialGroups::enter() const {
  for (const ControlGroup& group : groups_) group.enter();
}

const ControlGroup* TrialGroups::find(Hierarchy hierarchy) const noexcept {
  for (const ControlGroup& group : groups_) {
    if (group.hierarchy() == hierarchy) return &group;
  }
  return nullptr;
}

std::uint64_t TrialGroups::out_of_memory_kills() const {
  const ControlGroup* group = find(Hierarchy::memory);
  return group == nullptr ? 0 : group->out_of_memory_kills();
}

void TrialGroups::empty_lasting_file() const noexcept {
  if (lasting_file_.open() && ftruncate(lasting_file_.get(), 0) != 0) {
    // It goes with its last descriptor.
  }
}

void TrialGroups::thaw() const {
  for (const ControlGroup& group : groups_) group.thaw();
}

void TrialGroups::end() noexcept {
  empty_lasting_file();
  const Deadline deadline = Deadline::in(end_patience_ns);
  for (const ControlGroup& group : groups_) {
    if (group.clear_away(deadline)) continue;
    std::fprintf(stderr, "bulkhead: the control group %s could not be removed\n",
                 group.directory().c_str());
  }
  groups_.clear();
  guard_ = Child();  // Kills and reaps it.
}

}  // namespace bulkhead
