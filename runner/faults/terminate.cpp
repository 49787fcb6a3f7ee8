// The language's own ways to std::terminate: what an exception does that nobody catches, or that
// meets a wall on its way, and what a thread does that was neither joined nor detached. An
// exception out of one thread ends all of its process.

#include <cstddef>
#include <exception>
#include <thread>

#include "runner/faults/fault.hpp"
#include "runner/faults/opaque.hpp"
#include "runner/faults/stack_end.hpp"

namespace bulkhead::terminate_fault {
namespace {

struct Uncaught {};  // Derived from nothing, so that nobody takes it for a worker's report.

__attribute__((noinline)) void throw_uncaught() {
  throw Uncaught{};
}

// A noexcept function further up the stack would have everything up to it unwound before it ends
// the process.
__attribute__((noinline)) void leave_by_exception(const Strike&) {
  end_stack_here();
  throw_uncaught();
}

void terminate(const Strike&) {
  std::terminate();
}

// Through a pointer, as the compiler would turn a throw that it sees here into a call of
// std::terminate.
void throw_through_noexcept(const Strike&) noexcept {
  void (*const thrower)() = opaque(&throw_uncaught);
  thrower();
}

struct ThrowsAtEnd {
  ThrowsAtEnd() = default;
  ThrowsAtEnd(const ThrowsAtEnd&) = delete;
  ThrowsAtEnd& operator=(const ThrowsAtEnd&) = delete;
  // NOLINTNEXTLINE(bugprone-exception-escape): that is the fault.
  ~ThrowsAtEnd() noexcept(false) { throw_uncaught(); }
};

void throw_twice(const Strike&) {
  try {
    const ThrowsAtEnd second;
    throw_uncaught();
  } catch (const Uncaught&) {  // Without a handler in sight nothing would be unwound.
    return;
  }
}

void destroy_joinable(const Strike&) {
  const std::thread forgotten([] {});
}

// Behind noexcept, since a worker may report what derives from std::exception.
void exhaust_new(const Strike&) noexcept {
  // More than any address space has, so it is refused however freely the system grants memory.
  constexpr std::size_t too_many = std::size_t{1} << 50;
  // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): that is the fault.
  char* const bytes = opaque(new char[opaque(too_many)]);
  delete[] bytes;
}

const FaultRegistry::Registration uncaught{{
    .name = "throw",
    .family = "crash",
    .help = "throws an exception that nobody catches",
    .ends_as = "SIGABRT",
    .strike = leave_by_exception,
}};

const FaultRegistry::Registration direct{{
    .name = "terminate",
    .family = "crash",
    .help = "calls std::terminate",
    .ends_as = "SIGABRT",
    .strike = terminate,
}};

const FaultRegistry::Registration through_noexcept{{
    .name = "noexcept",
    .family = "crash",
    .help = "throws an exception through a noexcept function",
    .ends_as = "SIGABRT",
    .strike = throw_through_noexcept,
}};

const FaultRegistry::Registration twice{{
    .name = "throw-twice",
    .family = "crash",
    .help = "throws from a destructor while an exception is on its way",
    .ends_as = "SIGABRT",
    .strike = throw_twice,
}};

const FaultRegistry::Registration joinable{{
    .name = "joinable",
    .family = "crash",
    .help = "destroys a std::thread that was not joined",
    .ends_as = "SIGABRT",
    .strike = destroy_joinable,
}};

const FaultRegistry::Registration bad_alloc{{
    .name = "bad-alloc",
    .family = "crash",
    .help = "asks new for more than there is and does not catch the refusal",
    .ends_as = "SIGABRT",
    .strike = exhaust_new,
}};

}  // namespace
}  // namespace bulkhead::terminate_fault
