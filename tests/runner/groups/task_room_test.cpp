// How many workers this machine lets a user start, from made-up files of /proc and /sys.

#include "runner/groups/task_room.hpp"

#include <filesystem>
#include <fstream>

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
  void write(const std::string& file, const std::string& text) const {
    const std::filesystem::path path = root_ / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  [[nodiscard]] TaskRoom room() const {
    std::string root = root_ / "";
    root.pop_back();
    return read_task_room(root);
  }

 private:
  TemporaryFolder root_;
};

}  // namespace

TEST_CASE("a user's limit counts the user's own processes and threads", "[room]") {
  const TaskRoom room = Machine().room();
  REQUIRE(room.tasks.size() == 1);
  CHECK(room.tasks[0].most == 20);
  CHECK(room.tasks[0].used == 3);
  CHECK(room.descriptors == 64u);
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
  const TaskRoom room = machine.room();
  REQUIRE(room.tasks.size() == 2);
  CHECK(room.tasks[1].name == "/sys/fs/cgroup/a/pids.max");
  CHECK(room.tasks[1].left() == 5);
}

TEST_CASE("as many tasks as are left fit, and one more does not", "[room]") {
  const TaskRoom room{{{"ulimit -u", 20, 3}}, std::nullopt};
  CHECK(lack_of_room(room, 17, 17).empty());
  CHECK_THAT(lack_of_room(room, 18, 18), Contains("18 processes and threads at once") &&
                                             Contains("ulimit -u allows 17 more (20, of which 3"));
}

TEST_CASE("a supervisor needs a descriptor for each process", "[room]") {
  const TaskRoom room{{}, 64};
  CHECK(lack_of_room(room, 1000, 54).empty());
  CHECK_THAT(lack_of_room(room, 1000, 55), Contains("65 descriptors") && Contains("is 64"));
}

TEST_CASE("what cannot be read is no limit", "[room]") {
  const TemporaryFolder nothing;
  CHECK(lack_of_room(read_task_room(nothing / "none"), 65536, 65536).empty());
}
