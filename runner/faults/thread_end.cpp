// The end of one thread and not of its process. A process whose only thread ends is seen to end;
// the end of one thread among several is told to nobody outside, and the work just stays undone.

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/faults/fault.hpp"
#include "runner/faults/stack_end.hpp"

namespace bulkhead::thread_end_fault {
namespace {

constexpr int task_exit_status = 6;

// Ends its stack, too: see end_stack_here.
__attribute__((noinline)) void end_thread(const Strike&) {
  end_stack_here();
  pthread_exit(nullptr);
}

void end_task(const Strike&) {
  syscall(SYS_exit, task_exit_status);
}

const FaultRegistry::Registration thread_exit{{
    .name = "thread-exit",
    .family = "sudden end",
    .help = "ends its thread with pthread_exit",
    .ends_as = "exit 0",
    .strike = end_thread,
}};

const FaultRegistry::Registration task_exit{{
    .name = "task-exit",
    .family = "sudden end",
    .help = "ends its thread by the kernel's call, behind the library's back",
    .ends_as = "exit 6",
    .strike = end_task,
}};

}  // namespace
}  // namespace bulkhead::thread_end_fault
