// Transfers between accounts: the total never changes. One transfer changes two words, so a death
// between them tears the state; an undo record in shared memory lets the next holder of a robust
// lock put it right. The record is written before the first change and cleared after the last, and
// undoing twice does no harm, so a death during the repair is repaired again.

#include <memory>
#include <span>

#include "ipc/any_lock.hpp"
#include "workloads/ledger.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/random.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t initial_balance = 1000;

using Account = PlainWord<std::int64_t>;

/// The two balances and the ledger's line as they were before the transfer in work.
struct Undo {
  PlainWord<std::uint32_t> armed;
  PlainWord<std::uint32_t> from;
  PlainWord<std::uint32_t> to;
  PlainWord<std::uint32_t> worker;
  PlainWord<std::int64_t> from_balance;
  PlainWord<std::int64_t> to_balance;
  PlainWord<std::uint64_t> applied;
};

class Bank final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    lock_ = &setup.lock;
    account_count_ = static_cast<std::uint32_t>(setup.parameters.count("accounts"));
    use_undo_ = setup.parameters.text("undo") == "on";
    accounts_ = setup.arena.construct_array<Account>(account_count_);
    for (std::uint32_t index = 0; index < account_count_; ++index) {
      accounts_[index].set(initial_balance);
    }
    undo_ = setup.arena.construct<Undo>();
    ledger_ = Ledger(setup.arena, setup.worker_count);
  }

  void run(Worker& worker) override {
    lock_->with([&](auto& lock) {
      worker.repeat([&](auto& unit) __attribute__((always_inline)) {
        unit.critical(
            lock, [&](auto& steps) { return repair(steps); },
            [&](auto& steps) { transfer(worker, unit.number(), steps); });
      });
    });
  }

  [[nodiscard]] bool recover() override {
    NoSteps steps;
    return repair(steps);
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    std::int64_t total = 0;
    for (std::uint32_t index = 0; index < account_count_; ++index) total += accounts_[index].get();
    const std::int64_t expected = initial_balance * account_count_;
    Verdict verdict;
    if (total != expected) verdict.health = StateHealth::torn;
    ledger_.compare(acknowledged, verdict);
    verdict.finding = "total " + std::to_string(total) + " of " + std::to_string(expected);
    if (total != expected && undo_->armed.get() != 0) {
      verdict.finding += "; half a transfer, its undo record is intact";
    }
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues& parameters,
                                        std::uint32_t worker_count) const override {
    return parameters.count("accounts") * sizeof(Account) + sizeof(Undo) +
           Ledger::arena_bytes(worker_count);
  }

 private:
  template <class Steps>
  void transfer(const Worker& worker, std::uint64_t unit, Steps& steps) const {
    PlainWord<std::uint64_t>& applied = ledger_.applied(worker.index());
    if (applied.get() > unit) return;  // Took effect before the crash that makes us redo it.
    std::uint64_t bits = mix(worker.seed(), unit);
    const auto from = static_cast<std::uint32_t>(next_random(bits) % account_count_);
    const auto to = static_cast<std::uint32_t>(
        (from + 1 + next_random(bits) % (account_count_ - 1)) % account_count_);
    const auto amount = static_cast<std::int64_t>(1 + next_random(bits) % 100);
    if (use_undo_) arm_undo(from, to, worker.index(), steps);
    accounts_[from].set(accounts_[from].get() - amount);
    steps.half_done();
    accounts_[to].set(accounts_[to].get() + amount);
    applied.set(applied.get() + 1);
    steps.step();
    if (use_undo_) undo_->armed.set(0);
    steps.step();
  }

  template <class Steps>
  void arm_undo(std::uint32_t from, std::uint32_t to, std::uint32_t worker, Steps& steps) const {
    undo_->from.set(from);
    undo_->to.set(to);
    undo_->worker.set(worker);
    undo_->from_balance.set(accounts_[from].get());
    undo_->to_balance.set(accounts_[to].get());
    undo_->applied.set(ledger_.applied(worker).get());
    steps.step();
    undo_->armed.set(1);
    steps.step();
  }

  /// Without an undo record nobody can tell what is half done: the lock is taken over and the state
  /// stays as it is, as most programs do.
  template <class Steps>
  [[nodiscard]] bool repair(Steps& steps) const {
    if (undo_->armed.get() == 0) return true;
    if (undo_->from.get() >= account_count_ || undo_->to.get() >= account_count_) return false;
    accounts_[undo_->from.get()].set(undo_->from_balance.get());
    steps.step();
    accounts_[undo_->to.get()].set(undo_->to_balance.get());
    ledger_.applied(undo_->worker.get()).set(undo_->applied.get());
    steps.step();
    undo_->armed.set(0);
    return true;
  }

  const AnyLock* lock_ = nullptr;
  std::uint32_t account_count_ = 0;
  bool use_undo_ = true;
  Account* accounts_ = nullptr;
  Undo* undo_ = nullptr;
  Ledger ledger_;
};

const WorkloadRegistry::Registration registered{{
    .name = "bank",
    .help = "transfers between accounts; the total must not change",
    .operation = "transfer",
    .takes_lock = TakesLock::yes,
    .default_lock = "robust",
    .parameters = {{.name = "accounts",
                    .kind = ParameterKind::count,
                    .default_text = "64",
                    .help = "accounts in the bank",
                    .min = 2,
                    .max = 1'000'000},
                   {.name = "undo",
                    .kind = ParameterKind::choice,
                    .default_text = "on",
                    .help = "keep an undo record, so that a robust lock's next holder can repair",
                    .choices = {"on", "off"}}},
    .make = make_workload<Bank>,
}};

}  // namespace
}  // namespace bulkhead
