// How much room there is on a machine, from made-up files of /proc and /sys.

#include "runner/groups/host_room.hpp"

#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

/// A user 1000 with three tasks beside user 0's ten, in the group /a/b of version 2.
class Machine {
 public:
  Machine() {
    write("proc/self/limits",
          "Limit                     Soft Limit           Hard Limit           Units     \n"
          "Max processes             20                   40                   processes \n"
          "Max open files            32                   64                   files     \n");
    write("proc/self/status", "Name:\tbulkhead\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000\n");
    write("proc/7/status", "Uid:\t1000\t1000\t1000\t1000\nThreads:\t3\n");
    write("proc/8/status", "Uid:\t0\t0\t0\t0\nThreads:\t10\n");
    write("proc/sys/status", "Uid:\t1000\t1000\t1000\t1000\nThreads:\t99\n");
    write("proc/self/mountinfo", "30 1 0:1 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    write("proc/self/cgroup", "0::/a/b\n");
  }
  void write(const std::string& file, const std::string& text) const { root_.file(file, text); }
  [[nodiscard]] HostRoom room() const { return read_host_room(root_ / "."); }

 private:
  TemporaryFolder root_;
};

}  // namespace

TEST_CASE("a user's limit counts the user's own processes and threads", "[room]") {
  const HostRoom room = Machine().room();
  REQUIRE(room.tasks.size() == 1);
  CHECK(room.tasks[0].most == 20);
  CHECK(room.tasks[0].used == 3);
}

TEST_CASE("a user's limit binds neither root nor who has the right to pass it", "[room]") {
  Machine machine;
  machine.write("proc/self/status", "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000001000000\n");
  CHECK(machine.room().tasks.empty());
  machine.write("proc/self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t0\n");
  CHECK(machine.room().tasks.empty());
}

TEST_CASE("the limits of a control group and of those above it hold", "[room]") {
  Machine machine;
  machine.write("sys/fs/cgroup/a/b/pids.max", "max\n");
  machine.write("sys/fs/cgroup/a/b/pids.current", "2\n");
  machine.write("sys/fs/cgroup/a/pids.max", "9\n");
  machine.write("sys/fs/cgroup/a/pids.current", "4\n");
  const HostRoom room = machine.room();
  REQUIRE(room.tasks.size() == 2);
  CHECK(room.tasks[1].name == "/sys/fs/cgroup/a/pids.max");
  CHECK(room.tasks[1].left() == 5);
}

TEST_CASE("as many tasks as are left fit, and one more does not", "[room]") {
  const HostRoom room{.tasks = {{"ulimit -u", 20, 3}}};
  CHECK(lack_of_tasks(room, 17, 17).empty());
  CHECK_THAT(lack_of_tasks(room, 18, 18), Contains("18 processes and threads at once") &&
                                              Contains("ulimit -u allows 17 more (20, of which 3"));
}

TEST_CASE("a supervisor needs a descriptor for each process", "[room]") {
  const HostRoom room{.descriptors = 64};
  CHECK(lack_of_tasks(room, 1000, 54).empty());
  CHECK_THAT(lack_of_tasks(room, 1000, 55), Contains("65 descriptors") && Contains("is 64"));
}

TEST_CASE("the memory is the machine's, or the control group's where that has less", "[room]") {
  Machine machine;
  CHECK_FALSE(machine.room().memory_bytes);
  machine.write("proc/meminfo", "MemTotal:        4096 kB\nMemFree:         1 kB\n");
  CHECK(machine.room().memory_bytes == 4'194'304u);
  CHECK(machine.room().memory_owner == "this machine");
  machine.write("sys/fs/cgroup/a/b/memory.max", "max\n");
  CHECK(machine.room().memory_bytes == 4'194'304u);
  machine.write("sys/fs/cgroup/a/memory.max", "2097152\n");
  CHECK(machine.room().memory_bytes == 2'097'152u);
  CHECK(machine.room().memory_owner == "the control group /sys/fs/cgroup/a");
}

TEST_CASE("a container of version 1 sees its own memory at the root", "[room]") {
  Machine machine;
  machine.write("proc/self/mountinfo",
                "30 1 0:1 /docker/12 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  machine.write("proc/self/cgroup", "4:memory:/docker/12\n3:cpu:/\n");
  machine.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1048576\n");
  CHECK(machine.room().memory_bytes == 1'048'576u);
}

TEST_CASE("as much memory as there is fits, and more does not", "[room]") {
  const HostRoom room{.memory_bytes = std::uint64_t{1} << 30, .memory_owner = "this machine"};
  CHECK(lack_of_memory(room, std::uint64_t{512} << 20, 2).empty());
  CHECK_THAT(lack_of_memory(room, std::uint64_t{512} << 20, 3),
             Contains("3 workers with 512 MiB each need 1536 MiB, and this machine has 1024"));
}

TEST_CASE("what cannot be read is no limit", "[room]") {
  const TemporaryFolder nothing;
  const HostRoom room = read_host_room(nothing / "none");
  CHECK(room.tasks.empty());
  CHECK(lack_of_memory(room, std::uint64_t{1} << 50, 65536).empty());
}
