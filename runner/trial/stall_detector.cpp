#include "runner/trial/stall_detector.hpp"

namespace bulkhead {

bool StallDetector::is_starved(const Seen& seen, const CpuUse& use,
                               std::int64_t quiet_ns) const noexcept {
  constexpr std::int64_t share = 8, patience = 4;
  return use.is_ready && use.cpu_ns - *seen.cpu_ns < timeout_ns_ / share &&
         quiet_ns < patience * timeout_ns_;
}

std::vector<std::uint32_t> StallDetector::look(
    std::int64_t now_ns, std::span<const Beat> beats,
    const std::function<CpuUse(std::uint32_t worker)>& use_of) {
  std::vector<std::uint32_t> blamed;
  if (timeout_ns_ == 0) return blamed;
  // Whoever looks may have been suspended or starved itself, and so may they: that time counts for
  // nobody.
  const std::int64_t gap_ns = now_ns - last_look_ns_;
  const std::int64_t absence_ns = last_look_ns_ != 0 && gap_ns > timeout_ns_ / 2 ? gap_ns : 0;
  last_look_ns_ = now_ns;
  for (std::uint32_t worker = 0; worker < beats.size(); ++worker) {
    const Beat& beat = beats[worker];
    Seen& seen = seen_[worker];
    seen.since_ns += absence_ns;
    const bool same = seen.since_ns != absence_ns && beat.progress == seen.beat.progress &&
                      beat.waits == seen.beat.waits && beat.must_move == seen.beat.must_move;
    if (!same) {
      seen = {beat, now_ns, false};
      continue;
    }
    seen.beat.holds_lock = beat.holds_lock;
    const bool excused = !beat.must_move || (beat.waits && !beat.holds_lock);
    const std::int64_t quiet_ns = now_ns - seen.since_ns;
    if (excused || seen.blamed || quiet_ns < timeout_ns_ / 2) continue;
    if (seen.cpu_ns && quiet_ns < timeout_ns_) continue;
    const CpuUse use = use_of(worker);
    // Asked at half time, there is something to compare with in the end.
    if (!seen.cpu_ns) seen.cpu_ns = use.cpu_ns;
    if (quiet_ns < timeout_ns_ || is_starved(seen, use, quiet_ns)) continue;
    seen.blamed = true;
    blamed.push_back(worker);
  }
  return blamed;
}

}  // namespace bulkhead
