// Two workers write records into one pipe. The kernel keeps a record together up to PIPE_BUF bytes;
// a longer one is cut wherever the pipe is full, and what the other one writes comes in between.
// The culprit reads as well, so that somebody does; neither end ever blocks.

#include <limits.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <span>

#include "runner/faults/duet.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::pipe_interleaving_fault {
namespace {

constexpr std::size_t record_words = std::size_t{4} * PIPE_BUF / sizeof(std::uint64_t);
constexpr std::size_t chunk_words = PIPE_BUF / sizeof(std::uint64_t);
constexpr std::uint32_t most_records = 500;  // Of each writer.
constexpr std::uint64_t first_mark = 0xb01c4ead00000000;

/// One after another, each word of them the writer's mark.
class Writer {
 public:
  Writer(const Stage& stage, Role role) : pipe_(stage.pipe_in) {
    record_.fill(first_mark + place(role));
  }

  [[nodiscard]] bool done() const { return records_ == most_records; }

  /// Whether the pipe took anything.
  bool write_on() {
    const std::size_t bytes = sizeof record_ - written_;
    const auto* from = reinterpret_cast<const char*>(record_.data()) + written_;
    const ssize_t wrote = write(pipe_, from, bytes);
    if (wrote <= 0) return false;
    written_ += static_cast<std::size_t>(wrote);
    if (written_ == sizeof record_) {
      written_ = 0;
      ++records_;
    }
    return true;
  }

 private:
  int pipe_;
  std::array<std::uint64_t, record_words> record_;
  std::size_t written_ = 0;
  std::uint32_t records_ = 0;
};

/// Counts the records that came out, and those that were cut.
class Reader {
 public:
  explicit Reader(const Stage& stage) : pipe_(stage.pipe_out) {}

  /// Whether anything came out.
  bool read_on() {
    std::array<std::uint64_t, chunk_words> chunk;
    const ssize_t got = read(pipe_, chunk.data(), sizeof chunk);
    if (got <= 0) return false;
    for (std::size_t word = 0; word < static_cast<std::size_t>(got) / sizeof chunk[0]; ++word) {
      add(chunk[word] - first_mark);
    }
    return true;
  }

  [[nodiscard]] std::uint64_t whole() const { return whole_; }
  [[nodiscard]] std::uint64_t cut() const { return cut_; }

 private:
  struct Unfinished {
    std::size_t words = 0;
    bool cut = false;
  };

  void add(std::uint64_t writer) {
    if (writer > 1) return;
    Unfinished& theirs = unfinished_[1 - writer];
    if (theirs.words > 0) theirs.cut = true;
    Unfinished& mine = unfinished_[writer];
    if (++mine.words < record_words) return;
    ++whole_;
    cut_ += mine.cut ? 1 : 0;
    mine = {};
  }

  int pipe_;
  std::array<Unfinished, 2> unfinished_{};
  std::uint64_t whole_ = 0;
  std::uint64_t cut_ = 0;
};

void write_and_read(Stage& stage, Deadline end) {
  Writer writer(stage, Role::culprit);
  Reader reader(stage);
  while (!writer.done() && !end.passed()) {
    if (writer.write_on()) continue;
    reader.read_on();
    // The room is for whoever comes first; without a rest that would always be the one who reads.
    constexpr timespec rest{0, 50'000};
    nanosleep(&rest, nullptr);
  }
  // The other one may go on writing, so not for ever.
  constexpr int chunks_left = 64;
  for (int chunk = 0; chunk < chunks_left && reader.read_on(); ++chunk) {
  }
  report(stage, reader.whole(), reader.cut());
}

void only_write(const Stage& stage, Deadline end) {
  Writer writer(stage, Role::partner);
  while (!writer.done() && !end.passed()) {
    if (writer.write_on()) continue;
    pollfd room{stage.pipe_in, POLLOUT, 0};
    constexpr int patience_ms = 1;
    poll(&room, 1, patience_ms);
  }
}

void strike(const Strike& strike) {
  if (!are_two(strike)) return;
  const Deadline end = end_of(strike);
  if (strike.role == Role::partner) return only_write(*strike.stage, end);
  write_and_read(*strike.stage, end);
}

const FaultRegistry::Registration registered{{
    .name = "pipe-interleaving",
    .family = "silent corruption",
    .help = "writes long records into a pipe as the next worker does: they are mixed up",
    .ends_as = "nothing",
    .expected = {Outcome::silent, Outcome::silent},
    .also = {Outcome::harmless, Outcome::degraded},  // Where they never met.
    .duet = Duet::corrupts,
    .parameters = {lasting("30ms")},
    .strike = strike,
}};

}  // namespace
}  // namespace bulkhead::pipe_interleaving_fault
