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
  REQUIRE_FALSE(exit_cause(end_of(CLD_EXITED, 0), true, OurKill::none).is_death());
  const ExitCause early = exit_cause(end_of(CLD_EXITED, 0), false, OurKill::none);
  REQUIRE(early.is_death());
  REQUIRE(to_text(early) == "exit 0");
}

TEST_CASE("another exit code is a death even when all work was done", "[exit_cause]") {
  const ExitCause cause = exit_cause(end_of(CLD_EXITED, 3), true, OurKill::none);
  REQUIRE(cause.is_death());
  REQUIRE(to_text(cause) == "exit 3");
}

TEST_CASE("SIGKILL is a death unless we sent it", "[exit_cause]") {
  REQUIRE(exit_cause(end_of(CLD_KILLED, SIGKILL), false, OurKill::none).is_death());
  const ExitCause ours = exit_cause(end_of(CLD_KILLED, SIGKILL), false, OurKill::trial_over);
  REQUIRE_FALSE(ours.is_death());
  REQUIRE(to_text(ours) == "stopped by us");
}

TEST_CASE("a crash while we were killing stays a crash", "[exit_cause]") {
  REQUIRE(exit_cause(end_of(CLD_DUMPED, SIGSEGV), false, OurKill::stall).is_death());
}

TEST_CASE("signals are named, realtime ones too", "[exit_cause]") {
  REQUIRE(to_text(exit_cause(end_of(CLD_DUMPED, SIGSEGV), false, OurKill::none)) == "SIGSEGV");
  REQUIRE(to_text(exit_cause(end_of(CLD_KILLED, SIGRTMIN + 3), false, OurKill::none)) ==
          "SIGRTMIN+3");
}

TEST_CASE("a SIGKILL for want of memory is named so", "[exit_cause]") {
  ExitCause cause = exit_cause(end_of(CLD_KILLED, SIGKILL), false, OurKill::none);
  REQUIRE(to_text(cause) == "SIGKILL");
  cause.out_of_memory = true;
  REQUIRE(to_text(cause) == "SIGKILL (out of memory)");
}

TEST_CASE("a kill for a stall is a death, one for a recovery is not", "[exit_cause]") {
  const ExitCause stall = exit_cause(end_of(CLD_KILLED, SIGKILL), false, OurKill::stall);
  REQUIRE(stall.is_death());
  REQUIRE(to_text(stall) == "stall");
  const ExitCause recovery = exit_cause(end_of(CLD_KILLED, SIGKILL), false, OurKill::recovery);
  REQUIRE_FALSE(recovery.is_death());
  REQUIRE(to_text(recovery) == "recovery");
}
