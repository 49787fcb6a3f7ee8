// A consumer that takes jobs in advance. It dies after the first few, and those that it still had
// in hand nobody will ever do: they are in no queue any more. The next worker takes one at a time
// and leaves nothing undone.

#include <signal.h>

#include <cstdint>

#include "runner/faults/duet.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::greedy_consumer_fault {
namespace {

constexpr std::uint64_t jobs = 100;

void be_greedy(const Strike& strike, Deadline end) {
  Stage& stage = *strike.stage;
  std::atomic<std::uint64_t>&next_job = stage.words[0].value, &done = stage.words[1].value;
  next_job.fetch_add(strike.parameters.count("takes"), std::memory_order_acq_rel);
  if (!keep_step(stage, strike.role, end) || !keep_step(stage, strike.role, end)) return;
  done.fetch_add(strike.parameters.count("does"), std::memory_order_acq_rel);
  report(stage, jobs, jobs - done.load(std::memory_order_acquire));
  raise(SIGKILL);
}

void be_modest(const Strike& strike, Deadline end) {
  Stage& stage = *strike.stage;
  std::atomic<std::uint64_t>&next_job = stage.words[0].value, &done = stage.words[1].value;
  if (!keep_step(stage, strike.role, end)) return;
  while (next_job.fetch_add(1, std::memory_order_acq_rel) < jobs) {
    done.fetch_add(1, std::memory_order_acq_rel);
  }
  static_cast<void>(keep_step(stage, strike.role, end));
}

void strike(const Strike& strike) {
  if (!are_two(strike)) return;
  const Deadline end = Deadline::in(meeting_patience_ns);
  if (strike.role == Role::culprit) return be_greedy(strike, end);
  be_modest(strike, end);
}

const FaultRegistry::Registration registered{{
    .name = "greedy-consumer",
    .family = "exhaustion",
    .help = "takes more jobs than it does and dies; the next worker, who takes one at a time, gets"
            " the others",
    .ends_as = "SIGKILL",
    .also = {Outcome::harmless},  // Where they never met.
    .duet = Duet::hinders,
    .parameters = {{.name = "takes",
                    .kind = ParameterKind::count,
                    .default_text = "60",
                    .help = "of the 100 jobs, at once",
                    .min = 10,
                    .max = 100},
                   {.name = "does",
                    .kind = ParameterKind::count,
                    .default_text = "5",
                    .help = "of those, before it dies",
                    .min = 0,
                    .max = 10}},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::greedy_consumer_fault
