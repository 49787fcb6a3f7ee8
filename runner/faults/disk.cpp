// A full disk, on a small file system that only the trial has. What is used up belongs to the file
// system and not to a process: no wall helps. Whoever writes is told (ENOSPC); whoever has mapped a
// file and touches a page of it that was never written is killed instead, though its file had the
// length all the time.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string>

#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/small_disk.hpp"
#include "runner/faults/use_up.hpp"

namespace bulkhead::disk_fault {
namespace {

constexpr mode_t readable = 0600;

UniqueFd make_file(const Strike& strike, const std::string& name) {
  return UniqueFd(
      openat(strike.small_disk, name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, readable));
}

void fill(const Strike& strike) {
  const UniqueFd file = make_file(strike, "filler");
  std::array<char, 4096> piece{};
  piece.fill('x');
  use_up(2 * small_disk_bytes / piece.size(),
         [&] { return write(file.get(), piece.data(), piece.size()) > 0; });
}

void make_empty_files(const Strike& strike) {
  constexpr int more_than_fit = 1 << 14;
  int number = 0;
  use_up(more_than_fit,
         [&] { return make_file(strike, "empty-" + std::to_string(number++)).open(); });
}

const FaultRegistry::Registration full{{
    .name = "disk-full",
    .family = "exhaustion",
    .help = "fills the disk, a small one of the trial's own: nobody can write",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::degraded},
    .aims_at = AimsAt::disk,
    .strike = fill,
    .unavailable = why_no_small_disk,
}};

const FaultRegistry::Registration no_inodes{{
    .name = "inodes-full",
    .family = "exhaustion",
    .help = "makes empty files until the disk takes no more, though there is room",
    .ends_as = "nothing",
    .expected = {Outcome::degraded, Outcome::degraded},
    .aims_at = AimsAt::disk,
    .strike = make_empty_files,
    .unavailable = why_no_small_disk,
}};

const FaultRegistry::Registration pages{{
    .name = "shm-full",
    .family = "exhaustion",
    .help = "fills the disk on which siblings have mapped files with pages still unused",
    .ends_as = "SIGBUS",
    .expected = {Outcome::lost_all, Outcome::lost_all},
    // Or the trial was over before the last one touched its page.
    .also = {Outcome::degraded, Outcome::lost_all},
    .aims_at = AimsAt::disk_pages,
    .strike = fill,
    .unavailable = why_no_small_disk,
}};

}  // namespace
}  // namespace bulkhead::disk_fault
