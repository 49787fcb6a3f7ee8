// Descriptors that are opened and forgotten, under a low limit that the process sets itself. The
// table of descriptors belongs to the process: afterwards no thread of it can open a file.

#include <sys/eventfd.h>
#include <sys/resource.h>

#include <algorithm>

#include "runner/faults/fault.hpp"
#include "runner/faults/use_up.hpp"

namespace bulkhead::leak_fd_fault {
namespace {

void strike(const Strike& strike) {
  const auto count = static_cast<rlim_t>(strike.parameters.count("count"));
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min(limit.rlim_cur, count);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  use_up(count, [] { return eventfd(0, EFD_CLOEXEC) >= 0; });
}

const FaultRegistry::Registration registered{{
    .name = "leak-fd",
    .family = "exhaustion",
    .help = "leaks descriptors until the process can open no more (RLIMIT_NOFILE)",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::harmless},
    .aims_at = AimsAt::requests,
    .parameters = {{.name = "count",
                    .kind = ParameterKind::count,
                    .default_text = "64",
                    .help = "descriptors that the process may have",
                    .min = 16,
                    .max = 4096}},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::leak_fd_fault
