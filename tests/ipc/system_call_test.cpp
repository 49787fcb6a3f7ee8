#include "ipc/system_call.hpp"

#include <sys/mman.h>

#include "tests/catch.hpp"

using namespace bulkhead;

TEST_CASE("a system call answers as the kernel does, an error as its negative number",
          "[system_call]") {
  CHECK(system_call(SYS_getpid) == getpid());
  CHECK(system_call(SYS_close, -1) == -EBADF);
}

TEST_CASE("all six words of a system call arrive", "[system_call]") {
  constexpr std::size_t page = 4096;
  // The last two are a descriptor, which has to be none, and an offset, which has to be whole
  // pages.
  const long answer = system_call(SYS_mmap, nullptr, page, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(answer > 0);
  auto* const word = reinterpret_cast<volatile int*>(answer);
  *word = 7;
  CHECK(*word == 7);
  CHECK(system_call(SYS_munmap, answer, page) == 0);
  CHECK(system_call(SYS_mmap, nullptr, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 1) ==
        -EINVAL);
}
