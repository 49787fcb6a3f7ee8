// Children that nobody owns: what a compartment forked and left behind is handed to the nearest
// subreaper, which ends it here.
#pragma once

#include <cstdint>

namespace bulkhead {

/// From now on, orphaned descendants become children of this process. See PR_SET_CHILD_SUBREAPER.
void adopt_orphans() noexcept;

/// Kills and reaps all children of this process, until none is left or eleven seconds have passed;
/// a guard of control groups has six of them to finish first. Only for a moment at which every
/// child is a stray. Returns how many it ended.
std::uint32_t end_strays();

}  // namespace bulkhead
