// What a dying worker says, and what is made of it.

#include <csignal>

#include "runner/measure/symbols.hpp"
#include "runner/trial/crash_record.hpp"
#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;
using Catch::Contains;

namespace {

CrashFacts facts_of(int number, int code, std::uint64_t address = 0, std::uint64_t error = 0) {
  CrashFacts facts;
  facts.worker = 1;
  facts.number = number;
  facts.code = code;
  facts.address = address;
  facts.error = error;
  return facts;
}

constexpr std::uint64_t by_write = 2;
constexpr std::uint64_t by_user = 4;

std::optional<CrashRecord> crash_of(std::string_view fault, const std::string& mode) {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = 200'000'000;
  arm(plan, fault, 1, {.kind = TriggerKind::operation, .operation = 100});
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, true, 1}, interrupts);
  CAPTURE(fault, mode, trial.reason, trial.error_output);
  REQUIRE(trial.deaths.size() == 1);
  return trial.deaths.front().crash;
}

}  // namespace

TEST_CASE("a page fault is told by its access, its address and why it was refused", "[trial]") {
  CHECK(crash_text(facts_of(SIGSEGV, SEGV_MAPERR, 0, by_user | by_write), {}) ==
        "store to 0x0, a null pointer, not mapped");
  CHECK(crash_text(facts_of(SIGSEGV, SEGV_ACCERR, 0x70000, by_user), {}) ==
        "load to 0x70000, not allowed");
  CHECK(crash_text(facts_of(SIGSEGV, SI_KERNEL), {}) == "no address that a page can have");
  CHECK(crash_text(facts_of(SIGFPE, FPE_INTDIV), {}) == "integer division by zero");
  CHECK(crash_text(facts_of(SIGABRT, SI_TKILL), {}) == "raised by itself");
  CHECK(crash_text(facts_of(SIGSEGV, SI_USER), {}) == "sent by a process");
}

TEST_CASE("an address in the shared state is named so", "[trial]") {
  std::byte arena[64];
  const auto inside = reinterpret_cast<std::uintptr_t>(&arena[8]);
  CHECK_THAT(crash_text(facts_of(SIGBUS, BUS_ADRERR, inside), arena), Contains("the shared state"));
  CHECK_THAT(crash_text(facts_of(SIGBUS, BUS_ADRERR, inside + 64), arena),
             !Contains("the shared state"));
}

TEST_CASE("of a report only as much is believed as it can hold", "[trial]") {
  CrashReport report;
  CHECK_FALSE(read_crash_report(report, 0, SIGSEGV));
  report.number = SIGSEGV;
  report.depth = 4'000'000'000;
  report.frames.fill(1);
  CHECK_FALSE(read_crash_report(report, 0, SIGBUS));
  REQUIRE(read_crash_report(report, 0, SIGSEGV));
  CHECK(read_crash_report(report, 0, SIGSEGV)->frames.size() == CrashReport::most_frames);
  for (const std::uint64_t address : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    CHECK_THAT(symbol_text(address), Catch::StartsWith("0x"));
  }
}

// no_tsan, no_asan: sanitizers have handlers of their own.
TEST_CASE("a crash says what it was and in which function, in every mode",
          "[trial][fork][no_tsan][no_asan]") {
  for (const std::string mode : {"thread", "process", "2x2"}) {
    const auto crash = crash_of("segv-null", mode);
    CAPTURE(mode);
    REQUIRE(crash);
    CHECK(crash->worker == 1);
    CHECK_THAT(crash->what, Contains("to 0x0, a null pointer, not mapped"));
    REQUIRE(crash->stack.size() > 2);
    CHECK_THAT(crash->stack[0], !Contains("_fault::"));
    CHECK_THAT(crash->stack[1], Contains("Strikes::strike") || Contains("strike"));
  }
}

TEST_CASE("a crash of every kind still ends as it did without anybody listening",
          "[trial][fork][no_tsan][no_asan]") {
  for (const auto& [fault, what] :
       std::vector<std::pair<std::string, std::string>>{{"stack-overflow", "the end of its stack"},
                                                        {"segv-exec", "not allowed"},
                                                        {"bus-truncated", "no memory behind it"},
                                                        {"fpe-int", "integer division by zero"},
                                                        {"abort", "raised by itself"},
                                                        {"crash-in-handler", ""}}) {
    const auto crash = crash_of(fault, "process");
    CAPTURE(fault);
    CHECK(crash.has_value() == !what.empty());  // Whose handler is another says nothing to us.
    if (crash) CHECK_THAT(crash->what, Contains(what));
  }
}

TEST_CASE("who is killed from outside says nothing", "[trial][fork]") {
  CHECK_FALSE(crash_of("kill-9", "process"));
}
