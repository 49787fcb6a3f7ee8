// Memory that is mapped and not there: a huge page of which the machine has none in store, which
// the mapping does not tell and the first touch does; and a page that somebody in user space has
// promised to deliver and does not.

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <system_error>
#include <thread>

#include "ipc/region.hpp"
#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"
#include "runner/faults/lasting.hpp"
#include "runner/faults/opaque.hpp"
#include "runner/measure/read_file.hpp"
#include "runner/measure/task_counters.hpp"

namespace bulkhead::missing_pages_fault {
namespace {

void* map(std::size_t bytes, int flags) {
  void* start =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  return start == MAP_FAILED ? nullptr : start;
}

BULKHEAD_FAULT void touch(void* start) {
  *static_cast<volatile char*>(opaque(start)) = 1;
}

std::size_t huge_page_bytes() {
  return number_after(read_file("/proc/meminfo"), "Hugepagesize").value_or(0) * 1024;
}

void touch_huge_page(const Strike&) {
  if (void* start = map(huge_page_bytes(), MAP_HUGETLB | MAP_NORESERVE)) touch(start);
}

std::string huge_pages_unavailable() {
  const std::string facts = read_file("/proc/meminfo");
  const std::size_t bytes = huge_page_bytes();
  if (bytes == 0) return "the kernel has no huge pages to map";
  if (number_after(facts, "HugePages_Free").value_or(0) > 0) return "there are huge pages in store";
  void* start = map(bytes, MAP_HUGETLB | MAP_NORESERVE);
  if (start == nullptr) return "huge pages cannot be mapped here";
  munmap(start, bytes);
  return "";
}

UniqueFd open_page_server() {
  // Only for faults of our own code, which an ordinary user may have, too.
  UniqueFd server(
      static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY)));
  uffdio_api version{};
  version.api = UFFD_API;
  if (server.open() && ioctl(server.get(), UFFDIO_API, &version) != 0) server.reset();
  return server;
}

/// Closed, the server lets everybody go on, with a page of zeroes.
void wait_for_page(const Strike& strike) {
  UniqueFd server = open_page_server();
  void* start = map(page_bytes(), 0);
  if (!server.open() || start == nullptr) return;
  uffdio_register wish{};
  wish.range = {reinterpret_cast<std::uintptr_t>(start), page_bytes()};
  wish.mode = UFFDIO_REGISTER_MODE_MISSING;
  if (ioctl(server.get(), UFFDIO_REGISTER, &wish) != 0) return;
  try {
    std::thread([end = end_of(strike), kept = std::move(server)] { sleep_until(end); }).detach();
  } catch (const std::system_error&) {
    return;  // Nobody would end it.
  }
  touch(start);
  munmap(start, page_bytes());
}

std::string page_server_unavailable() {
  return open_page_server().open() ? "" : "the system call userfaultfd is not allowed here";
}

const FaultRegistry::Registration huge_page{{
    .name = "hugepage-missing",
    .family = "address space",
    .help = "touches a huge page of which the machine has none in store",
    .ends_as = "SIGBUS",
    .strike = touch_huge_page,
    .unavailable = huge_pages_unavailable,
}};

const FaultRegistry::Registration unserved{{
    .name = "page-fault-hang",
    .family = "address space",
    .help = "touches a page that somebody else has to deliver and does not (userfaultfd)",
    .ends_as = "stall",
    .parameters = {lasting("3s")},
    .strike = wait_for_page,
    .unavailable = page_server_unavailable,
}};

}  // namespace
}  // namespace bulkhead::missing_pages_fault
