// A plug-in is one file; the linker must not have dropped it.

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "ipc/lock_list.hpp"
#include "runner/faults/fault.hpp"
#include "tests/catch.hpp"
#include "tests/source_tree.hpp"
#include "workloads/workload.hpp"

using namespace bulkhead;

namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The values of `.name = "..."` behind each `marker` in the sources of a folder.
std::size_t count_registrations(const char* folder, const std::string& marker) {
  std::size_t registrations = 0;
  const auto root = in_source_tree(folder);
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = content_of(entry.path());
    for (std::size_t at = text.find(marker); at != std::string::npos;
         at = text.find(marker, at + 1)) {
      ++registrations;
    }
  }
  return registrations;
}

}  // namespace

TEST_CASE("every workload, fault and lock on disk is registered in this program", "[tidy]") {
  REQUIRE(count_registrations("workloads", "WorkloadRegistry::Registration ") ==
          WorkloadRegistry::all().size());
  REQUIRE(count_registrations("runner/faults", "FaultRegistry::Registration ") ==
          FaultRegistry::all().size());
  std::size_t lock_files = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(in_source_tree("ipc/locks"))) {
    ++lock_files;
  }
  REQUIRE(lock_files == all_locks().size());
}
