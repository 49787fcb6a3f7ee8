#include "runner/measure/confines.hpp"

#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;

namespace {

void write(const TemporaryFolder& root, const std::string& file, const std::string& text) {
  const std::filesystem::path path = root / file;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("soft limits are read, and an unlimited one is none", "[host]") {
  const TemporaryFolder root;
  write(root, "proc/self/limits",
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
  write(root, "sys/fs/cgroup/pids.max", "max\n");
  write(root, "sys/fs/cgroup/memory.max", "1073741824\n");
  write(root, "sys/fs/cgroup/cpu.max", "200000 100000\n");
  const Confines confines = read_confines(root / "");
  CHECK_FALSE(confines.cgroup_pids_limit);
  CHECK(confines.cgroup_memory_limit_bytes == 1073741824u);
  CHECK(confines.cgroup_cpu_limit == "200000 100000");
  write(root, "sys/fs/cgroup/cpu.max", "max 100000\n");
  CHECK(read_confines(root / "").cgroup_cpu_limit.empty());
}

TEST_CASE("a container is known by what its run-time leaves", "[host]") {
  const TemporaryFolder root;
  CHECK(read_confines(root / "").container.empty());
  write(root, "proc/1/cgroup", "0::/kubepods/pod1\n");
  CHECK(read_confines(root / "").container == "kubepods");
  write(root, ".dockerenv", "");
  CHECK(read_confines(root / "").container == "docker");
  write(root, "run/systemd/container", "systemd-nspawn\n");
  CHECK(read_confines(root / "").container == "systemd-nspawn");
}

TEST_CASE("mitigations name what the CPU is affected by", "[host]") {
  const TemporaryFolder root;
  const std::string folder = "sys/devices/system/cpu/vulnerabilities/";
  write(root, folder + "spectre_v2", "Mitigation: Retpolines\n");
  write(root, folder + "meltdown", "Not affected\n");
  write(root, folder + "mds", "Vulnerable\n");
  CHECK(read_confines(root / "").mitigations ==
        "mds: Vulnerable; spectre_v2: Mitigation: Retpolines");
}
