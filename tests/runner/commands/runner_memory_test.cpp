// What the runner itself takes in memory, however much its workers do.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "ipc/clock.hpp"
#include "runner/measure/read_file.hpp"
#include "runner/measure/task_counters.hpp"
#include "tests/catch.hpp"
#include "tests/marked_program.hpp"

using namespace bulkhead;

namespace {

/// The largest memory that the program had at any time, as the kernel keeps it; 0 before it is the
/// program.
std::uint64_t peak_bytes(pid_t process) {
  const std::string status = read_file("/proc/" + std::to_string(process) + "/status");
  if (status.find("Name:\tbulkhead\n") == std::string::npos) return 0;
  return number_after(status, "VmHWM").value_or(0) * 1024;
}

}  // namespace

// no_tsan, no_asan: a sanitizer's own memory is a multiple of that.
TEST_CASE("the runner stays below 20 MB", "[cli][fork][no_tsan][no_asan]") {
  const pid_t program = start_marked({"run", "page-fault", "--workers", "8", "--mode",
                                      "thread,process,2x4", "--trials", "3", "--format", "html"},
                                     "BULKHEAD_TEST=runner-memory");
  std::uint64_t peak = 0;
  int status = 0;
  const Deadline watchdog = Deadline::in(60 * ns_per_second);
  while (waitpid(program, &status, WNOHANG) == 0) {
    peak = std::max(peak, peak_bytes(program));
    if (watchdog.passed()) kill(program, SIGKILL);
    usleep(2'000);
  }
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  REQUIRE(peak > 0);
  CHECK(peak < 20'000'000);
}
