#include "runner/measure/confines.hpp"

#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;

TEST_CASE("soft limits are read, and an unlimited one is none", "[host]") {
  const TemporaryFolder root;
  root.file("proc/self/limits",
            "Limit                     Soft Limit           Hard Limit           Units     \n"
            "Max processes             96364                unlimited            processes \n"
            "Max open files            1024                 524288               files     \n"
            "Max locked memory         unlimited            unlimited            bytes     \n");
  const Confines confines = read_confines(root / "");
  CHECK(confines.processes_limit == 96364u);
  CHECK(confines.open_files_limit == 1024u);
  CHECK_FALSE(confines.locked_memory_limit_bytes);
  CHECK_FALSE(confines.address_space_limit_bytes);
}

TEST_CASE("limits of the control group are read, and max is none", "[host]") {
  const TemporaryFolder root;
  root.file("sys/fs/cgroup/pids.max", "max\n");
  root.file("sys/fs/cgroup/memory.max", "1073741824\n");
  root.file("sys/fs/cgroup/cpu.max", "200000 100000\n");
  const Confines confines = read_confines(root / "");
  CHECK_FALSE(confines.cgroup_pids_limit);
  CHECK(confines.cgroup_memory_limit_bytes == 1073741824u);
  CHECK(confines.cgroup_cpu_limit == "200000 100000");
  root.file("sys/fs/cgroup/cpu.max", "max 100000\n");
  CHECK(read_confines(root / "").cgroup_cpu_limit.empty());
}

TEST_CASE("a container is known by what its run-time leaves", "[host]") {
  const TemporaryFolder root;
  CHECK(read_confines(root / "").container.empty());
  root.file("proc/1/cgroup", "0::/kubepods/pod1\n");
  CHECK(read_confines(root / "").container == "kubepods");
  root.file(".dockerenv", "");
  CHECK(read_confines(root / "").container == "docker");
  root.file("run/systemd/container", "systemd-nspawn\n");
  CHECK(read_confines(root / "").container == "systemd-nspawn");
}

TEST_CASE("mitigations name what the CPU is affected by", "[host]") {
  const TemporaryFolder root;
  const std::string folder = "sys/devices/system/cpu/vulnerabilities/";
  root.file(folder + "spectre_v2", "Mitigation: Retpolines\n");
  root.file(folder + "meltdown", "Not affected\n");
  root.file(folder + "mds", "Vulnerable\n");
  CHECK(read_confines(root / "").mitigations ==
        "mds: Vulnerable; spectre_v2: Mitigation: Retpolines");
}
