#include <fmt/format.h>

#include "runner/reports/explain/sentences.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

/// Two modes that differ by less are said to take the same.
constexpr double same_within = 0.05;

}  // namespace

std::optional<std::string> memory_sentence(const Summary& summary) {
  const ModeSummary* most = nullptr;
  const ModeSummary* least = nullptr;
  const auto pss_bytes = [](const ModeSummary* mode) { return mode->cost.memory->pss_bytes; };
  for (const ModeSummary& mode : summary.modes) {
    if (!mode.cost.memory) continue;
    if (!most || mode.cost.memory->pss_bytes > pss_bytes(most)) most = &mode;
    if (!least || mode.cost.memory->pss_bytes < pss_bytes(least)) least = &mode;
  }
  if (!most || most == least) return std::nullopt;
  const double workers = summary.plan.worker_count;
  const auto per_worker = [&](double bytes) { return with_unit(Quantity::bytes, bytes / workers); };
  if (pss_bytes(most) <= pss_bytes(least) * (1 + same_within)) {
    return fmt::format("Memory: a worker takes the same in all modes within {}: {} (PSS) at most.",
                       percent(same_within), per_worker(pss_bytes(most)));
  }
  return fmt::format("Memory: a worker takes {} (PSS) in {}, {} more than the {} in {}.",
                     per_worker(pss_bytes(most)), most->mode.name,
                     per_worker(pss_bytes(most) - pss_bytes(least)), per_worker(pss_bytes(least)),
                     least->mode.name);
}

}  // namespace bulkhead
