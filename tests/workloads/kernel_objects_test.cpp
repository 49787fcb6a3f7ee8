// The workloads that ask the kernel, or the memory, for one thing each.

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "tests/catch.hpp"
#include "tests/workloads/bare_trial.hpp"
#include "workloads/checked_units.hpp"
#include "workloads/own_memory.hpp"

using namespace bulkhead;
using Catch::Matchers::StartsWith;

namespace {

std::size_t count_open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

/// The descriptor of a memfd of this name, or -1.
int find_memfd(const std::string& name) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const auto target = std::filesystem::read_symlink(entry.path(), error);
    if (!error && target.string().rfind("/memfd:" + name, 0) == 0) {
      return std::stoi(entry.path().filename().string());
    }
  }
  return -1;
}

void check_open_close_leaves_nothing(const std::string& table) {
  const std::size_t before = count_open_descriptors();
  for (const char* object : {"file", "eventfd"}) {
    BareTrial trial("open-close", 2, [&](ParameterValues& parameters) {
      parameters.set("table", table);
      parameters.set("object", std::string(object));
    });
    trial.run(100);
    CHECK(trial.verify().health == StateHealth::sound);
  }
  CHECK(count_open_descriptors() == before);
}

}  // namespace

TEST_CASE("a workload that keeps no state still notices a unit that nobody did", "[workloads]") {
  for (const char* name : {"getpid", "mmap", "open-close", "file-append", "chase", "stream"}) {
    BareTrial trial(name, 2);
    trial.run(100);
    CAPTURE(name, trial.verify().finding);
    CHECK(trial.verify().health == StateHealth::sound);
    const Verdict missing = trial.verify(1);
    CHECK(missing.health == StateHealth::lossy);
    CHECK(missing.missing_units == 2);
    const Verdict surplus = trial.verify(-1);
    CHECK(surplus.health == StateHealth::lossy);
    CHECK(surplus.surplus_units == 2);
  }
}

TEST_CASE("a unit that went wrong makes the verdict torn, and is counted once", "[workloads]") {
  Arena arena(1 << 20);
  const CheckedUnits units(arena, 1);
  units.note(0, 0, true);
  units.note(0, 1, false);
  units.note(0, 1, true);  // Done again after a crash.
  const std::uint64_t finished = 2, interrupted = 0;
  const std::uint32_t ended_well = 1;
  const Verdict verdict =
      units.judge({{&finished, 1}, {&interrupted, 1}, {&ended_well, 1}}, "went wrong");
  CHECK(verdict.health == StateHealth::torn);
  CHECK(verdict.missing_units == 0);
  CHECK(verdict.finding == "1 of 2 units went wrong");
}

TEST_CASE("workers' own memory lies at different addresses and different lines", "[workloads]") {
  const OwnMemory first(16384, 1), second(16384, 2), again(16384, 1);
  const auto offset_of = [](const OwnMemory& memory) {
    return reinterpret_cast<std::uintptr_t>(memory.data()) % page_bytes();
  };
  CHECK(offset_of(first) == offset_of(again));
  CHECK(offset_of(first) != offset_of(second));
  CHECK(offset_of(first) % cache_line_bytes == 0);
  CHECK(first.size_bytes() == 16384);
  first.data()[0] = std::byte{1};
  first.data()[16383] = std::byte{1};
}

TEST_CASE("file-append finds a record that was overwritten", "[workloads]") {
  BareTrial trial("file-append", 2);
  trial.run(50);
  CHECK(trial.verify().health == StateHealth::sound);
  const int file = find_memfd("bulkhead-append");
  REQUIRE(file >= 0);
  // Linux appends even where pwrite names a place, as long as the file is open for appending.
  REQUIRE(fcntl(file, F_SETFL, 0) == 0);
  REQUIRE(pwrite(file, "x", 1, 256 * 10 + 100) == 1);
  CHECK(trial.verify().health == StateHealth::torn);
}

TEST_CASE("file-append finds half a record", "[workloads]") {
  BareTrial trial("file-append", 2);
  trial.run(50);
  const int file = find_memfd("bulkhead-append");
  REQUIRE(write(file, "half", 4) == 4);
  CHECK(trial.verify().health == StateHealth::torn);
}

TEST_CASE("file-append keeps its files small, in memory and on disk, one or many", "[workloads]") {
  for (const char* on : {"memory", "disk"}) {
    for (const char* which : {"one", "own"}) {
      BareTrial trial("file-append", 2, [&](ParameterValues& parameters) {
        parameters.set("on", std::string(on));
        parameters.set("file", std::string(which));
        parameters.set("size", std::int64_t{65536});
      });
      trial.run(1000);  // 125 MB in all.
      CAPTURE(on, which, trial.verify().finding);
      CHECK(trial.verify().health == StateHealth::sound);
    }
  }
}

TEST_CASE("open-close leaves no descriptor of either object in the table that all share",
          "[workloads]") {
  check_open_close_leaves_nothing("inherited");
}

// ThreadSanitizer takes equal numbers in two tables for one descriptor, and fails in its report.
TEST_CASE("open-close leaves no descriptor of either object in tables of the workers' own",
          "[workloads][no_tsan]") {
  check_open_close_leaves_nothing("own");
}

TEST_CASE("chase ends where it must with sets and steps that do not divide each other",
          "[workloads]") {
  for (const std::int64_t bytes : {64, 128, 64 * 7, 65536}) {
    BareTrial trial("chase", 1, [&](ParameterValues& parameters) {
      parameters.set("working-set", bytes);
      parameters.set("steps", std::int64_t{5});
    });
    trial.run(100);
    CHECK(trial.verify().health == StateHealth::sound);
  }
}

TEST_CASE("stream computes what each kernel says", "[workloads]") {
  for (const char* kernel : {"copy", "scale", "add", "triad"}) {
    BareTrial trial("stream", 2, [&](ParameterValues& parameters) {
      parameters.set("kernel", std::string(kernel));
      parameters.set("working-set", std::int64_t{1000});
    });
    trial.run(10);
    CAPTURE(kernel);
    CHECK(trial.verify().health == StateHealth::sound);
  }
}

TEST_CASE("mmap touches as much as it is told and no more than it maps", "[workloads]") {
  for (const std::int64_t touch : {0, 8, 4096, 1 << 20}) {
    BareTrial trial("mmap", 2,
                    [&](ParameterValues& parameters) { parameters.set("touch", touch); });
    trial.run(20);
    CHECK(trial.verify().health == StateHealth::sound);
  }
}
