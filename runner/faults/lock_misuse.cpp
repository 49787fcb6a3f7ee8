// Two mistakes with a lock: taking it while one has it, and giving it back while another has it.
// What comes of the second is the lock's business: a robust one refuses, others let two in.

#include "ipc/any_lock.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::lock_misuse_fault {
namespace {

void lock_again(const Strike& strike) {
  if (strike.lock == nullptr) return;
  const Deadline end = end_of(strike);
  strike.lock->with([&](auto& lock) { static_cast<void>(lock.lock({strike.worker}, end)); });
}

void unlock_of_others(const Strike& strike) {
  if (strike.lock == nullptr) return;
  strike.lock->with([&](auto& lock) { lock.unlock({strike.worker}); });
}

const FaultRegistry::Registration again{{
    .name = "relock",
    .family = "liveness",
    .help = "takes the lock that it holds already",
    .ends_as = "stall",
    // Those who wait for the lock meanwhile are slowed down.
    .expected = {Outcome::lost_all, Outcome::degraded},
    .also = {Outcome::contained, Outcome::harmless, Outcome::silent},  // These with --lock none.
    .needs_section = NeedsSection::yes,
    .parameters = {lasting("3s")},
    .strike = lock_again,
}};

const FaultRegistry::Registration unowned{{
    .name = "unlock-unowned",
    .family = "silent corruption",
    .help = "releases the lock, which it does not hold; a robust one refuses",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    // Without robustness: two inside, or a waiter that nobody wakes, or an innocent who is blamed.
    .also = {Outcome::silent, Outcome::hang, Outcome::contained, Outcome::degraded,
             Outcome::lost_all},
    .strike = unlock_of_others,
}};

}  // namespace
}  // namespace bulkhead::lock_misuse_fault
