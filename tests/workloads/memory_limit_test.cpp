// What a control group leaves of the machine's memory, from made-up files.

#include "workloads/memory_limit.hpp"

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

constexpr std::uint64_t none = ~std::uint64_t{0};

}  // namespace

TEST_CASE("the memory of a control group is bounded by the lowest limit on its way", "[memory]") {
  const TemporaryFolder root;
  write(root, "proc/self/cgroup", "0::/a/b\n");
  CHECK(group_memory_limit_bytes(root / "") == none);
  write(root, "sys/fs/cgroup/a/b/memory.max", "max\n");
  CHECK(group_memory_limit_bytes(root / "") == none);
  write(root, "sys/fs/cgroup/a/memory.max", "4096000\n");
  CHECK(group_memory_limit_bytes(root / "") == 4'096'000);
  write(root, "sys/fs/cgroup/a/b/memory.max", "2048000\n");
  CHECK(group_memory_limit_bytes(root / "") == 2'048'000);
}

TEST_CASE("a container sees its own limit at the root", "[memory]") {
  const TemporaryFolder root;
  write(root, "proc/self/cgroup", "4:memory:/docker/12ab\n3:cpu:/\n");
  write(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", "1024000\n");
  CHECK(group_memory_limit_bytes(root / "") == 1'024'000);
}

TEST_CASE("more memory than there is is refused with what there is", "[memory]") {
  CHECK(too_much_memory(std::uint64_t{1} << 20, 1).empty());
  CHECK_THAT(too_much_memory(std::uint64_t{1} << 50, 2),
             Catch::Matchers::Contains("2 workers with 1073741824 MiB each need 2147483648 MiB"));
}
