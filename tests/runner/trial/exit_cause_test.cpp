#include "runner/trial/exit_cause.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

siginfo_t end_of(int code, int status) {
  siginfo_t info{};
  info.si_code = code;
  info.si_status = status;
  return info;
}

}  // namespace

TEST_CASE("exit code 0 after all work is a finish, before it a death", "[exit_cause]") {
  REQUIRE_FALSE(exit_cause(end_of(CLD_EXITED, 0), true, false).is_death());
  const ExitCause early = exit_cause(end_of(CLD_EXITED, 0), false, false);
  REQUIRE(early.is_death());
  REQUIRE(to_text(early) == "exit 0");
}

TEST_CASE("another exit code is a death even when all work was done", "[exit_cause]") {
  const ExitCause cause = exit_cause(end_of(CLD_EXITED, 3), true, false);
  REQUIRE(cause.is_death());
  REQUIRE(to_text(cause) == "exit 3");
}

TEST_CASE("SIGKILL is a death unless we sent it", "[exit_cause]") {
  REQUIRE(exit_cause(end_of(CLD_KILLED, SIGKILL), false, false).is_death());
  const ExitCause ours = exit_cause(end_of(CLD_KILLED, SIGKILL), false, true);
  REQUIRE_FALSE(ours.is_death());
  REQUIRE(to_text(ours) == "stopped by us");
}

TEST_CASE("a crash while we were killing stays a crash", "[exit_cause]") {
  REQUIRE(exit_cause(end_of(CLD_DUMPED, SIGSEGV), false, true).is_death());
}

TEST_CASE("signals are named, realtime ones too", "[exit_cause]") {
  REQUIRE(to_text(exit_cause(end_of(CLD_DUMPED, SIGSEGV), false, false)) == "SIGSEGV");
  REQUIRE(to_text(exit_cause(end_of(CLD_KILLED, SIGRTMIN + 3), false, false)) == "SIGRTMIN+3");
}
