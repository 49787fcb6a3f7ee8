// Leaks under the memory limit of a control group, which all compartments share. It is the kernel
// that decides then who dies, and it goes by size and by a score, not by guilt; and what nobody's
// death gives back nobody can have.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "ipc/region.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/faults/opaque.hpp"
#include "runner/faults/wants_group.hpp"

namespace bulkhead::group_memory_fault {
namespace {

// More than the limit leaves, and no more than the machine has to spare where it does not bind.
constexpr std::size_t beyond_bytes = std::size_t{16} << 20;
// Of a leak that stops with the first death: a death gives back no more than some pages, so that
// the last of it comes page by page, or there would be a second one.
constexpr std::size_t piece_bytes = std::size_t{64} << 10;
constexpr std::size_t careful_bytes = std::size_t{1} << 20;

/// The group may have so much more than it uses now. Without it nothing is leaked: the machine is
/// not what shall run out.
bool limit(const ControlGroup& group, std::uint64_t more_bytes) {
  const auto used_bytes = group.number("memory.usage_in_bytes");
  if (!used_bytes || !group.set("memory.limit_in_bytes", *used_bytes + more_bytes)) return false;
  // Nor shall it swap; there is no such file where swap is not counted.
  group.set("memory.memsw.limit_in_bytes", *used_bytes + more_bytes);
  return true;
}

/// Memory that is there only when it is touched; in large pages where there are any, since on busy
/// CPUs a leak page by page would take longer than a worker may stand still.
char* map(std::size_t bytes, int flags, int fd) {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
  if (memory == MAP_FAILED) return nullptr;
  madvise(memory, bytes, MADV_HUGEPAGE);
  return static_cast<char*>(memory);
}

/// Not instrumented: a sanitizer would touch shadows of it as well.
BULKHEAD_FAULT void touch(char* memory, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += page_bytes()) {
    *static_cast<volatile char*>(memory + at) = 1;
  }
}

/// Whom the kernel shall choose, and whom not. Everybody may raise a score; to lower one takes
/// root.
constexpr int chosen_first = 1000;
constexpr int never_chosen = -1000;

void score(pid_t process, int points) {
  std::ofstream("/proc/" + std::to_string(process) + "/oom_score_adj") << points;
}

void leak_private(const ControlGroup& group, std::size_t size) {
  if (!limit(group, size)) return;
  char* const memory = map(size + beyond_bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  if (memory != nullptr) touch(memory, size + beyond_bytes);
}

void leak(const Strike& strike) {
  const ControlGroup* const group = group_of(strike, Hierarchy::memory);
  if (group == nullptr) return;
  score(strike.process, chosen_first);  // It is the biggest anyway, unless the workload needs much.
  leak_private(*group, strike.parameters.count("size"));
}

void leak_without_killer(const Strike& strike) {
  const ControlGroup* const group = group_of(strike, Hierarchy::memory);
  if (group == nullptr || !group->set("memory.oom_control", "1")) return;
  leak_private(*group, strike.parameters.count("size"));
}

/// Tells when the kernel has ended somebody. The file stays open: to open it takes memory, and in
/// a group that has none left would cost the next life.
class KillCounter {
 public:
  explicit KillCounter(const ControlGroup& group)
      : file_(open((group.directory() + "/memory.oom_control").c_str(), O_RDONLY | O_CLOEXEC)),
        before_(line()) {}

  [[nodiscard]] bool has_moved() const { return line() != before_; }

 private:
  [[nodiscard]] std::string line() const {
    char text[128];
    const ssize_t length = pread(file_.get(), text, sizeof text, 0);
    const std::string_view all(text, length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::size_t count = all.find("oom_kill ");
    return std::string(count == all.npos ? "" : all.substr(count));
  }

  UniqueFd file_;
  std::string before_;
};

/// What it leaks lies in a file that it has not mapped, and so makes it no bigger than the others.
/// Stops when somebody has died, and gives everything back: it gets away with it.
void leak_until_one_dies(const Strike& strike) {
  const ControlGroup* const group = group_of(strike, Hierarchy::memory);
  const std::size_t size = strike.parameters.count("size");
  if (group == nullptr || !limit(*group, size)) return;
  // In this order: in one process it is the same score.
  score(strike.process, never_chosen);
  score(strike.sibling_process, chosen_first);
  const int file = strike.groups->lasting_file();
  const std::vector<char> piece(piece_bytes);
  const KillCounter kills(*group);
  std::size_t step = piece_bytes;
  for (std::size_t at = 0; at < size + careful_bytes; at += step) {
    if (at + careful_bytes >= size) step = page_bytes();
    static_cast<void>(!pwrite(file, piece.data(), step, static_cast<off_t>(at)));
    if (kills.has_moved()) break;
  }
  strike.groups->empty_lasting_file();
  score(strike.process, 0);
}

/// The pages belong to a file that the supervisor holds open, too.
void leak_into_file(const Strike& strike) {
  const ControlGroup* const group = group_of(strike, Hierarchy::memory);
  const std::size_t size = strike.parameters.count("size");
  if (group == nullptr || !limit(*group, size)) return;
  const int file = strike.groups->lasting_file();
  if (ftruncate(file, static_cast<off_t>(size + beyond_bytes)) != 0) return;
  char* const memory = map(size + beyond_bytes, MAP_SHARED, file);
  if (memory != nullptr) touch(memory, size + beyond_bytes);
}

Parameter size_parameter(std::string_view default_text) {
  return {.name = "size",
          .kind = ParameterKind::bytes,
          .default_text = default_text,
          .help = "how much the control group still has when the leak begins",
          .min = std::int64_t{1} << 20,
          .max = std::int64_t{192} << 20};
}

const FaultRegistry::Registration leaker{{
    .name = "leak-memory-cgroup",
    .family = "exhaustion",
    .help = "leaks until the control group's memory is used up and the kernel ends it",
    .ends_as = "SIGKILL (out of memory)",
    .group = Hierarchy::memory,
    .parameters = {size_parameter("24M")},
    .strike = leak,
    .unavailable = unavailable_group<Hierarchy::memory>,
}};

const FaultRegistry::Registration bystander{{
    .name = "leak-kills-bystander",
    .family = "exhaustion",
    .help = "uses the control group's memory up, and the kernel prefers to end a sibling",
    .ends_as = "SIGKILL (out of memory)",
    .also = {Outcome::degraded},  // Where one death gave too little back.
    .group = Hierarchy::memory,
    .parameters = {size_parameter("16M")},
    .strike = leak_until_one_dies,
    .unavailable = unavailable_group<Hierarchy::memory>,
}};

const FaultRegistry::Registration shared{{
    .name = "leak-shared-memory",
    .family = "exhaustion",
    .help = "uses the control group's memory up with a shared file, which no death gives back",
    .ends_as = "SIGKILL (out of memory)",
    // Whoever needs a page then dies as well.
    .also = {Outcome::degraded, Outcome::lost_all},
    .group = Hierarchy::memory,
    .parameters = {size_parameter("16M")},
    .strike = leak_into_file,
    .unavailable = unavailable_group<Hierarchy::memory>,
}};

const FaultRegistry::Registration waiting{{
    .name = "oom-kill-disabled",
    .family = "exhaustion",
    .help = "uses the control group's memory up, and the kernel ends nobody for it",
    .ends_as = "stall",
    .group = Hierarchy::memory,
    .parameters = {size_parameter("16M")},
    .strike = leak_without_killer,
    .unavailable = unavailable_group<Hierarchy::memory>,
}};

}  // namespace
}  // namespace bulkhead::group_memory_fault
