#include "runner/measure/process_state.hpp"

#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>

#include "ipc/heartbeat.hpp"
#include "runner/trial/child.hpp"
#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// What it is when it has stopped itself once more.
ProcessState at_stop(const Child& child) {
  siginfo_t info{};
  REQUIRE(waitid(P_PID, static_cast<id_t>(child.pid()), &info, WSTOPPED) == 0);
  return read_process_state(child.pid(), child.pid());
}

}  // namespace

TEST_CASE("what a process changed of itself is named", "[measure][fork]") {
  const Child child = Child::start([] {
    raise(SIGSTOP);
    umask(umask(0) ^ 022);
    std::signal(SIGUSR1, [](int) {});
    raise(SIGSTOP);
    return 0;
  });
  const ProcessState before = at_stop(child);
  child.signal(SIGCONT);
  REQUIRE(changed_attributes(before, at_stop(child)) == "umask, caught signals");
}

TEST_CASE("that a worker's waits are interrupted is no change", "[measure][fork]") {
  const Child child = Child::start([] {
    raise(SIGSTOP);
    const Heartbeat heartbeat;
    raise(SIGSTOP);
    return 0;
  });
  const ProcessState before = at_stop(child);
  child.signal(SIGCONT);
  const ProcessState after = at_stop(child);
  REQUIRE(after.attributes.size() == 6);
  REQUIRE(changed_attributes(before, after).empty());
}
