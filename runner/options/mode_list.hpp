// What --mode and --workers mean together: a list of modes, all of which share out the same
// workers. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "runner/options/mistake.hpp"
#include "runner/plan/mode.hpp"

namespace bulkhead {

/// How many workers there are, as far as it is known before the modes are looked at.
struct WorkerWish {
  std::optional<std::uint32_t> asked_for;  ///< --workers.
  std::uint32_t otherwise;                 ///< If neither --workers nor a mode PxT says it.
};

struct ModeList {
  std::vector<Mode> modes;
  std::uint32_t worker_count;
};

/// The modes of a comma-separated list, with all that is wrong with it added to `mistakes`. Without
/// --workers the modes PxT decide how many workers there are.
[[nodiscard]] ModeList read_modes(std::string_view list, std::string_view where,
                                  const WorkerWish& wish, Mistakes& mistakes);

}  // namespace bulkhead
