// One way for a worker to go wrong. One file each in this folder, self-registering (close relatives
// may share one). A fault says how it strikes; when and at whom is the plan's business.
//
// Rules for what strikes: it touches nothing outside the trial and only addresses that it was given
// or made itself; its memory and its time have a bound; it means the same as root and as an
// ordinary user; and it is no undefined behaviour that an optimiser may delete (see opaque.hpp).
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/registry.hpp"
#include "runner/faults/stage.hpp"
#include "runner/groups/hierarchy.hpp"
#include "workloads/parameter.hpp"

namespace bulkhead {

// Only named here: their headers bring all of Boost.Interprocess.
class AnyLock;
class Arena;
class TrialGroups;

/// Who carries the fault out at a moment (`ms=`, `lock-wait`): the worker itself, or the supervisor
/// from outside, at once. At all other triggers it is always the worker.
enum class Striker { worker, outside };

/// Whether the fault means anything without a critical section to be half done.
enum class NeedsSection { no, yes };

/// What of a worker's belongings it aims at; several by `|`. They are laid out and looked at only
/// where something does: canaries cost a start several page faults, a file a few system calls and
/// as much again at the end of a process, and whoever asks the kernel for things does not work.
enum class AimsAt : std::uint32_t {
  nothing = 0,
  memory = 1,       ///< Canaries in its private memory.
  file = 2,         ///< A file of its own.
  settings = 4,     ///< What belongs to its process or its thread; see own_settings.hpp.
  requests = 8,     ///< What the kernel gives to whoever asks; see requests.hpp.
  disk = 16,        ///< Room on the trial's small file system, for whoever writes a file,
  disk_pages = 32,  ///< or to a mapped one.
};

[[nodiscard]] constexpr AimsAt operator|(AimsAt left, AimsAt right) noexcept {
  return static_cast<AimsAt>(static_cast<std::uint32_t>(left) | static_cast<std::uint32_t>(right));
}

/// Whether `all` has anything of `some`.
[[nodiscard]] constexpr bool has(AimsAt all, AimsAt some) noexcept {
  return (static_cast<std::uint32_t>(all) & static_cast<std::uint32_t>(some)) != 0;
}

/// Whether it takes two workers who meet, the victim and the next one, and what it means where its
/// hazard shows between them: that something is wrong now, or only that time was lost.
enum class Duet { no, corrupts, hinders };

/// What became of a trial into which a fault struck. Decided by the rules of docs/isolation.md.
enum class Outcome {
  harmless,   ///< Nobody died, nothing was lost or damaged, the others went on.
  contained,  ///< The culprit's worker was lost; the others went on, the state is sound.
  degraded,   ///< More than that was lost or slowed down, and some went on.
  lost_all,   ///< No worker was left, or none went on.
  silent,     ///< The state or a worker's memory is wrong, and nobody noticed during the run.
  hang,       ///< Somebody stood still, and no end or signal said so.
};

/// What the catalogue expects: the outcome with several workers in one compartment, and with one
/// worker in each.
struct Expectation {
  Outcome threads = Outcome::lost_all;
  Outcome processes = Outcome::contained;
};

/// A worker's addresses that a stray write may hit: its own memory, filled with canaries. The same
/// numbers mean a sibling's memory inside a compartment and one's own copy outside.
struct Canaries;

/// Whom a fault strikes, and what it may use for it.
struct Strike {
  pid_t process = 0;  ///< The victim as the kernel names it: the worker's process,
  pid_t thread = 0;   ///< and its thread.
  std::uint32_t worker = 0;
  std::uint32_t worker_count = 1;
  pid_t sibling_process = 0;  ///< The process of worker (worker + 1) % worker_count.
  const ParameterValues& parameters;
  std::span<std::byte> arena;                      ///< All of the shared state.
  std::span<std::uint64_t> sibling_words = {};     ///< The sibling's page of the private block.
  const AnyLock* lock = nullptr;                   ///< The workload's.
  Arena* allocator = nullptr;                      ///< Of the shared state.
  std::atomic<std::uint64_t>* finished = nullptr;  ///< Where the worker counts its operations.
  const Canaries* own = nullptr;                   ///< Null from outside.
  const Canaries* sibling = nullptr;               ///< Null before the sibling has started.
  int small_disk = -1;                             ///< A folder's descriptor; see small_disk.hpp.
  Stage* stage = nullptr;                          ///< Of a duet; null for all others.
  Role role = Role::culprit;                       ///< In a duet both workers strike.
  const TrialGroups* groups = nullptr;             ///< Null: nobody wanted one.
};

struct FaultEntry {
  std::string_view name;
  std::string_view family;   ///< "crash", "sudden end", "silent corruption", ...
  std::string_view help;     ///< One line: what it does, no full stop.
  std::string_view ends_as;  ///< What the supervisor should see: "SIGSEGV", "exit 3", "nothing".
  Expectation expected = {};
  std::vector<Outcome> also = {};  ///< Seen as well in any mode, by chance of timing.
  Striker striker = Striker::worker;
  NeedsSection needs_section = NeedsSection::no;
  AimsAt aims_at = AimsAt::nothing;
  Duet duet = Duet::no;
  /// Of which a trial with it gets a control group, where this machine and this user can have one.
  Hierarchy group = Hierarchy::none;
  std::vector<Parameter> parameters = {};
  void (*strike)(const Strike& strike) = nullptr;
  /// Why this machine or this user cannot have it; empty where it can. Null: everybody can.
  std::string (*unavailable)() = nullptr;
};

using FaultRegistry = Registry<FaultEntry>;

/// "contained", "lost all", ...
[[nodiscard]] std::string_view to_text(Outcome outcome) noexcept;

}  // namespace bulkhead
