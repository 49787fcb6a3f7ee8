#include "workloads/own_memory.hpp"

#include <unistd.h>

namespace bulkhead {

std::string too_much_memory(std::uint64_t bytes_each, std::uint32_t worker_count) {
  const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  const std::uint64_t machine_mib = pages * page_bytes() >> 20;
  const std::uint64_t wanted_mib = (bytes_each >> 20) * worker_count;
  if (wanted_mib <= machine_mib) return "";
  return std::to_string(worker_count) + " workers with " + std::to_string(bytes_each >> 20) +
         " MiB each need " + std::to_string(wanted_mib) + " MiB, and this machine has " +
         std::to_string(machine_mib) + ": fewer workers, or less for each";
}

}  // namespace bulkhead
