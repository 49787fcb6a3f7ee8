#include "runner/options/fault_text.hpp"

#include <set>
#include "runner/faults/fault.hpp"

#include "tests/catch.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

const WorkloadEntry* workload(std::string_view name) {
  const WorkloadEntry* entry = WorkloadRegistry::find(name);
  REQUIRE(entry != nullptr);
  return entry;
}

FaultSurroundings in_bank() {
  return {workload("bank"), 4, 200 * ms};
}

FaultPlan fault_of(std::string_view text, const FaultSurroundings& surroundings = in_bank()) {
  Mistakes mistakes;
  const auto faults = read_fault(text, "--fault", surroundings, mistakes);
  for (const Mistake& mistake : mistakes) FAIL(mistake.what);
  REQUIRE(faults.size() == 1);
  return faults.front();
}

std::vector<std::string> wrong_fault(std::string_view text,
                                     const FaultSurroundings& surroundings = in_bank()) {
  Mistakes mistakes;
  CHECK(read_fault(text, "--fault", surroundings, mistakes).empty());
  std::vector<std::string> texts;
  for (const Mistake& mistake : mistakes) texts.push_back(mistake.what);
  return texts;
}

}  // namespace

TEST_CASE("a fault is a name, a worker and a trigger", "[options][fault]") {
  const FaultPlan fault = fault_of("segv-null@2:op=1000");
  CHECK(fault.entry == FaultRegistry::find("segv-null"));
  CHECK(fault.text == "segv-null@2:op=1000");
  CHECK(fault.worker == 2);
  CHECK(fault.trigger.kind == TriggerKind::operation);
  CHECK(fault.trigger.operation == 1000);
}

TEST_CASE("a fault without a worker strikes worker 1, or the only one", "[options][fault]") {
  CHECK(fault_of("abort").worker == 1);
  CHECK(fault_of("abort", {workload("bank"), 1, 200 * ms}).worker == 0);
}

TEST_CASE("a fault without a trigger strikes 50 ms into the window or in its first quarter",
          "[options][fault]") {
  CHECK(fault_of("abort").trigger.kind == TriggerKind::moment);
  CHECK(fault_of("abort").trigger.after_ns == 50 * ms);
  CHECK(fault_of("abort", {workload("bank"), 4, 40 * ms}).trigger.after_ns == 10 * ms);
  CHECK(fault_of("abort", {workload("bank"), 4, std::nullopt}).trigger.after_ns == 50 * ms);
}

TEST_CASE("a moment is in milliseconds unless it has a unit", "[options][fault]") {
  CHECK(fault_of("abort:ms=20").trigger.after_ns == 20 * ms);
  CHECK(fault_of("abort:ms=1.5").trigger.after_ns == ms * 3 / 2);
  CHECK(fault_of("abort:ms=500us").trigger.after_ns == ms / 2);
  CHECK(fault_of("abort:ms=0").trigger.after_ns == 0);
}

TEST_CASE("a fault can strike inside the critical section", "[options][fault]") {
  CHECK(fault_of("kill-9@0:in-lock").trigger.kind == TriggerKind::in_section);
  CHECK(fault_of("kill-9@0:in-lock").trigger.after_ns == 0);
  CHECK(fault_of("kill-9@0:in-lock=30").trigger.after_ns == 30 * ms);
}

TEST_CASE("an unknown fault is answered with the nearest one", "[options][fault]") {
  REQUIRE(wrong_fault("sevg-null").size() == 1);
  CHECK_THAT(wrong_fault("sevg-null")[0], Catch::StartsWith("'sevg-null' is no fault") &&
                                              Catch::Contains("did you mean 'segv-null'?"));
  CHECK_THAT(wrong_fault("")[0], Catch::Contains("'' is no fault"));
}

TEST_CASE("a fault at a worker that does not exist is refused", "[options][fault]") {
  CHECK(wrong_fault("abort@4")[0] ==
        "'abort@4': there is no worker 4: 4 of them count from 0 to 3");
  CHECK(wrong_fault("abort@")[0] ==
        "'abort@': the worker '' is empty; a whole number is needed, such as 8 or 1e6; or write "
        "any, all, leader, holder, waiter or runner");
  CHECK(wrong_fault("abort@-1")[0] ==
        "'abort@-1': the worker '-1' is negative; or write any, all, leader, holder, waiter or "
        "runner");
  CHECK_FALSE(fault_of("abort@3").worker == 0);
}

TEST_CASE("a trigger that is none is refused", "[options][fault]") {
  CHECK_THAT(wrong_fault("abort:")[0], Catch::StartsWith("'abort:': '' is no trigger: op=N, ms=T"));
  CHECK(wrong_fault("abort:op")[0] == "'abort:op': op needs a number");
  CHECK(wrong_fault("abort:at-exit=3")[0] == "'abort:at-exit=3': at-exit takes no value");
  CHECK_THAT(wrong_fault("abort:in-lok")[0], Catch::EndsWith("; did you mean 'in-lock'?"));
  CHECK(wrong_fault("abort:step=0")[0] ==
        "'abort:step=0': the step '0' is out of range: 1 to 1000000");
  CHECK(wrong_fault("abort:p=1.5")[0] ==
        "'abort:p=1.5': the probability '1.5' is none: above 0, up to 1, such as 0.001");
  CHECK(wrong_fault("abort:op=x")[0] ==
        "'abort:op=x': the operation 'x' is not a whole number, such as 8 or 1e6");
  CHECK(wrong_fault("abort:ms=soon")[0] ==
        "'abort:ms=soon': the time 'soon' is not a duration, such as 200ms or 2s");
}

TEST_CASE("a fault that would strike after the window is refused", "[options][fault]") {
  CHECK(wrong_fault("abort:ms=200")[0] ==
        "'abort:ms=200': would strike 200 ms after the window opens, which lasts 200 ms");
  CHECK(fault_of("abort:ms=199").trigger.after_ns == 199 * ms);
  CHECK(fault_of("abort:ms=500", {workload("bank"), 4, std::nullopt}).trigger.after_ns == 500 * ms);
}

TEST_CASE("nothing strikes in a critical section that is not there", "[options][fault]") {
  const FaultSurroundings in_spin{workload("spin"), 4, 200 * ms};
  CHECK(wrong_fault("abort:in-lock", in_spin)[0] ==
        "'abort:in-lock': spin has no critical section to strike in");
  CHECK(wrong_fault("torn-update", in_spin)[0] ==
        "'torn-update' means nothing in spin, which has no critical section");
  CHECK(fault_of("torn-update").entry != nullptr);
  CHECK(fault_of("abort", in_spin).entry != nullptr);
}

TEST_CASE("all mistakes of a fault are found", "[options][fault]") {
  CHECK(wrong_fault("nope@9:xx=1").size() == 3);
}

TEST_CASE("a fault can strike all workers, or one that the seed chooses", "[options][fault]") {
  Mistakes mistakes;
  const auto all = read_fault("abort@all:op=5", "--fault", in_bank(), mistakes);
  REQUIRE(all.size() == 4);
  for (std::uint32_t worker = 0; worker < 4; ++worker) CHECK(all[worker].worker == worker);
  FaultSurroundings seeded = in_bank();
  std::set<std::uint32_t> chosen;
  for (seeded.seed = 0; seeded.seed < 100; ++seeded.seed) {
    CHECK(fault_of("abort@any", seeded).worker == fault_of("abort@any", seeded).worker);
    chosen.insert(fault_of("abort@any", seeded).worker);
  }
  CHECK(chosen == std::set<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("a fault can strike whoever holds the lock or waits for it", "[options][fault]") {
  CHECK(fault_of("abort@holder").target == FaultTarget::holder);
  CHECK(fault_of("abort@holder:in-lock=20").target == FaultTarget::holder);
  CHECK(fault_of("abort@waiter:lock-wait").target == FaultTarget::waiter);
  CHECK(fault_of("abort@2").target == FaultTarget::worker);
  CHECK_THAT(wrong_fault("abort@holdr")[0], Catch::EndsWith("did you mean 'holder'?"));
}

TEST_CASE("the leader is a main thread in every mode", "[options][fault]") {
  CHECK(fault_of("abort@leader").worker == 0);
  CHECK(fault_of("abort@runner").target == FaultTarget::runner);
  CHECK(fault_of("abort@leader").target == FaultTarget::worker);
}

TEST_CASE("what each part allows and the whole does not is refused", "[options][fault]") {
  CHECK(wrong_fault("abort@runner:op=4")[0] ==
        "'abort@runner:op=4': the runner has no operations: strike it at ms=T, not at op");
  CHECK(wrong_fault("spin@runner")[0] ==
        "'spin@runner': the runner can be struck by a crash or by kill-9, not by spin");
  CHECK(wrong_fault("abort@holder:op=4")[0] ==
        "'abort@holder:op=4': who is the holder is known at a moment only: ms=T or in-lock, not "
        "op");
  CHECK(wrong_fault("abort@holder:lock-wait")[0] ==
        "'abort@holder:lock-wait': the holder does not wait for the lock");
  CHECK(wrong_fault("torn-update:at-exit")[0] ==
        "'torn-update:at-exit': torn-update happens inside a critical section, and at at-exit "
        "there is none");
  const FaultSurroundings in_spin{workload("spin"), 4, 200 * ms};
  CHECK(wrong_fault("abort@waiter", in_spin)[0] ==
        "'abort@waiter': spin has no lock to be the waiter of");
}

TEST_CASE("a fault for two workers needs two who are known and come to one moment",
          "[options][fault]") {
  CHECK(fault_of("lost-update@3:op=7").worker == 3);
  CHECK(fault_of("aba@leader:before-gate").worker == 0);
  CHECK(fault_of("torn-read@any").worker < 4);
  CHECK(wrong_fault("aba", {workload("bank"), 1, 200 * ms})[0] ==
        "aba takes two workers, and there is one");
  for (const std::string who : {"all", "holder", "waiter"}) {
    CHECK(wrong_fault("aba@" + who)[0] ==
          "'aba@" + who +
              "': aba takes a worker and the next one: write a number, any or leader, not " + who);
  }
  for (const std::string at :
       {"in-lock", "step=2", "repair-step=1", "lock-wait", "p=0.5", "on-restart"}) {
    CHECK_THAT(wrong_fault("livelock:" + at)[0],
               Catch::Contains("livelock takes two workers at once, and at ") &&
                   Catch::Contains("they do not meet: write ms=T or op=N"));
  }
}

TEST_CASE("every trigger that is listed can be written", "[options][fault]") {
  CHECK(trigger_helps().size() == 11);
  CHECK(fault_of("abort:step=3").trigger.step == 3);
  CHECK(fault_of("abort:step=3").trigger.kind == TriggerKind::in_section);
  CHECK(fault_of("abort:repair-step=2").trigger.kind == TriggerKind::repair_step);
  CHECK(fault_of("abort:lock-wait").trigger.kind == TriggerKind::lock_wait);
  CHECK(fault_of("abort:p=0.25").trigger.probability == 0.25);
  CHECK(fault_of("abort:in-startup").trigger.kind == TriggerKind::startup);
  CHECK(fault_of("abort:before-gate").trigger.kind == TriggerKind::before_gate);
  CHECK(fault_of("abort:on-restart").trigger.kind == TriggerKind::on_restart);
  CHECK(fault_of("abort:at-exit").trigger.kind == TriggerKind::at_exit);
}

TEST_CASE("a fault refuses settings that it does not have", "[options][fault]") {
  CHECK(wrong_fault("abort:op=1,size=4")[0] == "'abort:op=1,size=4': abort takes no 'size'");
}
