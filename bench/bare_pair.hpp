// Two bare tasks that work together, as a program without bulkhead would make them: a process and
// the child that it forked, or a process and its second thread.
#pragma once

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string_view>
#include <thread>
#include <vector>

#include "ipc/clock.hpp"
#include "ipc/gate.hpp"
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

/// Runs `member(number)` for each number below `count` in processes or threads of their own, on the
/// CPUs of the list in turn, and answers nanoseconds from their common start until all have ended.
/// `gate` and `result_ns` lie in shared memory.
template <class Member>
double time_bare_team(std::string_view mode, const std::vector<int>& cpus, std::uint32_t count,
                      Gate& gate, std::atomic<std::int64_t>& result_ns, Member member) {
  const auto live = [&](std::uint32_t number) {
    pin_this_thread(cpus[number % cpus.size()]);
    static_cast<void>(gate.wait(Deadline::in(60 * ns_per_second)));
    member(number);
  };
  const pid_t host = fork();
  if (host == 0) {
    std::vector<std::thread> threads;
    for (std::uint32_t number = 0; number < count; ++number) {
      if (mode == "thread") {
        threads.emplace_back(live, number);
      } else if (fork() == 0) {
        live(number);
        _exit(0);
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // All wait at the gate.
    const std::int64_t begun_ns = monotonic_ns();
    gate.open();
    for (std::thread& thread : threads) thread.join();
    while (wait(nullptr) > 0) {
    }
    result_ns.store(monotonic_ns() - begun_ns);
    _exit(0);
  }
  waitpid(host, nullptr, 0);
  return static_cast<double>(result_ns.load());
}

}  // namespace bulkhead::bench
