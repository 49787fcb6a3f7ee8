#include "runner/trial/live_board.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "runner/trial/child.hpp"
#include "runner/trial/run_trial.hpp"
#include "tests/catch.hpp"
#include "tests/small_plan.hpp"
#include "tests/time_units.hpp"

using namespace bulkhead;

namespace {

/// What an onlooker sees of each worker of a trial, looking again and again until it has ended.
struct Seen {
  explicit Seen(const Plan& plan) : states(plan.worker_count), moves(plan.worker_count, 0) {
    LiveBoard board(plan.worker_count);
    Child trial = Child::start([&] {
      Interrupts interrupts;
      static_cast<void>(
          run_trial(plan, {0, 0, !plan.faults.empty(), plan.seed}, interrupts, &board));
      return 0;
    });
    std::vector<LaneView> last = board.look();
    // And once more at the end, which may come soon after a death.
    for (bool over = false; !over;) {
      over = trial.reap(Deadline::in(10 * ms)).has_value();
      const std::vector<LaneView> now = board.look();
      for (std::size_t worker = 0; worker < now.size(); ++worker) {
        states[worker].insert(now[worker].state);
        moves[worker] += now[worker].finished > last[worker].finished ? 1 : 0;
      }
      last = now;
    }
  }

  std::vector<std::set<LaneState>> states;
  std::vector<int> moves;
};

Plan crashing(const char* mode) {
  Plan plan = small_plan("spin", 2, {mode});
  plan.extent.duration_ns = 300 * ms;
  arm(plan, "segv-null", 1, {TriggerKind::moment, 0, 100 * ms});
  return plan;
}

}  // namespace

TEST_CASE("an onlooker sees who dies of a crash and who goes on", "[trial][fork]") {
  const Seen processes(crashing("process"));
  CHECK(processes.states[1].count(LaneState::gone) == 1);
  CHECK(processes.states[0].count(LaneState::gone) == 0);
  CHECK(processes.moves[0] > 0);

  const Seen threads(crashing("thread"));
  CHECK(threads.states[1].count(LaneState::gone) == 1);
  CHECK(threads.states[0].count(LaneState::gone) == 1);
}
