// No core dumps: one of a process with much memory delays the news of its death by a tenth of a
// second, and holds what was shared.
#pragma once

#include <sys/resource.h>

namespace bulkhead {

/// Of the calling process and its children to come. One byte, and not none: a program that the
/// kernel hands core dumps to (systemd-coredump, apport) gets them whatever the limit, but for
/// this one (core(5); fs/coredump.c: how such a program keeps its own crash from itself). And a
/// file is not written below a page. Where the limit is lower already it stays so.
inline void forbid_core_dumps() noexcept {
  constexpr rlimit almost_none{1, 1};
  if (setrlimit(RLIMIT_CORE, &almost_none) == 0) return;
  constexpr rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

}  // namespace bulkhead
