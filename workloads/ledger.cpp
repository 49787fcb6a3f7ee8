#include "workloads/ledger.hpp"

namespace bulkhead {

void Ledger::compare(const Acknowledged& acknowledged, Verdict& verdict) const noexcept {
  for (std::uint32_t worker = 0; worker < lines_.size(); ++worker) {
    const std::uint64_t applied = lines_[worker].applied.get();
    const std::uint64_t finished = acknowledged.finished[worker];
    const std::uint64_t at_most = finished + acknowledged.interrupted[worker];
    if (applied < finished) verdict.missing_units += finished - applied;
    if (applied > at_most) verdict.surplus_units += applied - at_most;
  }
  if (verdict.health == StateHealth::sound &&
      (verdict.missing_units != 0 || verdict.surplus_units != 0)) {
    verdict.health = StateHealth::lossy;
  }
}

}  // namespace bulkhead
