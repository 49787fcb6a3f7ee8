// Two troubles with output: a worker that writes more than anybody wants to read, and one whose
// reader has stopped reading, so that it stands in its write once the pipe is full.

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <system_error>
#include <thread>

#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"

namespace bulkhead::output_flood_fault {
namespace {

using Line = std::array<char, 64>;

Line make_line() {
  Line line;
  line.fill('x');
  line.back() = '\n';
  return line;
}

void flood(const Strike& strike) {
  const Line line = make_line();
  const std::uint64_t count = strike.parameters.count("count");
  for (std::uint64_t written = 0; written < count; ++written) {
    static_cast<void>(!write(STDERR_FILENO, line.data(), line.size()));
  }
}

void write_unread(const Strike& strike) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  try {
    std::thread([end = end_of(strike), kept = std::move(reader)] {
      sleep_until(end);
      char block[4096];  // From here on it takes all, until the writer has closed its end.
      while (read(kept.get(), block, sizeof block) > 0) continue;
    }).detach();
  } catch (const std::system_error&) {
    return;  // Nobody would end it.
  }
  const Line line = make_line();
  for (const Deadline end = end_of(strike); !end.passed();) {
    static_cast<void>(!write(writer.get(), line.data(), line.size()));
  }
}

const FaultRegistry::Registration flooding{{
    .name = "log-flood",
    .family = "exhaustion",
    .help = "writes lines to standard error, more than are kept",
    .ends_as = "nothing",
    .expected = {Outcome::harmless, Outcome::harmless},
    .parameters = {{.name = "count",
                    .kind = ParameterKind::count,
                    .default_text = "10000",
                    .help = "lines of 64 bytes",
                    .min = 1,
                    .max = 1'000'000}},
    .strike = flood,
}};

const FaultRegistry::Registration unread{{
    .name = "reader-hangs",
    .family = "liveness",
    .help = "writes into a pipe whose reader has stopped reading",
    .ends_as = "stall",
    .parameters = {lasting("3s")},
    .strike = write_unread,
}};

}  // namespace
}  // namespace bulkhead::output_flood_fault
