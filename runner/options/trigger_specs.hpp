// The triggers of a fault as the user writes them: one table for reading, help and mistakes.
#pragma once

#include <array>
#include <string_view>

#include "runner/plan/plan.hpp"

namespace bulkhead {

/// Whether a trigger takes a value.
enum class TriggerValue { none, optional, needed };

struct TriggerSpec {
  std::string_view key;
  TriggerKind kind;
  TriggerValue value;
  std::string_view letter;
  std::string_view help;
};

/// The key of a step of the critical section; its kind is in_section.
inline constexpr std::string_view trigger_step_key = "step";

[[nodiscard]] const std::array<TriggerSpec, 11>& trigger_specs();

}  // namespace bulkhead
