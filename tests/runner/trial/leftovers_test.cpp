// Nothing is left behind: no process, no descriptor, no shared memory, no file.

#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "ipc/clock.hpp"
#include "runner/faults/fault.hpp"
#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;

namespace {

std::size_t count_entries(const char* directory) {
  std::size_t entries = 0;
  std::error_code error;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    ++entries;
  }
  return entries;
}

struct Inventory {
  std::size_t descriptors = count_entries("/proc/self/fd");
  std::size_t shared_objects = count_entries("/dev/shm");
  std::size_t files_here = count_entries(".");

  bool operator==(const Inventory&) const = default;
};

bool has_children() {
  errno = 0;
  return !(waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD);
}

}  // namespace

TEST_CASE("a hundred crashes leave no process, descriptor, shared memory or file behind",
          "[leftovers][fork][serial][slow]") {
  const Inventory before;
  std::size_t deaths = 0;
  for (std::uint32_t round = 0; deaths < 100; ++round) {
    REQUIRE(round < 50);
    for (const FaultEntry& fault : FaultRegistry::all()) {
      Plan plan = small_plan("bank", 4, {"process", "thread", "2x2"});
      plan.extent.duration_ns = 5'000'000;
      plan.warm_up.at_most_ns = 1'000'000;
      plan.drain_timeout_ns = 60'000'000;
      plan.restart = RestartPolicy::one_for_one;
      plan.seed = round;
      arm(plan, fault.name, round % 4, {TriggerKind::in_section, 0, 1'000'000});
      for (std::uint32_t mode = 0; mode < plan.modes.size(); ++mode) {
        Interrupts interrupts;
        deaths += run_trial(plan, {0, mode, true, plan.seed}, interrupts).deaths.size();
      }
    }
  }
  REQUIRE_FALSE(has_children());
  REQUIRE(Inventory() == before);
}
