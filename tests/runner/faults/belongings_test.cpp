// What a worker notices of a fault that nobody dies of: in a child each, since most of it would
// stay with the test program.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <thread>

#include "runner/faults/belongings.hpp"
#include "runner/faults/own_settings.hpp"
#include "runner/faults/requests.hpp"
#include "runner/faults/small_disk.hpp"
#include "runner/groups/hierarchy.hpp"
#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/in_child.hpp"
#include "tests/small_plan.hpp"

using namespace bulkhead;

namespace {

constexpr int as_expected = 0;
constexpr int otherwise = 1;

void allow_no_more_descriptors() {
  const int lowest_free = dup(STDERR_FILENO);
  close(lowest_free);
  const rlimit limit{static_cast<rlim_t>(lowest_free), static_cast<rlim_t>(lowest_free)};
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// What a worker was refused that asks before and after `harm`, in a child.
template <class Harm>
bool is_refused_by(AimsAt aim, const std::string& expected, Harm harm) {
  const ExitCause end = in_child([&] {
    const UniqueFd disk = has(aim, AimsAt::disk) ? make_small_disk(1) : UniqueFd();
    std::atomic<std::uint32_t> refused{0};
    Requests requests(aim, disk.get(), 0, refused);
    requests.ask(0);
    if (refused.load() != 0) return otherwise;
    harm(disk.get());
    requests.ask(requests.next_unit());
    return Requests::names(refused.load()) == expected ? as_expected : otherwise;
  });
  return end.kind == ExitCause::Kind::finished;
}

bool is_seen_changed(const std::string& expected, void (*change)()) {
  const ExitCause end = in_child([&] {
    const OwnSettings settings;
    change();
    return OwnSettings::names(settings.changed()) == expected ? as_expected : otherwise;
  });
  return end.kind == ExitCause::Kind::finished;
}

/// What each worker of a bank was refused while worker 1 had the fault.
std::vector<std::string> refusals_after(std::string_view fault, const std::string& mode) {
  Plan plan = small_plan("bank", 4, {mode});
  plan.extent.duration_ns = 150'000'000;
  arm(plan, fault, 1, {.kind = TriggerKind::moment, .after_ns = 5'000'000});
  Interrupts interrupts;
  const TrialRecord trial = run_trial(plan, {0, 0, true, 1}, interrupts);
  CAPTURE(trial.reason, trial.error_output);
  REQUIRE(trial.status == TrialStatus::completed);
  std::vector<std::string> refusals;
  for (const WorkerRecord& worker : trial.workers) refusals.push_back(worker.refused);
  return refusals;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a worker that gets all it asks for notes nothing", "[belongings]") {
  CHECK(is_refused_by(AimsAt::requests, "", [](int) {}));
}

TEST_CASE("a worker notes by name what the kernel refuses it", "[belongings]") {
  CHECK(is_refused_by(AimsAt::requests, "descriptor", [](int) { allow_no_more_descriptors(); }));
}

TEST_CASE("what nothing aims at is not asked for", "[belongings]") {
  CHECK(is_refused_by(AimsAt::memory, "", [](int) { allow_no_more_descriptors(); }));
}

TEST_CASE("what was refused from the start is no fault's doing", "[belongings]") {
  const ExitCause end = in_child([] {
    allow_no_more_descriptors();
    std::atomic<std::uint32_t> refused{0};
    Requests requests(AimsAt::requests, -1, 0, refused);
    requests.ask(0);
    return refused.load() == 0 ? as_expected : otherwise;
  });
  CHECK(end.kind == ExitCause::Kind::finished);
}

TEST_CASE("at its end a worker asks once more, however seldom it did before", "[belongings]") {
  const auto is_refused_at_the_end = [](auto harm) {
    const ExitCause end = in_child([harm] {
      WorkerSlot slot;
      Belongings belongings(0, slot, AimsAt::requests, -1);
      harm();
      belongings.look();
      return Requests::names(slot.refused.load()) == "descriptor" ? as_expected : otherwise;
    });
    return end.kind == ExitCause::Kind::finished;
  };
  CHECK(is_refused_at_the_end(allow_no_more_descriptors));
  CHECK_FALSE(is_refused_at_the_end([] {}));
}

TEST_CASE("a worker asks more and more seldom, and more often when time goes by", "[belongings]") {
  std::atomic<std::uint32_t> refused{0};
  Requests requests(AimsAt::memory, -1, 0, refused);
  requests.ask(0);
  const std::uint64_t first_stride = requests.next_unit();
  std::uint64_t unit = first_stride;
  requests.ask(unit);
  const std::uint64_t longer_stride = requests.next_unit() - unit;
  CHECK(longer_stride > first_stride);
  std::this_thread::sleep_for(std::chrono::milliseconds(15));
  unit = requests.next_unit();
  requests.ask(unit);
  CHECK(requests.next_unit() - unit < longer_stride);
}

TEST_CASE("a full disk refuses room, and one without inodes new files", "[belongings]") {
  const std::string reason = why_no_small_disk();
  if (!reason.empty()) {
    WARN(reason);
    return;
  }
  CHECK(is_refused_by(AimsAt::disk, "room on the disk", [](int disk) {
    const UniqueFd file(openat(disk, "filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const std::array<char, 4096> piece{};
    while (write(file.get(), piece.data(), piece.size()) > 0) {
    }
  }));
  CHECK(is_refused_by(AimsAt::disk, "new file", [](int disk) {
    for (int number = 0;; ++number) {
      const std::string name = std::to_string(number);
      if (!UniqueFd(openat(disk, name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)).open()) break;
    }
  }));
}

TEST_CASE("settings that nobody touched are not seen to change", "[belongings]") {
  CHECK(is_seen_changed("", [] {}));
  CHECK(is_seen_changed("", [] { static_cast<void>(rand()); }));
}

TEST_CASE("a changed setting is seen, by name", "[belongings]") {
  CHECK(is_seen_changed("variable TZ", [] { setenv("TZ", "UTC+11", 1); }));
  CHECK(is_seen_changed("seed of rand()", [] { srand(2); }));
  CHECK(is_seen_changed("alarm clock", [] { alarm(1000); }));
  CHECK(is_seen_changed("terminate handler", [] { std::set_terminate([] { _exit(1); }); }));
}

TEST_CASE("threads share what one of them used up, and processes do not", "[belongings][fork]") {
  const Texts in_threads = refusals_after("leak-fd", "thread");
  CHECK(in_threads[0] == "descriptor");
  CHECK(in_threads[3] == "descriptor");
  const Texts in_processes = refusals_after("leak-fd", "process");
  CHECK(in_processes == Texts{"", "descriptor", "", ""});
  const Texts in_mix = refusals_after("leak-fd", "2x2");
  CHECK(in_mix == Texts{"descriptor", "descriptor", "", ""});
}

TEST_CASE("what a control group counts together is refused to processes as well",
          "[belongings][fork]") {
  const std::string obstacle = find_place(Hierarchy::pids).obstacle;
  const std::string refused = obstacle.empty() ? "thread" : "";
  CHECK(refusals_after("thread-bomb", "process") == Texts(4, refused));
}
