#include "runner/measure/host.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

namespace fs = std::filesystem;

/// A made-up /proc and /sys, gone with this object.
class MadeUpTree {
 public:
  MadeUpTree() {
    std::string pattern = (fs::temp_directory_path() / "bulkhead-host-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
  }
  ~MadeUpTree() { fs::remove_all(root_); }
  MadeUpTree(const MadeUpTree&) = delete;
  MadeUpTree& operator=(const MadeUpTree&) = delete;

  void write(const std::string& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  [[nodiscard]] HostFacts read() const { return read_host_facts(root_); }

 private:
  fs::path root_;
};

constexpr const char* two_sockets =
    "processor\t: 0\nmodel name\t: Example CPU\nphysical id\t: 0\ncore id\t\t: 0\n"
    "flags\t\t: fpu vme hypervisor sse\n\n"
    "processor\t: 1\nmodel name\t: Example CPU\nphysical id\t: 0\ncore id\t\t: 0\n"
    "flags\t\t: fpu vme hypervisor sse\n\n"
    "processor\t: 2\nmodel name\t: Example CPU\nphysical id\t: 1\ncore id\t\t: 0\n"
    "flags\t\t: fpu vme hypervisor sse\n";

}  // namespace

TEST_CASE("the CPU's model, cores and sockets are read", "[host]") {
  const MadeUpTree tree;
  tree.write("proc/cpuinfo", two_sockets);
  const HostFacts host = tree.read();
  CHECK(host.cpu_model == "Example CPU");
  CHECK(host.cores == 2u);  // Core 0 of each socket; CPUs 0 and 1 share one.
  CHECK(host.sockets == 2u);
}

TEST_CASE("a virtual machine is known by its flag", "[host]") {
  const MadeUpTree tree;
  tree.write("proc/cpuinfo", two_sockets);
  CHECK(tree.read().virtual_machine == true);
}

TEST_CASE("flags without a hypervisor mean that there is none", "[host]") {
  const MadeUpTree tree;
  tree.write("proc/cpuinfo", "flags : fpu nohypervisor\n");
  CHECK(tree.read().virtual_machine == false);
}

TEST_CASE("without flags nobody knows about a hypervisor", "[host]") {
  const MadeUpTree tree;
  tree.write("proc/cpuinfo", "Features : fp asimd\n");
  CHECK_FALSE(tree.read().virtual_machine.has_value());
}

TEST_CASE("only CPUs that exist count as usable", "[host]") {
  const MadeUpTree tree;
  tree.write("sys/devices/system/cpu/online", "0-3\n");
  tree.write("proc/self/status", "Name:\tx\nCpus_allowed_list:\t2-127\n");
  const HostFacts host = tree.read();
  CHECK(host.cpus_online == 4u);
  CHECK(host.cpus_usable == 2u);
}

TEST_CASE("memory, kernel, huge pages and load are read", "[host]") {
  const MadeUpTree tree;
  tree.write("proc/meminfo", "MemTotal:        2048 kB\nMemFree: 1 kB\n");
  tree.write("proc/sys/kernel/osrelease", "6.1.0-example\n");
  tree.write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  tree.write("proc/loadavg", "0.42 0.10 0.05 1/100 4242\n");
  const HostFacts host = tree.read();
  CHECK(host.memory_bytes == 2048u * 1024);
  CHECK(host.kernel == "6.1.0-example");
  CHECK(host.transparent_huge_pages == "madvise");
  CHECK(host.load_average_1min == 0.42);
}

TEST_CASE("different frequency governors are all named", "[host]") {
  const MadeUpTree tree;
  tree.write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  tree.write("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "performance\n");
  tree.write("sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "powersave\n");
  CHECK(tree.read().frequency_governor == "performance,powersave");
}

TEST_CASE("what a machine does not tell stays empty", "[host]") {
  const MadeUpTree tree;
  const HostFacts host = tree.read();
  CHECK(host.cpu_model.empty());
  CHECK_FALSE(host.cpus_usable);
  CHECK_FALSE(host.cpus_online);
  CHECK_FALSE(host.cores);
  CHECK_FALSE(host.sockets);
  CHECK_FALSE(host.memory_bytes);
  CHECK(host.kernel.empty());
  CHECK_FALSE(host.virtual_machine);
  CHECK(host.frequency_governor.empty());
  CHECK(host.transparent_huge_pages.empty());
  CHECK_FALSE(host.load_average_1min);
}

TEST_CASE("damaged files of the machine are as good as none", "[host]") {
  const MadeUpTree tree;
  tree.write("proc/meminfo", "MemTotal: many kB\n");
  tree.write("proc/loadavg", "-");
  tree.write("sys/kernel/mm/transparent_hugepage/enabled", "] always [");
  tree.write("sys/devices/system/cpu/online", "0-");
  const HostFacts host = tree.read();
  CHECK_FALSE(host.memory_bytes);
  CHECK_FALSE(host.load_average_1min);
  CHECK(host.transparent_huge_pages.empty());
  CHECK_FALSE(host.cpus_online);
}

TEST_CASE("this machine tells what every Linux tells", "[host]") {
  const HostFacts host = read_host_facts();
  CHECK(host.cpus_usable.value_or(0) >= 1);
  CHECK(host.cpus_online.value_or(0) >= host.cpus_usable.value_or(0));
  CHECK(host.memory_bytes.value_or(0) > 0);
  CHECK_FALSE(host.kernel.empty());
  CHECK(host.libc.starts_with("glibc 2."));
  CHECK(host.page_bytes.value_or(0) >= 4096);
  CHECK_FALSE(host.build.version.empty());
  CHECK_FALSE(host.build.compiler.empty());
}

TEST_CASE("a list of CPUs is read as the kernel writes it", "[host]") {
  CHECK(cpus_in("0") == std::set<std::uint32_t>{0});
  CHECK(cpus_in("0-2,5\n") == std::set<std::uint32_t>{0, 1, 2, 5});
  CHECK(cpus_in("65535").size() == 1);
}

TEST_CASE("what is no list of CPUs names none", "[host]") {
  const std::string list = GENERATE("", "\n", "x", "3-1", "0,x", "0,,1", "65536", "0-4294967296");
  CAPTURE(list);
  CHECK(cpus_in(list).empty());
}

TEST_CASE("sanitizers are known by the compiler's flags", "[host]") {
  CHECK(sanitizers_in("-O1 -fsanitize=address,undefined -g") == "address,undefined");
  CHECK(sanitizers_in("-fsanitize=thread") == "thread");
}

TEST_CASE("flags that only speak of sanitizers turn none on", "[host]") {
  CHECK(sanitizers_in("").empty());
  CHECK(sanitizers_in("-O2 -fno-sanitize-recover=undefined").empty());
}
