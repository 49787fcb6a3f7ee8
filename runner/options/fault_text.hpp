// What --fault takes: NAME[@WHO][:TRIGGER][,KEY=VALUE...]. Pure but for the registry of faults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/options/mistake.hpp"
#include "runner/plan/plan.hpp"

namespace bulkhead {

inline constexpr std::string_view fault_form =
    "NAME[@WHO][:TRIGGER][,KEY=VALUE...], such as segv-null@1:op=1000";

/// One line for each trigger: what to write, what it means. For help and lists.
struct TriggerHelp {
  std::string form;
  std::string_view help;
};
[[nodiscard]] std::vector<TriggerHelp> trigger_helps();

/// What a fault is checked against. What is empty is not known, because of a mistake elsewhere or
/// by its nature, and is not checked against.
struct FaultSurroundings {
  const WorkloadEntry* workload;
  std::optional<std::uint32_t> worker_count;
  std::optional<std::int64_t> window_ns;
  std::uint64_t seed = 0;
};

/// What to say about a name that is no fault.
[[nodiscard]] std::string unknown_fault_text(std::string_view name);

/// A trigger by itself, with all that is wrong with it added to `mistakes`.
[[nodiscard]] Trigger read_trigger(std::string_view text, std::string_view where,
                                   const FaultSurroundings& surroundings, Mistakes& mistakes);

/// The faults that `text` names, one for each worker it strikes, or none, with all that is wrong
/// with it added to `mistakes`. Without WHO: worker 1, or 0 if it is alone. Without a trigger:
/// 50 ms after the window opens, or a quarter of a shorter window.
[[nodiscard]] std::vector<FaultPlan> read_fault(std::string_view text, std::string_view where,
                                                const FaultSurroundings& surroundings,
                                                Mistakes& mistakes);

}  // namespace bulkhead
