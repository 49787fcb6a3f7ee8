// What --fault takes: NAME[@WORKER][:TRIGGER]. Pure but for the registry of faults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runner/options/mistake.hpp"
#include "runner/plan/plan.hpp"

namespace bulkhead {

inline constexpr std::string_view fault_form =
    "NAME[@WORKER][:op=N, :ms=T or :in-lock[=T]], such as segv-null@1:op=1000";

/// What a fault is checked against. What is empty is not known, because of a mistake elsewhere or
/// by its nature, and is not checked against.
struct FaultSurroundings {
  const WorkloadEntry* workload;
  std::optional<std::uint32_t> worker_count;
  std::optional<std::int64_t> window_ns;
};

/// The fault that `text` names, or nothing, with all that is wrong with it added to `mistakes`.
/// Without a worker: worker 1, or 0 if it is alone. Without a trigger: 50 ms after the window
/// opens, or a quarter of a shorter window.
[[nodiscard]] std::optional<FaultPlan> read_fault(std::string_view text, std::string_view where,
                                                  const FaultSurroundings& surroundings,
                                                  Mistakes& mistakes);

}  // namespace bulkhead
