#include "runner/faults/own_settings.hpp"

#include <fenv.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <exception>
#include <functional>
#include <locale>
#include <string_view>

#include "runner/faults/named_bits.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {
namespace {

/// What cannot be read now, as where descriptors have run out; it counts as unchanged.
constexpr std::uint64_t unknown = ~std::uint64_t{0};

std::uint64_t hash_of(const char* text) {
  return text == nullptr ? 0 : std::hash<std::string_view>()(text);
}

template <class T>
std::uint64_t hash_of_bytes(const T& value) {
  std::array<char, sizeof value> bytes{};
  std::memcpy(bytes.data(), &value, sizeof value);
  return std::hash<std::string_view>()({bytes.data(), bytes.size()});
}

// NOLINTBEGIN(concurrency-mt-unsafe): whether siblings change them meanwhile is the question.
std::uint64_t locale_of_c() {
  return hash_of(setlocale(LC_ALL, nullptr));
}

std::uint64_t time_zone() {
  return hash_of(getenv("TZ"));
}

/// One who was not seeded again still draws numbers of the sequence that everybody begins with.
std::uint64_t draws_from_first_sequence() {
  constexpr int most_draws = 1 << 14;       // Two of each worker of each trial, with room.
  constexpr std::size_t state_bytes = 128;  // As rand() itself has.
  std::array<char, state_bytes> state{};
  random_data first{};
  if (initstate_r(1, state.data(), state.size(), &first) != 0) return 0;
  const int drawn = rand();
  for (int draw = 0; draw < most_draws; ++draw) {
    std::int32_t number = 0;
    random_r(&first, &number);
    if (number == drawn) return 1;
  }
  return 0;
}
// NOLINTEND(concurrency-mt-unsafe)

/// A locale that was put together has no name.
std::uint64_t locale_of_cpp() {
  return std::hash<std::string>()(std::locale().name());
}

std::uint64_t alarm_clock() {
  itimerval timer{};
  getitimer(ITIMER_REAL, &timer);
  return timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0 ? 1 : 0;
}

std::uint64_t adopts_orphans() {
  int adopts = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &adopts);
  return static_cast<std::uint64_t>(adopts);
}

std::uint64_t is_dumpable() {
  return static_cast<std::uint64_t>(prctl(PR_GET_DUMPABLE));
}

std::uint64_t has_no_huge_pages() {
  return static_cast<std::uint64_t>(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
}

std::uint64_t process_group() {
  return static_cast<std::uint64_t>(getpgrp());
}

std::uint64_t user() {
  return geteuid();
}

std::uint64_t killed_first() {
  const std::string text = read_file("/proc/self/oom_score_adj");
  return text.empty() ? unknown : std::hash<std::string>()(text);
}

std::uint64_t limit_on_processes() {
  rlimit limit{};
  getrlimit(RLIMIT_NPROC, &limit);
  return limit.rlim_cur;
}

std::uint64_t terminate_handler() {
  return reinterpret_cast<std::uintptr_t>(std::get_terminate());
}

std::uint64_t rounding() {
  return static_cast<std::uint64_t>(fegetround());
}

std::uint64_t trapped_exceptions() {
  return static_cast<std::uint64_t>(fegetexcept());
}

std::uint64_t nice_value() {
  return static_cast<std::uint64_t>(getpriority(PRIO_PROCESS, 0));
}

std::uint64_t signal_mask() {
  sigset_t mask;
  sigemptyset(&mask);
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  std::uint64_t blocked = 0;
  for (int number = 1; number < SIGRTMAX; ++number) {
    if (sigismember(&mask, number) == 1) blocked |= std::uint64_t{1} << (number - 1);
  }
  return blocked;
}

std::uint64_t cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  return hash_of_bytes(set);
}

std::uint64_t timer_slack() {
  return static_cast<std::uint64_t>(prctl(PR_GET_TIMERSLACK));
}

struct Setting {
  std::string_view name;
  std::uint64_t (*value)();
};
constexpr std::array settings = {
    // Of the process.
    Setting{"locale of C", locale_of_c},
    Setting{"locale of C++", locale_of_cpp},
    Setting{"variable TZ", time_zone},
    Setting{"seed of rand()", draws_from_first_sequence},
    Setting{"alarm clock", alarm_clock},
    Setting{"adoption of orphans", adopts_orphans},
    Setting{"openness to debuggers", is_dumpable},
    Setting{"huge pages", has_no_huge_pages},
    Setting{"process group", process_group},
    Setting{"user", user},
    Setting{"rank when memory runs out", killed_first},
    Setting{"limit on processes", limit_on_processes},
    Setting{"terminate handler", terminate_handler},
    // Of the thread.
    Setting{"rounding", rounding},
    Setting{"floating-point traps", trapped_exceptions},
    Setting{"nice value", nice_value},
    Setting{"signal mask", signal_mask},
    Setting{"CPUs", cpus},
    Setting{"timer slack", timer_slack},
};
static_assert(settings.size() <= 32, "one bit each");

std::vector<std::uint64_t> read_settings() {
  std::vector<std::uint64_t> values;
  values.reserve(settings.size());
  for (const Setting& setting : settings) values.push_back(setting.value());
  return values;
}

}  // namespace

OwnSettings::OwnSettings() : before_(read_settings()) {}

std::uint32_t OwnSettings::changed() const {
  const std::vector<std::uint64_t> now = read_settings();
  std::uint32_t changed = 0;
  for (std::size_t index = 0; index < settings.size(); ++index) {
    const bool known = now[index] != unknown && before_[index] != unknown;
    if (known && now[index] != before_[index]) changed |= std::uint32_t{1} << index;
  }
  return changed;
}

std::string OwnSettings::names(std::uint32_t changed) {
  return names_of_bits(changed, settings);
}

}  // namespace bulkhead
