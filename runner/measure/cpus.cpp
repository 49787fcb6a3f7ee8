#include "runner/measure/cpus.hpp"

#include <sched.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <string>

#include "ipc/start_path.hpp"
#include "ipc/system_call.hpp"
#include "runner/measure/read_file.hpp"

namespace bulkhead {
namespace {

constexpr int most_cpus = 8192;

struct CpuSet {
  CpuSet() : set(CPU_ALLOC(most_cpus)), bytes(CPU_ALLOC_SIZE(most_cpus)) { CPU_ZERO_S(bytes, set); }
  ~CpuSet() { CPU_FREE(set); }
  CpuSet(const CpuSet&) = delete;
  CpuSet& operator=(const CpuSet&) = delete;

  cpu_set_t* set;
  std::size_t bytes;
};

bool is_first_of_core(int cpu) {
  const std::string siblings = read_file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                                         "/topology/thread_siblings_list");
  const int first = first_of_cpu_list(siblings.c_str());
  return first == -1 || first == cpu;
}

}  // namespace

int first_of_cpu_list(const char* list) noexcept {
  return std::isdigit(static_cast<unsigned char>(*list)) ? std::atoi(list) : -1;
}

std::vector<int> usable_cpus() {
  std::vector<int> cpus;
  CpuSet allowed;
  if (sched_getaffinity(0, allowed.bytes, allowed.set) == 0) {
    for (int cpu = 0; cpu < most_cpus; ++cpu) {
      if (CPU_ISSET_S(static_cast<std::size_t>(cpu), allowed.bytes, allowed.set)) {
        cpus.push_back(cpu);
      }
    }
  }
  if (cpus.empty()) cpus.push_back(0);
  std::stable_partition(cpus.begin(), cpus.end(), is_first_of_core);
  return cpus;
}

BULKHEAD_START_PATH void pin_this_thread(int cpu) noexcept {
  // Not CPU_ALLOC: the first allocation in a new process copies two pages of the heap.
  using Word = unsigned long;
  constexpr std::size_t word_bits = 8 * sizeof(Word);
  std::array<Word, most_cpus / word_bits> only{};
  const auto number = static_cast<std::size_t>(cpu);
  only[number / word_bits] = Word{1} << (number % word_bits);
  static_cast<void>(system_call(SYS_sched_setaffinity, 0, sizeof only, only.data()));
}

}  // namespace bulkhead
