#include "runner/measure/machine_load.hpp"
#include "runner/measure/task_counters.hpp"

#include <unistd.h>

#include <algorithm>

#include "runner/measure/cpus.hpp"
#include "tests/catch.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

constexpr MachineScale two_cpus{2, 10 * ms};

MachineLoad load(std::int64_t at_ns, std::uint64_t busy, std::uint64_t steal,
                 std::int64_t ours_ns) {
  return {at_ns, busy, steal, ours_ns, {}};
}

}  // namespace

TEST_CASE("a window in which only we were busy is not disturbed", "[disturbance]") {
  // 1 s on two CPUs: 200 ticks, all ours.
  const Disturbance d =
      disturbance_between(load(0, 0, 0, 0), load(1000 * ms, 200, 0, 2000 * ms), two_cpus);
  REQUIRE(d.others_share == Approx(0));
  REQUIRE_FALSE(d.over_limit);
}

TEST_CASE("a neighbour that takes a tenth of the machine is over the limit", "[disturbance]") {
  const Disturbance d =
      disturbance_between(load(0, 0, 0, 0), load(1000 * ms, 120, 0, 1000 * ms), two_cpus);
  REQUIRE(d.others_share == Approx(0.10));
  REQUIRE(d.over_limit);
}

TEST_CASE("what the coarse ticks explain is no disturbance", "[disturbance]") {
  // 100 ms: one tick of 10 ms a CPU may be wrong, a tenth of the window.
  const Disturbance d =
      disturbance_between(load(0, 0, 0, 0), load(100 * ms, 12, 0, 100 * ms), two_cpus);
  REQUIRE(d.others_share == Approx(0.10));
  REQUIRE_FALSE(d.over_limit);
}

TEST_CASE("stolen time counts as a disturbance of its own", "[disturbance]") {
  const Disturbance d =
      disturbance_between(load(0, 0, 0, 0), load(1000 * ms, 100, 20, 1000 * ms), two_cpus);
  REQUIRE(d.steal_share == Approx(0.10));
  REQUIRE(d.over_limit);
}

TEST_CASE("a CPU that changed its frequency by a fifth is a disturbance", "[disturbance]") {
  MachineLoad before = load(0, 0, 0, 0), after = load(1000 * ms, 0, 0, 0);
  before.frequency_mhz = {1000, 2000};
  after.frequency_mhz = {1010, 1600};
  const Disturbance d = disturbance_between(before, after, two_cpus);
  REQUIRE(d.frequency_drift == Approx(0.2));
  REQUIRE(d.over_limit);
}

TEST_CASE("a window without length says nothing and divides by nothing", "[disturbance]") {
  const Disturbance d = disturbance_between(load(5, 0, 0, 0), load(5, 10, 0, 0), two_cpus);
  REQUIRE(d.others_share == 0);
  REQUIRE_FALSE(d.over_limit);
}

TEST_CASE("busy time is all but idle, waiting and stolen time", "[disturbance]") {
  MachineLoad parsed;
  parse_cpu_line("cpu  10 20 30 1000 500 3 4 7 9 9\ncpu0 1 2 3", parsed);
  REQUIRE(parsed.busy_ticks == 67);
  REQUIRE(parsed.steal_ticks == 7);
}

TEST_CASE("a key of /proc is found at the start of a line only", "[proc]") {
  const std::string status =
      "nonvoluntary_ctxt_switches:\t5\nvoluntary_ctxt_switches:\t7\nVmPTE:\t     44 kB\n";
  REQUIRE(number_after(status, "voluntary_ctxt_switches") == 7);
  REQUIRE(number_after(status, "nonvoluntary_ctxt_switches") == 5);
  REQUIRE(number_after(status, "VmPTE") == 44);
  REQUIRE_FALSE(number_after(status, "VmSwap"));
}

TEST_CASE("a task's counters are read while it lives and are zero when it is not there", "[proc]") {
  const TaskCounters mine = read_task_counters(getpid(), getpid());
  REQUIRE(mine.minor_faults > 0);
  REQUIRE(read_task_counters(getpid(), 0).minor_faults == 0);
}

TEST_CASE("a process has used CPU time, and one that does not exist has none", "[proc]") {
  REQUIRE(process_cpu_ns(getpid()).value_or(0) > 0);
  REQUIRE_FALSE(process_cpu_ns(0x7ffffff0));
}

TEST_CASE("a process has memory of its own and shares some", "[proc]") {
  MemoryRecord memory;
  add_process_memory(getpid(), memory);
  REQUIRE(memory.uss_bytes > 0);
  REQUIRE(memory.pss_bytes >= memory.uss_bytes);
  REQUIRE(memory.rss_bytes >= memory.pss_bytes);
  REQUIRE(memory.page_table_bytes > 0);
}

TEST_CASE("there is a CPU to run on, and each is named once", "[cpus]") {
  std::vector<int> cpus = usable_cpus();
  REQUIRE_FALSE(cpus.empty());
  std::sort(cpus.begin(), cpus.end());
  REQUIRE(std::adjacent_find(cpus.begin(), cpus.end()) == cpus.end());
}

TEST_CASE("the first CPU of a list is read, and none from text that is no list", "[cpus]") {
  REQUIRE(first_of_cpu_list("3,7\n") == 3);
  REQUIRE(first_of_cpu_list("10-11\n") == 10);
  REQUIRE(first_of_cpu_list("") == -1);
}
