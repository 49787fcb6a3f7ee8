#include "runner/trial/crash_record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/measure/symbols.hpp"
#include "runner/trial/own_pages.hpp"

namespace bulkhead {
namespace {

// Bits of the processor's word on a page fault: Intel SDM vol. 3, 4.7.
constexpr std::uint64_t fault_by_write = 1 << 1;
constexpr std::uint64_t fault_by_fetch = 1 << 4;

constexpr std::uint64_t near_null_bytes = 4096;
constexpr std::uint64_t near_stack_bytes = std::uint64_t{64} << 10;

struct CodeText {
  int number;
  int code;
  std::string_view text;
};

constexpr CodeText code_texts[] = {
    {SIGSEGV, SEGV_MAPERR, "not mapped"},
    {SIGSEGV, SEGV_ACCERR, "not allowed"},
    {SIGSEGV, SI_KERNEL, "no address that a page can have"},
    {SIGBUS, BUS_ADRALN, "not aligned"},
    {SIGBUS, BUS_ADRERR, "no memory behind it"},
    {SIGBUS, BUS_OBJERR, "an error of the object behind it"},
    {SIGFPE, FPE_INTDIV, "integer division by zero"},
    {SIGFPE, FPE_INTOVF, "integer overflow"},
    {SIGFPE, FPE_FLTDIV, "division by zero"},
    {SIGFPE, FPE_FLTOVF, "floating-point overflow"},
    {SIGFPE, FPE_FLTINV, "invalid floating-point operation"},
    {SIGILL, ILL_ILLOPN, "illegal operand"},
    {SIGILL, ILL_ILLOPC, "illegal instruction"},
    {SIGILL, ILL_PRVOPC, "privileged instruction"},
    {SIGTRAP, TRAP_BRKPT, "breakpoint"},
    {SIGTRAP, SI_KERNEL, "breakpoint"},
    {SIGSYS, 1, "a system call that is not allowed"},  // SYS_SECCOMP
};

std::string code_text(const CrashFacts& facts) {
  for (const CodeText& known : code_texts) {
    if (known.number == facts.number && known.code == facts.code) return std::string(known.text);
  }
  if (facts.code == SI_TKILL) return "raised by itself";
  if (facts.code <= 0) return "sent by a process";
  return fmt::format("code {}", facts.code);
}

bool has_address(const CrashFacts& facts) {
  return (facts.number == SIGSEGV && facts.code != SI_KERNEL && facts.code > 0) ||
         (facts.number == SIGBUS && facts.code > 0);
}

std::string_view access_text(const CrashFacts& facts) {
  if ((facts.error & fault_by_fetch) != 0) return "jump";
  if (facts.number == SIGSEGV && facts.error != 0) {
    return (facts.error & fault_by_write) != 0 ? "store" : "load";
  }
  return "access";
}

std::string_view address_kind(const CrashFacts& facts, std::span<const std::byte> arena) {
  const auto begin = reinterpret_cast<std::uintptr_t>(arena.data());
  if (facts.address < near_null_bytes) return "a null pointer";
  if (facts.address - begin < arena.size()) return "the shared state";
  if (facts.stack_pointer - facts.address + near_stack_bytes < 2 * near_stack_bytes) {
    return "the end of its stack";
  }
  return "";
}

/// Without the frames of the handler, which lie in front.
std::vector<std::uint64_t> frames_from_crash(const CrashFacts& facts) {
  std::vector<std::uint64_t> frames = facts.frames;
  const auto begin = std::find(frames.begin(), frames.end(), facts.counter);
  if (begin == frames.end()) return {facts.counter};
  frames.erase(frames.begin(), begin);
  return frames;
}

}  // namespace

std::optional<CrashFacts> read_crash_report(const CrashReport& report, std::uint32_t worker,
                                            int number) {
  // Acquire: see CrashHandler::write_report.
  const std::uint32_t seen = report.number.load(std::memory_order_acquire);
  if (seen == 0 || seen != static_cast<std::uint32_t>(number)) return std::nullopt;
  const std::size_t depth =
      std::min<std::size_t>(report.depth.load(std::memory_order_acquire), CrashReport::most_frames);
  return CrashFacts{worker,
                    number,
                    report.code,
                    report.address,
                    report.error,
                    report.counter,
                    report.stack_pointer,
                    {report.frames.begin(), report.frames.begin() + depth}};
}

std::string crash_text(const CrashFacts& facts, std::span<const std::byte> arena) {
  if (!has_address(facts)) return code_text(facts);
  const std::string_view kind = address_kind(facts, arena);
  return fmt::format("{} {} {:#x}{}{}, {}", access_text(facts), "to", facts.address,
                     kind.empty() ? "" : ", ", kind, code_text(facts));
}

CrashRecord crash_record(const CrashFacts& facts, std::span<const std::byte> arena) {
  CrashRecord record{facts.worker, facts.number, facts.code, crash_text(facts, arena), {}};
  const std::vector<std::uint64_t> frames = frames_from_crash(facts);
  for (std::size_t index = 0; index < frames.size(); ++index) {
    // A return address lies behind its call, which may be the last of its function.
    const std::uint64_t inside = index == 0 ? frames[index] : frames[index] - 1;
    record.stack.push_back(symbol_text(inside));
  }
  return record;
}

void CrashNotes::make_ready(std::size_t deaths) {
  notes_.reserve(deaths);
  take_back_pages(notes_);
}

void CrashNotes::add(std::span<const CrashReport> of_all, WorkerRange dead,
                     const ExitCause& cause) {
  std::optional<CrashFacts>& note = notes_.emplace_back();
  if (cause.kind != ExitCause::Kind::signalled) return;
  for (std::uint32_t worker = dead.first; worker < dead.first + dead.count && !note; ++worker) {
    note = read_crash_report(of_all[worker], worker, cause.number);
  }
}

void CrashNotes::fill(std::vector<DeathRecord>& deaths, std::span<const std::byte> arena) const {
  for (std::size_t index = 0; index < deaths.size() && index < notes_.size(); ++index) {
    if (notes_[index]) deaths[index].crash = crash_record(*notes_[index], arena);
  }
}

}  // namespace bulkhead
