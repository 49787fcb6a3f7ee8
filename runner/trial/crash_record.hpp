// From a dying worker's report to what people read: the kind of access and address, and the names
// of functions. In the supervisor, which is a copy of the same program, so that addresses mean the
// same; never in the worker.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "runner/trial/compartment.hpp"
#include "runner/trial/crash_handler.hpp"
#include "runner/trial/record.hpp"

namespace bulkhead {

/// A report as plain values.
struct CrashFacts {
  std::uint32_t worker = 0;
  int number = 0;
  int code = 0;
  std::uint64_t address = 0;
  std::uint64_t error = 0;
  std::uint64_t counter = 0;
  std::uint64_t stack_pointer = 0;
  std::vector<std::uint64_t> frames;
};

/// What the report says, or nothing if it is none of this signal. Copies; trusts no number in it.
[[nodiscard]] std::optional<CrashFacts> read_crash_report(const CrashReport& report,
                                                          std::uint32_t worker, int number);

/// "store to 0x0, a null pointer, not mapped". `arena`: of the shared state. Pure.
[[nodiscard]] std::string crash_text(const CrashFacts& facts, std::span<const std::byte> arena);

/// With names for the addresses, innermost first, beginning where the signal came.
[[nodiscard]] CrashRecord crash_record(const CrashFacts& facts, std::span<const std::byte> arena);

/// The last words of all deaths of a trial: read at once, as the report is the replacement's next,
/// and understood at the end. Supervisor only.
class CrashNotes {
 public:
  /// For one more death: what the workers of the dead compartment say about the signal that ended
  /// it, if one did.
  void add(std::span<const CrashReport> of_all, WorkerRange dead, const ExitCause& cause);

  /// Takes now what memory so many deaths will need.
  void make_ready(std::size_t deaths);

  /// `deaths` in the order of the calls.
  void fill(std::vector<DeathRecord>& deaths, std::span<const std::byte> arena) const;

 private:
  std::vector<std::optional<CrashFacts>> notes_;
};

}  // namespace bulkhead
