#include "runner/trial/stall_detector.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

using Blamed = std::vector<std::uint32_t>;

/// One worker that is looked at every 10 ns under a time-out of 100 ns.
struct Watched {
  StallDetector detector{1, 100};
  std::int64_t now_ns = 1'000;
  bool is_ready = false;
  std::int64_t cpu_percent = 0;  // Of one CPU.
  int asked = 0;

  /// Looks until `ns` have passed; the last answer.
  Blamed look_for(std::int64_t ns, const Beat& beat) {
    Blamed blamed;
    for (const std::int64_t end_ns = now_ns + ns; now_ns < end_ns; now_ns += 10) {
      const Blamed now = detector.look(now_ns, std::vector<Beat>{beat}, [&](std::uint32_t) {
        ++asked;
        return CpuUse{is_ready, now_ns * cpu_percent / 100};
      });
      blamed.insert(blamed.end(), now.begin(), now.end());
    }
    return blamed;
  }
};

constexpr Beat standing{.progress = 7, .must_move = true};

}  // namespace

TEST_CASE("a worker that stands still for the time-out is blamed, once", "[stall]") {
  Watched watched;
  CHECK(watched.look_for(100, standing).empty());
  CHECK(watched.look_for(50, standing) == Blamed{0});
  CHECK(watched.look_for(500, standing).empty());
}

TEST_CASE("a worker that moves is not blamed", "[stall]") {
  Watched watched;
  for (std::uint64_t progress = 0; progress < 10; ++progress) {
    CHECK(watched.look_for(90, {.progress = progress, .must_move = true}).empty());
  }
}

TEST_CASE("a worker that is ready but gets no CPU has four times the patience", "[stall]") {
  Watched starved{.is_ready = true};
  CHECK(starved.look_for(390, standing).empty());
  CHECK(starved.look_for(50, standing) == Blamed{0});
}

TEST_CASE("a worker that runs without getting on is blamed at once", "[stall]") {
  Watched running{.is_ready = true, .cpu_percent = 100};
  CHECK(running.look_for(100, standing).empty());
  CHECK(running.look_for(50, standing) == Blamed{0});
}

TEST_CASE("a worker that runs now and then without getting on is blamed later", "[stall]") {
  Watched sharing{.is_ready = true, .cpu_percent = 10};
  CHECK(sharing.look_for(150, standing).empty());
  CHECK(sharing.look_for(100, standing) == Blamed{0});
}

TEST_CASE("nobody is asked of a worker that moves, and seldom of one that stands", "[stall]") {
  Watched watched;
  CHECK(watched.look_for(40, standing).empty());
  CHECK(watched.asked == 0);
  CHECK(watched.look_for(200, standing) == Blamed{0});
  CHECK(watched.asked == 2);
}

TEST_CASE("a worker that may rest is not blamed", "[stall]") {
  CHECK(Watched().look_for(1'000, {.progress = 7, .must_move = false}).empty());
}

TEST_CASE("a worker that waits for a lock is not blamed for its holder", "[stall]") {
  Watched watched;
  CHECK(watched.look_for(1'000, {.progress = 7, .must_move = true, .waits = true}).empty());
  // Having got the lock, it has the whole time-out.
  CHECK(watched.look_for(90, standing).empty());
  CHECK(watched.look_for(50, standing) == Blamed{0});
}

TEST_CASE("a worker that waits for the lock it holds is blamed", "[stall]") {
  const Beat self_locked{.progress = 7, .must_move = true, .waits = true, .holds_lock = true};
  CHECK(Watched().look_for(200, self_locked) == Blamed{0});
}

TEST_CASE("time in which nobody looked counts for nobody", "[stall]") {
  Watched watched;
  CHECK(watched.look_for(50, standing).empty());
  watched.now_ns += 10'000;
  CHECK(watched.look_for(40, standing).empty());
  CHECK(watched.look_for(80, standing) == Blamed{0});
}

TEST_CASE("without a time-out nobody is blamed", "[stall]") {
  Watched watched;
  watched.detector = StallDetector(1, 0);
  CHECK(watched.look_for(10'000, standing).empty());
}
