#include "runner/commands/list.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

#include "ipc/lock_list.hpp"
#include "runner/commands/text_layout.hpp"
#include "runner/faults/fault.hpp"
#include "runner/options/fault_text.hpp"
#include "runner/plan/mode.hpp"
#include "runner/reports/format.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Names and one line each: what every registry has.
template <class Entries>
std::string name_list(const Entries& entries, unsigned width) {
  Rows rows;
  for (const auto& entry : entries) {
    rows.push_back({std::string(entry.name), std::string(entry.help)});
  }
  return aligned(rows, width);
}

std::string list_workloads(unsigned width) {
  return name_list(WorkloadRegistry::all(), width) +
         "\nParameters of one: bulkhead run WORKLOAD --help\n";
}

std::string list_modes(unsigned width) {
  return aligned({{std::string(process_mode), "every worker in a process of its own: Nx1"},
                  {std::string(thread_mode), "all workers as threads of one process: 1xN"},
                  {"PxT", "P processes of T threads each"}},
                 width) +
         "\n" +
         paragraph(
             "With 8 workers, a crash takes down 1 of them in mode process, 4 in mode 2x4 "
             "and all 8 in mode thread.",
             width) +
         paragraph("Example: bulkhead run bank --mode thread,process,2x4", width);
}

/// What a lock means to hold, what becomes of it when its holder dies, and whom it is for.
std::string lock_traits(const LockDescription& lock) {
  std::vector<std::string> traits;
  if (!lock.meant.mutual_exclusion) traits.emplace_back("broken: no mutual exclusion");
  if (!lock.meant.progress) traits.emplace_back("broken: no progress");
  if (lock.meant.bounded_waiting && lock.meant.mutual_exclusion && lock.meant.progress) {
    traits.emplace_back("bounded waiting");
  }
  switch (lock.owner_death) {
    case OwnerDeath::reported:
      traits.emplace_back("a death is reported");
      break;
    case OwnerDeath::waits_for_ever:
      traits.emplace_back("a death hangs the others");
      break;
    case OwnerDeath::unnoticed:
      traits.emplace_back("a death goes unnoticed");
      break;
  }
  if (lock.most_users != 0) traits.push_back(fmt::format("{} workers", lock.most_users));
  const std::string obstacle = lock.unavailable == nullptr ? "" : lock.unavailable();
  if (!obstacle.empty()) traits.push_back("not here: " + obstacle);
  return fmt::format("{}", fmt::join(traits, "; "));
}

std::string list_locks(unsigned width) {
  Rows rows;
  for (const LockDescription& lock : all_locks()) {
    rows.push_back({std::string(lock.name), fmt::format("{} ({})", lock.help, lock_traits(lock))});
  }
  return aligned(rows, width) + "\n" +
         paragraph(
             "Mutual exclusion: one inside at a time. Progress: somebody gets in when nobody is "
             "inside. Bounded waiting: once a waiter's claim stands, at most all others enter "
             "once before it.",
             width);
}

/// The faults of one family: what is expected of threads and of processes, and what each does.
std::string list_family(std::string_view family, unsigned width) {
  Rows rows;
  for (const FaultEntry& fault : FaultRegistry::all()) {
    if (fault.family != family) continue;
    rows.push_back(
        {std::string(fault.name),
         fmt::format("{}. Ends as {}; threads: {}, processes: {}", fault.help, fault.ends_as,
                     to_text(fault.expected.threads), to_text(fault.expected.processes))});
  }
  return fmt::format("{}:\n", family) + aligned(rows, width) + "\n";
}

std::string list_impossible(unsigned width) {
  std::string text;
  for (const FaultEntry& fault : FaultRegistry::all()) {
    const std::string obstacle = fault.unavailable == nullptr ? "" : fault.unavailable();
    if (!obstacle.empty()) text += paragraph(fmt::format("{}: {}", fault.name, obstacle), width, 2);
  }
  return text.empty() ? "" : "Not possible here:\n" + text + "\n";
}

std::string list_faults(unsigned width) {
  std::string text;
  std::set<std::string_view> families;
  for (const FaultEntry& fault : FaultRegistry::all()) {
    if (families.insert(fault.family).second) text += list_family(fault.family, width);
  }
  text += list_impossible(width);
  Rows triggers;
  for (const TriggerHelp& trigger : trigger_helps()) {
    triggers.push_back({trigger.form, std::string(trigger.help)});
  }
  return text + paragraph(fmt::format("--fault {}", fault_form), width) + "\n" +
         paragraph(
             "WHO: a worker's number; any (by the seed); all; leader (worker 0, the main thread of "
             "its compartment in every mode); holder or waiter (whoever holds the lock then, or "
             "waits for it); runner (bulkhead's own process that supervises the trial). Worker 1 "
             "otherwise.",
             width) +
         "TRIGGER:\n" + aligned(triggers, width);
}

std::string list_formats(unsigned width) {
  return name_list(FormatRegistry::all(), width);
}

constexpr std::array subjects{
    ListSubject{"workloads", "what can be run", list_workloads},
    ListSubject{"modes", "how workers are shared out among processes", list_modes},
    ListSubject{"locks", "what can guard a critical section", list_locks},
    ListSubject{"faults", "what can go wrong on purpose", list_faults},
    ListSubject{"formats", "how a result can be written", list_formats},
};

}  // namespace

std::span<const ListSubject> list_subjects() {
  return subjects;
}

std::string list_help(unsigned width) {
  return "usage: bulkhead list WHAT\n\n" + name_list(subjects, width);
}

}  // namespace bulkhead
