// count += 1: the shortest critical section there is. Without a lock it loses updates, and the loss
// is counted exactly: what the workers acknowledged against what the counter holds. How the
// addition is written, and where the counter lies, are parameters; both change the answer.

#include <unistd.h>

#include <map>
#include <memory>
#include <utility>

#include "ipc/any_lock.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

/// One counter, in the type that the form asks for; the others stay zero.
struct alignas(cache_line_bytes) Count {
  PlainWord<std::uint64_t> plain;
  volatile std::uint64_t as_volatile = 0;
  std::atomic<std::uint64_t> as_atomic{0};

  [[nodiscard]] std::uint64_t value() const noexcept {
    return plain.get() + as_volatile + as_atomic.load(std::memory_order_relaxed);
  }
};

/// An ordinary global: one for the threads of a process, and a copy for each process.
Count global_count;

/// What a worker read in the global when its work was done. The last of a process saw it final.
struct alignas(cache_line_bytes) LastLook {
  std::atomic<std::uint64_t> value{0};
  std::atomic<std::uint32_t> process{0};
  std::atomic<std::uint32_t> order{0};
};

/// A race on purpose, and volatile is no remedy: that is what it shall show.
__attribute__((no_sanitize("thread"))) void add_volatile(volatile std::uint64_t& count) noexcept {
  count = count + 1;
}

class Counter final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    lock_ = &setup.lock;
    form_ = setup.parameters.text("form");
    is_global_ = setup.parameters.text("place") == "global";
    worker_count_ = setup.worker_count;
    counts_ = setup.arena.construct_array<Count>(counts_needed());
    looks_ = setup.arena.construct_array<LastLook>(worker_count_);
    look_order_ = setup.arena.construct<std::atomic<std::uint32_t>>(0u);
  }

  void run(Worker& worker) override {
    Count& own = counts_[form_ == "sum" ? worker.index() : 0];
    Count& count = is_global_ ? global_count : own;
    if (form_ == "plain" || form_ == "sum") {
      run_plain(worker, count.plain);
    } else {
      run_form(worker, count);
    }
    if (is_global_) look_at_global(worker.index());
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    const std::uint64_t expected = acknowledged.total_finished();
    const auto [found, copies] = is_global_ ? found_in_globals() : found_in_arena();
    std::uint64_t in_work = 0;
    for (const std::uint64_t units : acknowledged.interrupted) in_work += units;
    Verdict verdict;
    if (found < expected) verdict.missing_units = expected - found;
    if (found > expected + in_work) verdict.surplus_units = found - expected - in_work;
    if (verdict.missing_units + verdict.surplus_units > 0) verdict.health = StateHealth::lossy;
    verdict.finding = is_global_ && copies != 1
                          ? std::to_string(copies) + " counters, one in each process, hold "
                          : std::string("counter holds ");
    verdict.finding +=
        std::to_string(found) + " after " + std::to_string(expected) + " acknowledged increments";
    if (copies > 1) verdict.finding += ": nothing was shared";
    tell_measures(expected, found, copies, verdict);
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return (worker_count + 1) * (sizeof(Count) + sizeof(LastLook));
  }

 private:
  [[nodiscard]] std::uint32_t counts_needed() const noexcept {
    return form_ == "sum" ? worker_count_ : 1;
  }

  void run_plain(Worker& worker, PlainWord<std::uint64_t>& count) const {
    lock_->with([&](auto& lock) {
      worker.repeat([&](auto& unit) __attribute__((always_inline)) {
        unit.critical(
            lock, [](auto&) { return true; },  // One word is never half written: nothing to repair.
            [&](auto& steps) {
              const std::uint64_t seen = count.get();
              steps.half_done();
              count.set(seen + 1);
            });
      });
    });
  }

  /// The branch on the form costs the loop a prediction; the forms are compared with each other.
  void run_form(Worker& worker, Count& count) const {
    const bool is_volatile = form_ == "volatile";
    const bool is_one_step = form_ == "fetch-add";
    lock_->with([&](auto& lock) {
      worker.repeat([&](auto& unit) __attribute__((always_inline)) {
        unit.critical(
            lock, [](auto&) { return true; },
            [&](auto&) {
              if (is_volatile) {
                add_volatile(count.as_volatile);
              } else if (is_one_step) {
                count.as_atomic.fetch_add(1, std::memory_order_relaxed);
              } else {
                const std::uint64_t seen = count.as_atomic.load(std::memory_order_relaxed);
                count.as_atomic.store(seen + 1, std::memory_order_relaxed);
              }
            });
      });
    });
  }

  void look_at_global(std::uint32_t worker) const noexcept {
    LastLook& look = looks_[worker];
    look.process.store(static_cast<std::uint32_t>(getpid()), std::memory_order_relaxed);
    // Whoever draws the highest number of a process looks after all others have stored their last.
    look.order.store(look_order_->fetch_add(1, std::memory_order_seq_cst) + 1,
                     std::memory_order_relaxed);
    look.value.store(global_count.value(), std::memory_order_relaxed);
  }

  struct Found {
    std::uint64_t total = 0;
    std::size_t copies = 0;
  };

  [[nodiscard]] Found found_in_arena() const noexcept {
    Found found{0, 1};
    for (std::uint32_t index = 0; index < counts_needed(); ++index) {
      found.total += counts_[index].value();
    }
    return found;
  }

  /// A process that died told nothing: what it counted is gone with its copy.
  [[nodiscard]] Found found_in_globals() const {
    std::map<std::uint32_t, const LastLook*> last_of_process;
    for (std::uint32_t index = 0; index < worker_count_; ++index) {
      const LastLook& look = looks_[index];
      if (look.order.load(std::memory_order_relaxed) == 0) continue;
      const LastLook*& last = last_of_process[look.process.load(std::memory_order_relaxed)];
      if (last == nullptr || last->order.load() < look.order.load()) last = &look;
    }
    Found found{0, last_of_process.size()};
    for (const auto& [process, look] : last_of_process) found.total += look->value.load();
    return found;
  }

  static void tell_measures(std::uint64_t expected, std::uint64_t found, std::size_t copies,
                            Verdict& verdict) {
    if (expected == 0) return;
    const auto lost = static_cast<double>(verdict.missing_units);
    const double share = lost / static_cast<double>(expected);
    verdict.measures = {{"expected_updates", static_cast<double>(expected)},
                        {"found_updates", static_cast<double>(found)},
                        {"lost_updates", lost},
                        {"lost_updates_share", share},
                        {"lost_updates_per_million", share * 1e6},
                        {"counter_copies", static_cast<double>(copies)}};
  }

  const AnyLock* lock_ = nullptr;
  std::string form_;
  bool is_global_ = false;
  std::uint32_t worker_count_ = 0;
  Count* counts_ = nullptr;
  LastLook* looks_ = nullptr;
  std::atomic<std::uint32_t>* look_order_ = nullptr;
};

const WorkloadRegistry::Registration registered{{
    .name = "counter",
    .help = "count += 1 on one shared word; lost updates counted exactly",
    .operation = "increment",
    .takes_lock = TakesLock::yes,
    .default_lock = "mutex",
    .parameters =
        {{.name = "form",
          .kind = ParameterKind::choice,
          .default_text = "plain",
          .help = "how it adds: load, add and store; the same on a volatile; on an atomic, relaxed;"
                  " one atomic fetch_add; or a counter for each worker, summed up at the end",
          .choices = {"plain", "volatile", "relaxed", "fetch-add", "sum"}},
         {.name = "place",
          .kind = ParameterKind::choice,
          .default_text = "arena",
          .help = "where the counter lies: in shared memory, or as an ordinary global, of which"
                  " each process has a copy",
          .choices = {"arena", "global"}}},
    .measures = {{.name = "expected_updates",
                  .label = "updates expected",
                  .help = "increments that the workers acknowledged"},
                 {.name = "found_updates",
                  .label = "updates found",
                  .help = "what the counter holds, or all copies of it together"},
                 {.name = "lost_updates",
                  .label = "updates lost",
                  .help = "acknowledged increments that the counter does not hold",
                  .telling = true},
                 {.name = "lost_updates_share",
                  .label = "share lost",
                  .unit = MeasureUnit::share,
                  .help = "the same as a share of those acknowledged"},
                 {.name = "lost_updates_per_million",
                  .label = "lost per million",
                  .help = "the same of a million",
                  .telling = true},
                 {.name = "counter_copies",
                  .label = "counters",
                  .help = "how many there were: one, or a copy in each process"}},
    .make = make_workload<Counter>,
}};

}  // namespace
}  // namespace bulkhead
