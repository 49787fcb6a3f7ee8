#include "runner/measure/machine_load.hpp"
#include "runner/measure/task_counters.hpp"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "ipc/clock.hpp"
#include "ipc/futex.hpp"
#include "ipc/region.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/measure/cpus.hpp"
#include "runner/measure/hardware_counters.hpp"
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
  const TaskCounters mine = read_task_counters(getpid(), getpid(), AskMigrations::yes);
  REQUIRE(mine.minor_faults > 0);
  REQUIRE(read_task_counters(getpid(), 0, AskMigrations::no).minor_faults == 0);
}

TEST_CASE("who runs is ready and its CPU time grows, and who sleeps is not ready", "[proc]") {
  const CpuUse before = read_cpu_use(getpid(), gettid());
  CHECK(before.is_ready);
  const Deadline end = Deadline::in(60'000 * ms);
  CpuUse now = before;
  while (now.cpu_ns <= before.cpu_ns && !end.passed()) now = read_cpu_use(getpid(), gettid());
  CHECK(now.cpu_ns > before.cpu_ns);

  std::atomic<pid_t> sleeper{0};
  std::atomic<std::uint32_t> word{0};
  std::thread thread([&] {
    sleeper = gettid();
    while (word == 0) futex_wait(word, 0, end);
  });
  CpuUse asleep{.is_ready = true};
  while (asleep.is_ready && !end.passed()) {
    if (sleeper != 0) asleep = read_cpu_use(getpid(), sleeper);
  }
  CHECK_FALSE(asleep.is_ready);
  word = 1;
  futex_wake(word, wake_all);
  thread.join();
  CHECK(read_cpu_use(getpid(), 0).cpu_ns == 0);
}

TEST_CASE("a task that never moved has no migrations, where the kernel tells", "[proc]") {
  const auto asked = read_task_counters(getpid(), getpid(), AskMigrations::yes).migrations;
  const bool kernel_tells = access("/proc/self/sched", R_OK) == 0;
  CHECK(asked.has_value() == kernel_tells);
  CHECK_FALSE(read_task_counters(getpid(), getpid(), AskMigrations::no).migrations);
}

TEST_CASE("time in the kernel is told from time in the program", "[proc]") {
  const auto used_after = [](auto&& work) {
    const TaskCounters before = read_task_counters(getpid(), getpid(), AskMigrations::no);
    const Deadline end = Deadline::in(200 * ms);
    while (!end.passed()) work();
    const TaskCounters after = read_task_counters(getpid(), getpid(), AskMigrations::no);
    return std::pair(after.user_cpu_ns - before.user_cpu_ns,
                     after.kernel_cpu_ns - before.kernel_cpu_ns);
  };
  // The kernel fills megabytes and the program asks for them: short calls would be counted by whom
  // the tick of a timer finds.
  std::vector<char> buffer(std::size_t{1} << 20);
  const UniqueFd zeros(open("/dev/zero", O_RDONLY | O_CLOEXEC));
  REQUIRE(zeros.open());
  const auto [user_ns, kernel_ns] =
      used_after([&] { static_cast<void>(!read(zeros.get(), buffer.data(), buffer.size())); });
  CHECK(kernel_ns > user_ns);
  const auto [busy_ns, seldom_ns] = used_after([] {
    for (int step = 0; step < 100'000; ++step) asm volatile("" : "+r"(step));
  });
  CHECK(busy_ns > seldom_ns);
}

TEST_CASE("events of a task are counted from the making of the counters on", "[proc]") {
  constexpr CountedEvent faults{PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS};
  const pid_t self = getpid();
  const EventCounters counters({&faults, 1}, {&self, 1});
  const std::vector<std::uint64_t> before = counters.read();
  if (before.empty()) {
    WARN("this machine or user may not count events");
    return;
  }
  constexpr std::size_t pages = 100;
  const Region region(Sharing::copied, pages * page_bytes(), "test");
  for (std::size_t page = 0; page < pages; ++page)
    region.data()[page * page_bytes()] = std::byte{1};
  const std::uint64_t counted = counters.read().at(0) - before.at(0);
  CHECK(counted >= pages);
  CHECK(counted < 2 * pages);
}

TEST_CASE("a counter that the machine has not got is none, and no error", "[proc]") {
  const CountedEvent unknown{0xffff, 0};
  const pid_t self = getpid();
  CHECK(EventCounters({&unknown, 1}, {&self, 1}).read().empty());
  const bool available = hardware_counters_text() == "available";
  CHECK(HardwareCounters({&self, 1}).read().has_value() == available);
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
