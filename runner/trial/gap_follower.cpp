#include "runner/trial/gap_follower.hpp"

#include <algorithm>

namespace bulkhead {

void GapFollower::add(const Progress& now) {
  if (workers_.empty()) {
    for (const std::uint64_t finished : now.finished) workers_.push_back({finished, now.at_ns, 0});
    return;
  }
  for (std::size_t index = 0; index < workers_.size(); ++index) {
    Worker& worker = workers_[index];
    worker.longest_ns = std::max(worker.longest_ns, now.at_ns - worker.since_ns);
    if (now.finished[index] == worker.finished) continue;
    worker.finished = now.finished[index];
    worker.since_ns = now.at_ns;
  }
}

std::int64_t GapFollower::longest_ns(std::uint32_t worker) const noexcept {
  return worker < workers_.size() ? workers_[worker].longest_ns : 0;
}

}  // namespace bulkhead
