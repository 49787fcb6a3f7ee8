#include "ipc/gate.hpp"

#include "ipc/lock.hpp"
#include "ipc/region.hpp"
#include "runner/trial/child.hpp"
#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

struct Shared {
  Gate gate;
  std::atomic<std::uint32_t> arrived{0};
};

constexpr std::int64_t patience_ns = 30 * ns_per_second;

}  // namespace

TEST_CASE("the gate lets a waiting process through when it opens", "[gate][fork]") {
  const Region region(Sharing::shared, sizeof(Shared), "test");
  auto* shared = new (region.data()) Shared();
  Child waiter = Child::start([&] {
    shared->arrived.store(1);
    return shared->gate.wait(Deadline::in(patience_ns)) == WaitResult::woken ? 0 : 1;
  });
  const Deadline deadline = Deadline::in(patience_ns);
  while (shared->arrived.load() == 0 && !deadline.passed()) cpu_relax();
  shared->gate.open();
  const auto end = waiter.reap(Deadline::in(patience_ns));
  REQUIRE(end);
  REQUIRE(end->info.si_status == 0);
}

TEST_CASE("the gate stays open for those who come later", "[gate]") {
  Gate gate;
  gate.open();
  REQUIRE(gate.wait(Deadline{0}) == WaitResult::woken);
}

TEST_CASE("a wait in front of a closed gate ends at its deadline", "[gate]") {
  const Gate gate;
  const std::int64_t begun_ns = monotonic_ns();
  REQUIRE(gate.wait(Deadline::in(5'000'000)) == WaitResult::timed_out);
  REQUIRE(monotonic_ns() - begun_ns >= 5'000'000);
}
