// A key-value store: a Boost.Interprocess map in the arena, read and written under a lock. With one
// stripe a single lock guards all of it; with more, each guards a part, and workers meet less
// often.
//
// A value is a version and a check word that follows from key and version, so that half a write is
// seen. An undo record in each stripe lets the next holder of a robust lock put it right.

#include <algorithm>
#include <functional>
#include <memory>
#include <type_traits>

#include "ipc/any_lock.hpp"
#include "workloads/ledger.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/random.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

struct Value {
  PlainWord<std::uint64_t> version;
  PlainWord<std::uint64_t> check;
};

std::uint64_t check_of(std::uint64_t key, std::uint64_t version) noexcept {
  return mix(key + 1, version);
}

/// What a write changes, as it was before.
struct Undo {
  PlainWord<std::uint32_t> armed;
  PlainWord<std::uint32_t> worker;
  PlainWord<std::uint64_t> key;
  PlainWord<std::uint64_t> version;
  PlainWord<std::uint64_t> writes;
  PlainWord<std::uint64_t> applied;
};

using Store = ArenaMap<std::uint64_t, Value, std::less<std::uint64_t>>;

struct alignas(cache_line_bytes) Stripe {
  explicit Stripe(const ArenaAllocator<char>& allocator)
      : store(std::less<std::uint64_t>(), allocator) {}
  Store store;
  Undo undo;
};

/// One worker's counts.
struct alignas(cache_line_bytes) Counts {
  PlainWord<std::uint64_t> writes;
  PlainWord<std::uint64_t> bad_reads;  // Of values whose check word was another's.
};

template <class L>
struct alignas(cache_line_bytes) StripeLock {
  explicit StripeLock(const LockSetup& setup) : lock(setup) {}
  L lock;
};

template <class... Locks>
constexpr std::size_t largest_stripe_lock(TypeList<Locks...>) {
  return std::max({sizeof(StripeLock<Locks>)...});
}

class Map final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    lock_ = &setup.lock;
    keys_ = setup.parameters.count("keys");
    read_percent_ = setup.parameters.count("reads");
    stripe_count_ = setup.parameters.count("stripes");
    const auto allocator = setup.arena.allocator<char>();
    stripes_ = static_cast<Stripe*>(
        setup.arena.allocate_aligned(stripe_count_ * sizeof(Stripe), alignof(Stripe)));
    for (std::size_t stripe = 0; stripe < stripe_count_; ++stripe) {
      new (&stripes_[stripe]) Stripe(allocator);
    }
    for (std::uint64_t key = 0; key < keys_; ++key) {
      stripe_of(key).store[key].check.set(check_of(key, 0));
    }
    counts_ = setup.arena.construct_array<Counts>(setup.worker_count);
    worker_count_ = setup.worker_count;
    ledger_ = Ledger(setup.arena, setup.worker_count);
    make_locks(setup);
  }

  void run(Worker& worker) override {
    lock_->with([&](auto& whole) {
      using L = std::decay_t<decltype(whole)>;
      auto* const locks = static_cast<StripeLock<L>*>(locks_);
      worker.repeat([&](auto& unit) {
        std::uint64_t bits = mix(worker.seed(), unit.number());
        const std::uint64_t key = next_random(bits) % keys_;
        const bool reads = next_random(bits) % 100 < read_percent_;
        Stripe& stripe = stripe_of(key);
        L& lock = locks == nullptr ? whole : locks[key % stripe_count_].lock;
        unit.critical(
            lock, [&](auto& steps) { return repair(stripe, steps); },
            [&](auto& steps) {
              if (reads) {
                get(stripe, key, worker.index(), unit.number(), steps);
              } else {
                put(stripe, key, worker.index(), unit.number(), steps);
              }
            });
      });
    });
  }

  /// The lock that the supervisor knows is that of a store with one stripe.
  [[nodiscard]] bool recover() override {
    NoSteps steps;
    return repair(stripes_[0], steps);
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    std::uint64_t versions = 0, broken = 0, found = 0, writes = 0;
    for (std::size_t index = 0; index < stripe_count_; ++index) {
      for (const auto& [key, value] : stripes_[index].store) {
        if (++found > keys_) break;  // A broken tree may go round in circles.
        versions += value.version.get();
        broken += value.check.get() == check_of(key, value.version.get()) ? 0 : 1;
      }
    }
    for (std::uint32_t worker = 0; worker < worker_count_; ++worker) {
      writes += counts_[worker].writes.get();
      broken += counts_[worker].bad_reads.get();
    }
    ledger_.compare(acknowledged, verdict);
    if (versions < writes) verdict.missing_units += writes - versions;
    if (versions > writes) verdict.surplus_units += versions - writes;
    if (verdict.missing_units + verdict.surplus_units != 0) verdict.health = StateHealth::lossy;
    if (broken != 0 || found != keys_) verdict.health = StateHealth::torn;
    verdict.finding = std::to_string(found) + " of " + std::to_string(keys_) + " keys, " +
                      std::to_string(broken) + " broken values seen, " + std::to_string(versions) +
                      " writes in the store of " + std::to_string(writes);
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues& parameters,
                                        std::uint32_t worker_count) const override {
    constexpr std::size_t node_bytes = 128;  // A pair, its tree node, the allocator's header.
    // Some locks have a node for each user.
    const std::size_t lock_bytes =
        largest_stripe_lock(LockTypes{}) + (std::size_t{worker_count} + 2) * 2 * cache_line_bytes;
    const std::size_t stripe_bytes = sizeof(Stripe) + lock_bytes;
    return parameters.count("keys") * node_bytes +
           (parameters.count("stripes") + 2) * stripe_bytes + (worker_count + 1) * sizeof(Counts) +
           Ledger::arena_bytes(worker_count);
  }

 private:
  [[nodiscard]] Stripe& stripe_of(std::uint64_t key) const { return stripes_[key % stripe_count_]; }

  void make_locks(const Setup& setup) {
    locks_ = nullptr;
    if (stripe_count_ == 1) return;
    setup.lock.with([&](auto& whole) {
      using Lock = StripeLock<std::decay_t<decltype(whole)>>;
      auto* const first = static_cast<Lock*>(
          setup.arena.allocate_aligned(stripe_count_ * sizeof(Lock), alignof(Lock)));
      for (std::size_t stripe = 0; stripe < stripe_count_; ++stripe) {
        new (&first[stripe]) Lock({setup.arena, setup.worker_count, setup.lock.spin()});
      }
      locks_ = first;
    });
  }

  template <class Steps>
  void get(Stripe& stripe, std::uint64_t key, std::uint32_t worker, std::uint64_t unit,
           Steps& steps) const {
    const auto found = stripe.store.find(key);
    const std::uint64_t version = found->second.version.get();
    steps.step();
    if (found->second.check.get() != check_of(key, version)) [[unlikely]]
      counts_[worker].bad_reads.set(counts_[worker].bad_reads.get() + 1);
    ledger_.applied(worker).set(unit + 1);
  }

  template <class Steps>
  void put(Stripe& stripe, std::uint64_t key, std::uint32_t worker, std::uint64_t unit,
           Steps& steps) const {
    if (ledger_.applied(worker).get() > unit) return;  // Took effect before the crash.
    Value& value = stripe.store.find(key)->second;
    const std::uint64_t version = value.version.get();
    stripe.undo.key.set(key);
    stripe.undo.worker.set(worker);
    stripe.undo.version.set(version);
    stripe.undo.writes.set(counts_[worker].writes.get());
    stripe.undo.applied.set(ledger_.applied(worker).get());
    crash_point();
    stripe.undo.armed.set(1);
    steps.step();
    value.version.set(version + 1);
    steps.half_done();
    value.check.set(check_of(key, version + 1));
    counts_[worker].writes.set(counts_[worker].writes.get() + 1);
    ledger_.applied(worker).set(unit + 1);
    steps.step();
    stripe.undo.armed.set(0);
    crash_point();
  }

  template <class Steps>
  [[nodiscard]] bool repair(Stripe& stripe, Steps& steps) const {
    const Undo& undo = stripe.undo;
    if (undo.armed.get() == 0) return true;
    const auto found = stripe.store.find(undo.key.get());
    if (found == stripe.store.end() || undo.worker.get() >= worker_count_) return false;
    found->second.version.set(undo.version.get());
    found->second.check.set(check_of(undo.key.get(), undo.version.get()));
    steps.step();
    counts_[undo.worker.get()].writes.set(undo.writes.get());
    ledger_.applied(undo.worker.get()).set(undo.applied.get());
    steps.step();
    stripe.undo.armed.set(0);
    return true;
  }

  const AnyLock* lock_ = nullptr;
  void* locks_ = nullptr;  // One a stripe, of the lock's own kind; null where one guards all.
  std::uint64_t keys_ = 0;
  std::uint64_t read_percent_ = 0;
  std::size_t stripe_count_ = 1;
  std::uint32_t worker_count_ = 0;
  Stripe* stripes_ = nullptr;
  Counts* counts_ = nullptr;
  Ledger ledger_;
};

const WorkloadRegistry::Registration registered{{
    .name = "map",
    .help = "key-value store in a shared map; reads and writes under one lock or many",
    .operation = "access",
    .takes_lock = TakesLock::yes,
    .default_lock = "robust",
    .parameters = {{.name = "keys",
                    .kind = ParameterKind::count,
                    .default_text = "1000",
                    .help = "keys in the store",
                    .min = 1,
                    .max = 10'000'000},
                   {.name = "reads",
                    .kind = ParameterKind::count,
                    .default_text = "90",
                    .help = "percent of the accesses that only read",
                    .min = 0,
                    .max = 100},
                   {.name = "stripes",
                    .kind = ParameterKind::count,
                    .default_text = "1",
                    .help = "parts with a lock each; a lock that is not robust is repaired by the "
                            "supervisor only when there is one",
                    .min = 1,
                    .max = 256}},
    .make = make_workload<Map>,
}};

}  // namespace
}  // namespace bulkhead
