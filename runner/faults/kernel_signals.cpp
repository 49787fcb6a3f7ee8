// Signals by which the kernel ends a process that has not provided for them: a pipe that nobody
// reads any more, a file beyond its limit, a timer. They are fatal by default, easily forgotten,
// and come without any mistake in memory.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "ipc/clock.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead::kernel_signals_fault {
namespace {

constexpr rlim_t most_file_bytes = 4096;

void write_without_reader(const Strike&) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  reader.reset();
  static_cast<void>(!write(writer.get(), "", 1));
}

void exceed_file_limit(const Strike&) {
  const UniqueFd file(memfd_create("bulkhead-file-limit", MFD_CLOEXEC));
  rlimit limit{};
  if (!file.open() || getrlimit(RLIMIT_FSIZE, &limit) != 0) return;
  const rlimit before = limit;
  limit.rlim_cur = most_file_bytes;
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return;
  static_cast<void>(!pwrite(file.get(), "", 1, most_file_bytes));
  setrlimit(RLIMIT_FSIZE, &before);
}

void set_alarm(const Strike& strike) {
  const std::int64_t after_us = strike.parameters.number("after") / 1000;
  const itimerval once{.it_interval = {},
                       .it_value = {static_cast<time_t>(after_us / 1'000'000),
                                    static_cast<suseconds_t>(after_us % 1'000'000)}};
  setitimer(ITIMER_REAL, &once, nullptr);
}

const FaultRegistry::Registration broken_pipe{{
    .name = "sigpipe",
    .family = "sudden end",
    .help = "writes into a pipe that nobody reads",
    .ends_as = "SIGPIPE",
    .strike = write_without_reader,
}};

const FaultRegistry::Registration file_limit{{
    .name = "file-limit",
    .family = "sudden end",
    .help = "writes behind the largest size that a file may have",
    .ends_as = "SIGXFSZ",
    .strike = exceed_file_limit,
}};

const FaultRegistry::Registration alarm{{
    .name = "alarm",
    .family = "sudden end",
    .help = "sets the process's timer and has no handler for it",
    .ends_as = "SIGALRM",
    .parameters = {{.name = "after",
                    .kind = ParameterKind::duration,
                    .default_text = "5ms",
                    .help = "time until it rings",
                    .min = 1000,
                    .max = 3 * ns_per_second}},
    .strike = set_alarm,
}};

}  // namespace
}  // namespace bulkhead::kernel_signals_fault
