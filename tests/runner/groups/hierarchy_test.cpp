// Where a control group can be made, by what the kernel says of mounts and memberships.

#include "runner/groups/hierarchy.hpp"

#include <unistd.h>

#include "runner/faults/fault.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"

using namespace bulkhead;
using Catch::Matchers::Contains;

namespace {

constexpr std::string_view both_versions =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

constexpr std::string_view in_slices =
    "5:memory:/user/17\n"
    "3:cpu,cpuacct:/\n"
    "0::/user.slice\n";

}  // namespace

TEST_CASE("a control group is made below the group that the process is in", "[groups]") {
  CHECK(find_place(Hierarchy::memory, both_versions, in_slices).directory ==
        "/sys/fs/cgroup/memory/user/17");
  CHECK(find_place(Hierarchy::cpu, both_versions, in_slices).directory ==
        "/sys/fs/cgroup/cpu,cpuacct");
  CHECK(find_place(Hierarchy::unified, both_versions, in_slices).directory ==
        "/sys/fs/cgroup/unified/user.slice");
}

TEST_CASE("a container's own group is found at the mount point", "[groups]") {
  constexpr std::string_view mount =
      "35 31 0:32 /docker/4f /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory\n";
  const auto directory = [&](std::string_view membership) {
    return find_place(Hierarchy::memory, mount, membership).directory;
  };
  CHECK(directory("5:memory:/docker/4f\n") == "/sys/fs/cgroup/memory");
  CHECK(directory("5:memory:/docker/4f/inner\n") == "/sys/fs/cgroup/memory/inner");
}

TEST_CASE("a group that lies outside of what is mounted is refused with the reason", "[groups]") {
  constexpr std::string_view mount =
      "35 31 0:32 /docker/4f /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory\n";
  for (const std::string_view membership :
       {"5:memory:/docker/4fa\n", "5:memory:/elsewhere\n", "5:memory:/../4f\n"}) {
    const GroupPlace place = find_place(Hierarchy::memory, mount, membership);
    CHECK(place.directory == "");
    CHECK_THAT(place.obstacle, Contains("not to be seen"));
  }
}

TEST_CASE("a hierarchy that is not there is refused by its name", "[groups]") {
  const std::string_view only_unified = both_versions.substr(both_versions.rfind("41 "));
  CHECK(find_place(Hierarchy::unified, only_unified, "0::/\n").obstacle == "");
  CHECK(find_place(Hierarchy::pids, only_unified, "0::/\n").obstacle ==
        "there is no version-1 hierarchy of control groups for 'pids'");
  CHECK(find_place(Hierarchy::unified, "", "").obstacle ==
        "control groups of version 2 are not mounted");
}

TEST_CASE("a user without the right gets the reason, and so do all faults that need a group",
          "[groups][fork]") {
  if (geteuid() != 0 || !find_place(Hierarchy::memory).obstacle.empty()) {
    WARN("not root, or there is no memory hierarchy: nothing to lose");
    return;
  }
  const FaultEntry& fault = *FaultRegistry::find("leak-memory-cgroup");
  CHECK(fault.unavailable() == "");
  const ExitCause end = in_child([&fault] {
    constexpr uid_t nobody = 65534;
    if (setresgid(nobody, nobody, nobody) != 0 || setresuid(nobody, nobody, nobody) != 0) return 1;
    return fault.unavailable().starts_with("no right to make a control group (") ? 0 : 2;
  });
  CHECK(to_text(end) == "finished");
}
