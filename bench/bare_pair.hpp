// Two bare tasks that work together, as a program without bulkhead would make them: a process and
// the child that it forked, or a process and its second thread.
#pragma once

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string_view>
#include <thread>

#include "ipc/clock.hpp"
#include "runner/measure/cpus.hpp"

namespace bulkhead::bench {

/// Runs `first()` in a new process and `second()` beside it, on the CPUs of the list, and answers
/// nanoseconds from their common start to the end of `first`, which `result_ns`, in shared memory,
/// takes across.
template <class First, class Second>
double time_bare_pair(std::string_view mode, const std::vector<int>& cpus,
                      std::atomic<std::int64_t>& result_ns, First first, Second second) {
  const auto timed = [&] {
    pin_this_thread(cpus.front());
    const std::int64_t begun_ns = monotonic_ns();
    first();
    result_ns.store(monotonic_ns() - begun_ns);
  };
  const auto beside = [&] {
    pin_this_thread(cpus.back());
    second();
  };
  // The process that measures everything stays out of it, as bulkhead's own does.
  const pid_t host = fork();
  if (host == 0) {
    if (mode == "thread") {
      std::thread other(beside);
      timed();
      other.join();
    } else if (fork() == 0) {
      beside();
    } else {
      timed();
      wait(nullptr);
    }
    _exit(0);
  }
  waitpid(host, nullptr, 0);
  return static_cast<double>(result_ns.load());
}

}  // namespace bulkhead::bench
