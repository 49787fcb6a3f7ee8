// A queue of work items: a worker takes one under the lock, works on it outside, and puts it back
// at the end as done once more. A ledger says who has which item in hand, so that a replacement
// goes on with the item of the dead one, and none is lost or done by two: each is in the queue or
// in one hand, always.

#include <memory>
#include <span>
#include <vector>

#include "ipc/any_lock.hpp"
#include "workloads/arithmetic.hpp"
#include "workloads/ledger.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

using Word = PlainWord<std::uint64_t>;

constexpr std::uint64_t nothing = ~std::uint64_t{0};

/// The queue itself: places[first .. last), counted without end and stored modulo the item count.
struct alignas(cache_line_bytes) Ends {
  Word first;
  Word last;
};

/// The words that one step of a worker changes, as they were before.
struct Undo {
  PlainWord<std::uint32_t> armed;
  PlainWord<std::uint32_t> worker;
  Word first;
  Word last;
  Word in_hand;
  Word item;
  Word times_done;
  Word applied;
};

class Queue final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    lock_ = &setup.lock;
    steps_ = setup.parameters.count("work");
    const std::size_t items = setup.parameters.count("items");
    ends_ = setup.arena.construct<Ends>();
    undo_ = setup.arena.construct<Undo>();
    places_ = {setup.arena.construct_array<Word>(items), items};
    times_done_ = {setup.arena.construct_array<Word>(items), items};
    hands_ = {setup.arena.construct_array<Hand>(setup.worker_count), setup.worker_count};
    for (std::uint64_t item = 0; item < items; ++item) places_[item].set(item);
    ends_->last.set(items);
    for (Hand& hand : hands_) hand.item.set(nothing);
    ledger_ = Ledger(setup.arena, setup.worker_count);
  }

  void run(Worker& worker) override {
    Hand& hand = hands_[worker.index()];
    const auto fix = [&](auto& steps) { return repair(steps); };
    lock_->with([&](auto& lock) {
      worker.repeat([&](auto& unit) {
        if (ledger_.applied(worker.index()).get() > unit.number()) return;
        if (hand.item.get() == nothing) {
          unit.critical(lock, fix, [&](auto& steps) { take(worker.index(), steps); });
        }
        hand.result.set(multiply_on(hand.item.get(), steps_));
        unit.critical(lock, fix, [&](auto& steps) { put_back(worker.index(), steps); });
      });
    });
  }

  [[nodiscard]] bool recover() override {
    NoSteps steps;
    return repair(steps);
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    ledger_.compare(acknowledged, verdict);
    std::uint64_t done = 0, applied = 0;
    for (const Word& times : times_done_) done += times.get();
    for (std::uint32_t worker = 0; worker < hands_.size(); ++worker) {
      applied += ledger_.applied(worker).get();
    }
    if (done < applied) verdict.missing_units += applied - done;
    if (done > applied) verdict.surplus_units += done - applied;
    if (verdict.missing_units + verdict.surplus_units != 0) verdict.health = StateHealth::lossy;
    const std::uint64_t misplaced = count_misplaced();
    if (misplaced != 0) verdict.health = StateHealth::torn;
    verdict.finding = std::to_string(misplaced) + " of " + std::to_string(places_.size()) +
                      " items lost or doubled, " + std::to_string(done) + " done";
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues& parameters,
                                        std::uint32_t worker_count) const override {
    return 2 * parameters.count("items") * sizeof(Word) + sizeof(Ends) + sizeof(Undo) +
           (worker_count + 2) * sizeof(Hand) + Ledger::arena_bytes(worker_count);
  }

 private:
  struct alignas(cache_line_bytes) Hand {
    Word item;
    Word result;
  };

  template <class Steps>
  void take(std::uint32_t worker, Steps& steps) const {
    const std::uint64_t first = ends_->first.get();
    const std::uint64_t item = places_[first % places_.size()].get();
    arm_undo(worker, item, steps);
    hands_[worker].item.set(item);
    steps.half_done();
    ends_->first.set(first + 1);
    steps.step();
    undo_->armed.set(0);
    crash_point();
  }

  template <class Steps>
  void put_back(std::uint32_t worker, Steps& steps) const {
    const std::uint64_t item = hands_[worker].item.get();
    const std::uint64_t last = ends_->last.get();
    arm_undo(worker, item, steps);
    places_[last % places_.size()].set(item);  // A free place: nothing that needs undoing.
    ends_->last.set(last + 1);
    steps.half_done();
    hands_[worker].item.set(nothing);
    Word& times = times_done_[item % times_done_.size()];
    times.set(times.get() + 1);
    ledger_.applied(worker).set(ledger_.applied(worker).get() + 1);
    steps.step();
    undo_->armed.set(0);
    crash_point();
  }

  template <class Steps>
  void arm_undo(std::uint32_t worker, std::uint64_t item, Steps& steps) const {
    undo_->worker.set(worker);
    undo_->first.set(ends_->first.get());
    undo_->last.set(ends_->last.get());
    undo_->in_hand.set(hands_[worker].item.get());
    undo_->item.set(item % times_done_.size());
    undo_->times_done.set(times_done_[item % times_done_.size()].get());
    undo_->applied.set(ledger_.applied(worker).get());
    crash_point();
    undo_->armed.set(1);
    steps.step();
  }

  template <class Steps>
  [[nodiscard]] bool repair(Steps& steps) const {
    if (undo_->armed.get() == 0) return true;
    const std::uint32_t worker = undo_->worker.get();
    if (worker >= hands_.size() || undo_->item.get() >= times_done_.size()) return false;
    ends_->first.set(undo_->first.get());
    ends_->last.set(undo_->last.get());
    steps.step();
    hands_[worker].item.set(undo_->in_hand.get());
    times_done_[undo_->item.get()].set(undo_->times_done.get());
    ledger_.applied(worker).set(undo_->applied.get());
    steps.step();
    undo_->armed.set(0);
    return true;
  }

  /// Items that are not in exactly one place, which is the queue or a hand.
  [[nodiscard]] std::uint64_t count_misplaced() const {
    std::vector<std::uint32_t> seen(places_.size(), 0);
    const auto see = [&](std::uint64_t item) {
      if (item < seen.size()) ++seen[item];
    };
    const std::uint64_t first = ends_->first.get();
    const std::uint64_t last = ends_->last.get();
    for (std::uint64_t at = first; at != last && at - first < places_.size(); ++at) {
      see(places_[at % places_.size()].get());
    }
    for (const Hand& hand : hands_) see(hand.item.get());
    std::uint64_t misplaced = 0;
    for (const std::uint32_t places : seen) misplaced += places == 1 ? 0 : 1;
    return misplaced;
  }

  const AnyLock* lock_ = nullptr;
  std::uint64_t steps_ = 0;
  Ends* ends_ = nullptr;
  Undo* undo_ = nullptr;
  std::span<Word> places_;
  std::span<Word> times_done_;
  std::span<Hand> hands_;
  Ledger ledger_;
};

const WorkloadRegistry::Registration registered{{
    .name = "queue",
    .help = "work items taken from a shared queue; none may be lost or done twice",
    .operation = "item",
    .takes_lock = TakesLock::yes,
    .default_lock = "robust",
    .parameters = {{.name = "items",
                    .kind = ParameterKind::count,
                    .default_text = "256",
                    .help = "items, in the queue or in hand; at least one for each worker",
                    .min = 1,
                    .max = 1'000'000},
                   {.name = "work",
                    .kind = ParameterKind::count,
                    .default_text = "200",
                    .help = "dependent multiplications that an item takes",
                    .min = 0,
                    .max = 1'000'000'000}},
    .make = make_workload<Queue>,
    .objection = [](const ParameterValues& parameters, std::uint32_t worker_count) -> Objection {
      if (parameters.count("items") >= worker_count) return {};
      return {"items", std::to_string(worker_count) + " workers need an item each, and there are " +
                           std::to_string(parameters.count("items")) + ": raise --items"};
    },
}};

}  // namespace
}  // namespace bulkhead
