// The critical section itself: a section that watches the three conditions of the textbook from
// inside. Mutual exclusion: who enters finds nobody's name and two equal words. Bounded waiting:
// who waited knows how many entered meanwhile, from the moment at which its claim stood. Progress:
// when the trial is over, somebody who still waits, nobody inside, and how long ago the last one
// left.
//
// Nothing in it is a locked instruction or a fence, which could hide what it looks for.

#include <time.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "ipc/any_lock.hpp"
#include "ipc/histogram.hpp"
#include "workloads/latency_measures.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t nap_ns = 1'000'000;
// So long without an entry is no accident of the scheduler.
constexpr std::int64_t standstill_ns = 50'000'000;

/// What the lock guards. Each word on a line of its own, so that an update takes its time.
struct Guarded {
  alignas(cache_line_bytes) PlainWord<std::uint32_t> occupant;  // A worker's number + 1; 0: nobody.
  PlainWord<std::int64_t> left_at_ns;                           // The last exit.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> entries{0};
  alignas(cache_line_bytes) PlainWord<std::uint64_t> left;  // Equal to `right` outside an update.
  alignas(cache_line_bytes) PlainWord<std::uint64_t> right;
};

/// What one worker saw; it alone writes it.
struct alignas(cache_line_bytes) Seat {
  Doorway doorway;
  PlainWord<std::uint64_t> entries;
  PlainWord<std::uint64_t> overlaps;  // Somebody else's name at the entry, or in place of its own.
  PlainWord<std::uint64_t> torn;      // The two words differed at the entry.
  PlainWord<std::uint64_t> bypasses_most;
  PlainWord<std::int64_t> wait_longest_ns;
  PlainWord<std::int64_t> idle_longest_ns;
  LatencyHistogram bypasses;  // Numbers of entries.
  LatencyHistogram waits;
  LatencyHistogram handovers;
};

template <class Number>
void raise_to(PlainWord<Number>& most, Number value) {
  if (value > most.get()) most.set(value);
}

void add_one(PlainWord<std::uint64_t>& word) {
  word.set(word.get() + 1);
}

/// All seats together.
struct Sums {
  std::uint64_t entries = 0;
  double squares = 0;
  std::uint64_t overlaps = 0;
  std::uint64_t torn = 0;
  std::uint64_t bypasses_most = 0;
  std::int64_t wait_longest_ns = 0;
  std::int64_t idle_longest_ns = 0;
  std::int64_t timed_ns = 0;
  std::int64_t timed_cpu_ns = 0;
  LatencyHistogram::Counts bypasses{};
  LatencyHistogram::Counts waits{};
  LatencyHistogram::Counts handovers{};

  void add(const Seat& seat) {
    entries += seat.entries.get();
    squares += static_cast<double>(seat.entries.get()) * static_cast<double>(seat.entries.get());
    overlaps += seat.overlaps.get();
    torn += seat.torn.get();
    bypasses_most = std::max(bypasses_most, seat.bypasses_most.get());
    wait_longest_ns = std::max(wait_longest_ns, seat.wait_longest_ns.get());
    idle_longest_ns = std::max(idle_longest_ns, seat.idle_longest_ns.get());
    timed_ns += seat.doorway.timed_ns.load(std::memory_order_relaxed);
    timed_cpu_ns += seat.doorway.timed_cpu_ns.load(std::memory_order_relaxed);
    seat.bypasses.add_to(bypasses);
    seat.waits.add_to(waits);
    seat.handovers.add_to(handovers);
  }
};

class Section final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    lock_ = &setup.lock;
    worker_count_ = setup.worker_count;
    leaves_after_ = setup.parameters.count("leaves-after");
    guarded_ = setup.arena.construct_array<Guarded>(1);
    seats_ = setup.arena.construct_array<Seat>(worker_count_);
    for (std::uint32_t index = 0; index < worker_count_; ++index) {
      seats_[index].doorway.entries = &guarded_->entries;
    }
  }

  void run(Worker& worker) override {
    Seat& seat = seats_[worker.index()];
    seat.doorway.since_ns.store(0, std::memory_order_relaxed);  // A dead predecessor's wait.
    worker.note_waits_at(seat.doorway);
    const std::uint64_t last = worker.index() == 0 && leaves_after_ != 0 ? leaves_after_ : no_limit;
    lock_->with([&](auto& lock) {
      worker.repeat([&](auto& unit) __attribute__((always_inline)) {
        if (seat.entries.get() >= last) [[unlikely]]
          return stay_outside();
        unit.critical(
            lock, [&](auto& steps) { return repair(steps); },
            [&](auto& steps) { visit(worker.index() + 1, seat, steps); });
      });
    });
  }

  [[nodiscard]] bool recover() override {
    NoSteps steps;
    return repair(steps);
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Sums sums;
    for (std::uint32_t index = 0; index < worker_count_; ++index) sums.add(seats_[index]);
    Verdict verdict;
    const std::uint64_t found = guarded_->entries.load(std::memory_order_relaxed);
    std::uint64_t in_work = 0;
    for (const std::uint64_t units : acknowledged.interrupted) in_work += units;
    if (found + in_work < sums.entries) verdict.missing_units = sums.entries - found;
    if (found > sums.entries + in_work) verdict.surplus_units = found - sums.entries;
    if (verdict.missing_units + verdict.surplus_units > 0) verdict.health = StateHealth::lossy;
    const bool differ = guarded_->left.get() != guarded_->right.get();
    if (differ || sums.overlaps + sums.torn > 0) verdict.health = StateHealth::torn;
    verdict.finding = finding(sums);
    if (differ) verdict.finding += "; an update is half done";
    tell_measures(sums, verdict);
    // A dead holder's lock is left as it is.
    if (in_work == 0) tell_uncontended(verdict);
    tell_standstill(verdict);
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return sizeof(Guarded) + worker_count * sizeof(Seat);
  }

 private:
  template <class Steps>
  __attribute__((always_inline)) inline void visit(std::uint32_t me, Seat& seat,
                                                   Steps& steps) const {
    Guarded& guarded = *guarded_;
    const std::uint64_t before = guarded.entries.load(std::memory_order_relaxed);
    if (seat.doorway.since_ns.load(std::memory_order_relaxed) != 0) note_wait(seat, before);
    if (guarded.occupant.get() != 0) [[unlikely]]
      add_one(seat.overlaps);
    guarded.occupant.set(me);
    steps.step();
    const std::uint64_t seen = guarded.left.get();
    if (seen != guarded.right.get()) [[unlikely]]
      add_one(seat.torn);
    guarded.left.set(seen + 1);
    steps.half_done();
    guarded.right.set(seen + 1);
    guarded.entries.store(before + 1, std::memory_order_relaxed);
    steps.step();
    add_one(seat.entries);
    guarded.left_at_ns.set(monotonic_ns());
    if (guarded.occupant.get() != me) [[unlikely]]
      add_one(seat.overlaps);
    guarded.occupant.set(0);
  }

  __attribute__((noinline)) void note_wait(Seat& seat, std::uint64_t entries) const {
    const std::int64_t now_ns = monotonic_ns();
    const std::int64_t since_ns = seat.doorway.since_ns.load(std::memory_order_relaxed);
    const std::int64_t left_at_ns = guarded_->left_at_ns.get();
    const std::uint64_t entries_before =
        seat.doorway.entries_before.load(std::memory_order_relaxed);
    // Without exclusion the count may go back.
    const std::uint64_t bypasses = entries - std::min(entries, entries_before);
    const std::int64_t idle_ns = std::max<std::int64_t>(now_ns - std::max(since_ns, left_at_ns), 0);
    seat.bypasses.record(bypasses);
    seat.waits.record(static_cast<std::uint64_t>(now_ns - since_ns));
    if (left_at_ns > since_ns) seat.handovers.record(static_cast<std::uint64_t>(idle_ns));
    raise_to(seat.bypasses_most, bypasses);
    raise_to(seat.wait_longest_ns, now_ns - since_ns);
    raise_to(seat.idle_longest_ns, idle_ns);
    seat.doorway.since_ns.store(0, std::memory_order_relaxed);
  }

  /// A unit of a worker that does not want in.
  static void stay_outside() noexcept {
    constexpr timespec nap{0, nap_ns};
    nanosleep(&nap, nullptr);
  }

  /// Rolls a half-done update back.
  template <class Steps>
  [[nodiscard]] bool repair(Steps& steps) const {
    guarded_->left.set(guarded_->right.get());
    steps.step();
    guarded_->occupant.set(0);
    return true;
  }

  [[nodiscard]] std::string finding(const Sums& sums) const {
    if (sums.overlaps + sums.torn == 0) {
      return "one inside at a time in " + std::to_string(sums.entries) + " entries";
    }
    return std::to_string(sums.overlaps) + " overlaps and " + std::to_string(sums.torn) +
           " torn pairs in " + std::to_string(sums.entries) + " entries";
  }

  void tell_measures(const Sums& sums, Verdict& verdict) const {
    const auto tell = [&verdict](std::string_view name, std::optional<double> value) {
      if (value) verdict.measures.emplace_back(name, *value);
    };
    const double entries = static_cast<double>(sums.entries);
    tell("exclusion_violations", static_cast<double>(sums.overlaps + sums.torn));
    if (const auto p99 = percentile_of(sums.bypasses, 0.99)) {
      tell("bypasses_most", static_cast<double>(sums.bypasses_most));
      tell("bypasses_p99", std::min(*p99, static_cast<double>(sums.bypasses_most)));
      add_percentiles(verdict, sums.waits, {{"wait_p50_ns", 0.5}, {"wait_p99_ns", 0.99}});
      tell("wait_longest_ns", static_cast<double>(sums.wait_longest_ns));
      tell("idle_longest_ns", static_cast<double>(sums.idle_longest_ns));
    }
    add_percentiles(verdict, sums.handovers, {{"handover_p50_ns", 0.5}});
    if (sums.timed_ns > 0) {
      // The two clocks are read one after the other.
      const double share =
          static_cast<double>(sums.timed_cpu_ns) / static_cast<double>(sums.timed_ns);
      tell("wait_cpu_share", std::min(share, 1.0));
    }
    if (sums.squares > 0) {
      tell("fairness_ratio", entries * entries / (worker_count_ * sums.squares));
    }
  }

  /// By this process alone, after all others: the quickest of several batches. None where somebody
  /// still has the lock or waits for it, or where it lets one user in once only.
  void tell_uncontended(Verdict& verdict) const {
    constexpr int batches = 20, pairs = 200;
    const auto time_pairs = [](auto& lock) -> std::optional<std::int64_t> {
      const LockUser user{0};
      const std::int64_t begun_ns = monotonic_ns();
      for (int pair = 0; pair < pairs; ++pair) {
        if (lock.try_lock(user) != Acquired::clean) return std::nullopt;
        lock.unlock(user);
      }
      return monotonic_ns() - begun_ns;
    };
    std::optional<std::int64_t> best_ns;
    lock_->with([&](auto& lock) {
      for (int batch = 0; batch < batches; ++batch) {
        const auto ns = time_pairs(lock);
        if (!ns) break;
        best_ns = std::min(best_ns.value_or(*ns), *ns);
      }
    });
    if (best_ns) {
      verdict.measures.emplace_back("uncontended_ns", static_cast<double>(*best_ns) / pairs);
    }
  }

  /// The watchdog's evidence: who still waits, whether somebody is inside, since when nobody came.
  void tell_standstill(Verdict& verdict) const {
    std::string waiting;
    std::int64_t since_ns = guarded_->left_at_ns.get();
    for (std::uint32_t index = 0; index < worker_count_; ++index) {
      const std::int64_t begun_ns = seats_[index].doorway.since_ns.load(std::memory_order_relaxed);
      if (begun_ns == 0) continue;
      waiting += (waiting.empty() ? "" : ", ") + std::to_string(index);
      since_ns = std::max(since_ns, begun_ns);
    }
    const std::uint32_t occupant = guarded_->occupant.get();
    const std::int64_t stands_ns = monotonic_ns() - since_ns;
    if (waiting.empty() || stands_ns < standstill_ns) {
      verdict.measures.emplace_back("standstill_ns", 0);
      return;
    }
    verdict.finding += "; waiting at the end: " + waiting;
    if (occupant != 0) {
      verdict.finding += "; they wait for worker " + std::to_string(occupant - 1) +
                         ", which never left the section";
      return;
    }
    verdict.measures.emplace_back("standstill_ns", static_cast<double>(stands_ns));
    verdict.finding += "; no progress: nobody is inside, and nobody entered for " +
                       std::to_string(stands_ns / ns_per_ms) + " ms";
  }

  const AnyLock* lock_ = nullptr;
  std::uint32_t worker_count_ = 0;
  std::uint64_t leaves_after_ = 0;
  Guarded* guarded_ = nullptr;
  Seat* seats_ = nullptr;
};

const WorkloadRegistry::Registration registered{{
    .name = "section",
    .help = "a critical section that counts breaches of the textbook's three conditions",
    .operation = "visit",
    .takes_lock = TakesLock::yes,
    .default_lock = "mutex",
    .parameters = {{.name = "leaves-after",
                    .kind = ParameterKind::count,
                    .default_text = "0",
                    .help = "visits after which worker 0 wants in no more; 0: it always does",
                    .min = 0,
                    .max = 1'000'000'000}},
    .measures = {{.name = "exclusion_violations",
                  .label = "exclusion violated",
                  .help = "times that somebody else was inside, or left an update half done",
                  .telling = true},
                 {.name = "standstill_ns",
                  .label = "no progress at the end",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "since when nobody had entered when the trial was over, while somebody "
                          "waited and nobody was inside",
                  .telling = true},
                 {.name = "bypasses_most",
                  .label = "most bypasses",
                  .help = "entries of others while one waited, from when its claim stood: the most",
                  .telling = true},
                 {.name = "bypasses_p99",
                  .label = "p99 bypasses",
                  .help = "entries of others while one waited: the 99th percentile of the waits"},
                 {.name = "wait_p50_ns",
                  .label = "median wait",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "from the claim to the entry, of those that waited: the median"},
                 {.name = "wait_p99_ns",
                  .label = "p99 wait",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "from the claim to the entry: the 99th percentile of the waits"},
                 {.name = "wait_longest_ns",
                  .label = "longest wait",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "from the claim to the entry: the longest"},
                 {.name = "handover_p50_ns",
                  .label = "median handover",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "from one's exit to the entry of one that waited: the median"},
                 {.name = "uncontended_ns",
                  .label = "lock + unlock, uncontended",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "of one process when all others are gone, the quickest of 20 batches; "
                          "none after a death inside"},
                 {.name = "wait_cpu_share",
                  .label = "CPU burnt of waiting",
                  .unit = MeasureUnit::share,
                  .help = "share of the time of waits, one in 64 of them timed, in which the "
                          "waiter itself ran"},
                 {.name = "idle_longest_ns",
                  .label = "longest idle",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "time for which one waited and nobody was inside: the longest"},
                 {.name = "fairness_ratio",
                  .label = "fairness",
                  .unit = MeasureUnit::ratio,
                  .help = "Jain's index over the workers' visits: 1 when all had as many, 1/N when "
                          "one had all"}},
    .make = make_workload<Section>,
}};

}  // namespace
}  // namespace bulkhead
