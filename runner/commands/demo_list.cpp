#include "runner/commands/demo_list.hpp"

#include "runner/commands/lock_demos.hpp"
#include "runner/commands/picture_demos.hpp"
#include "runner/commands/price_demos.hpp"

namespace bulkhead {

const std::vector<Demo>& all_demos() {
  static const std::vector<Demo> demos{
      {"crash",
       "one worker of four dereferences a null pointer",
       "In mode thread the crash takes all four workers, in mode process one, in 2x2 the two of "
       "its process. Look at the rows 'workers lost' and 'survivors' throughput'.",
       {"bank --workers 4 --mode thread,process,2x2 --trials 3 --fault segv-null@1:ms=50"},
       "bank --workers 4 --mode thread,process --duration 4s --warmup 0s --fault "
       "segv-null@1:ms=1500"},
      {"wild-write",
       "one worker writes through a stray pointer to a sibling's memory",
       "Nobody dies and nobody notices. In mode thread the sibling's memory is changed; in mode "
       "process the same address leads nowhere but into the culprit's own copy, so 'private memory "
       "changed' stays away.",
       {"bank --workers 4 --mode thread,process --trials 3 --fault wild-private@1:ms=50"},
       "bank --workers 4 --mode thread,process --duration 4s --warmup 0s --fault "
       "wild-private@1:ms=1500"},
      {"torn-update",
       "one worker leaves a critical section half way and goes on",
       "The lock is released and nobody dies, but the total is wrong: walls between processes do "
       "not help against damage to what they share. Look at 'state at the end'.",
       {"bank --workers 4 --mode thread,process --trials 3 --fault torn-update@1:ms=50"}},
      {"state-leak",
       "one worker changes the working directory for itself, and for whom else?",
       "Directory, umask and signal actions belong to a process, and so to every thread in it. "
       "Nobody dies and no number looks wrong. In mode thread all three siblings stand in another "
       "directory, in mode process none. Look at 'siblings' settings changed'.",
       {"bank --workers 4 --mode thread,process --trials 3 --fault attr-chdir@1:ms=50",
        "bank --workers 4 --mode thread,process --trials 3 --fault attr-sigpipe-ignore@1:ms=50"}},
      {"hang",
       "one worker stands still for ever with the lock in its hand",
       "No process ends, so only a worker that makes no progress gives the hang away. The whole "
       "process that holds it has to go: four workers in mode thread, one in mode process.",
       {"bank --workers 4 --mode thread,process --trials 3 --duration 400ms --stall-timeout 100ms "
        "--fault block@1:in-lock=50 --restart one-for-one"},
       "bank --workers 4 --mode thread,process --duration 4s --warmup 0s --stall-timeout 900ms "
       "--fault block@1:in-lock=1500 --restart one-for-one"},
      {"fork-hazard",
       "one worker forks in a loop beside siblings that write memory",
       "After each fork every page that a sibling writes to must be copied again; only threads "
       "share those pages with the one who forks. Look at 'survivors' throughput'.",
       {"malloc --workers 2 --mode thread,process --trials 3 --fault fork-storm@1:ms=30"},
       "malloc --workers 2 --mode thread,process --duration 4s --warmup 0s --fault "
       "fork-storm@1:ms=1500,for=1s"},
      {"restart-policies",
       "the same crash under four policies: who starts again, and what is lost",
       "One-for-one replaces the dead process alone and relies on the robust lock; one-for-all "
       "starts everybody again; with the state made anew, finished work is thrown away; and a "
       "spare process is there at once. Look at 'compartments restarted', 'thrown away by reset' "
       "and 'fault to working again'.",
       {"bank --workers 4 --mode process --trials 3 --fault kill-9@1:in-lock=50 "
        "--restart one-for-one",
        "bank --workers 4 --mode process --trials 3 --fault kill-9@1:in-lock=50 "
        "--restart one-for-all",
        "bank --workers 4 --mode process --trials 3 --fault kill-9@1:in-lock=50 "
        "--restart one-for-one --shared reset",
        "bank --workers 4 --mode process --trials 3 --fault kill-9@1:in-lock=50 "
        "--restart one-for-one --spares 1"},
       "bank --workers 4 --mode thread,process --duration 4s --warmup 0s --fault "
       "kill-9@1:in-lock=1500 --restart one-for-one --back-off 800ms"},
      {"race",
       "two workers add 1 to one shared counter",
       "count += 1 is a load, an addition and a store, and the other worker may come in between. "
       "Each worker counts its own additions, so the loss is known exactly.",
       {"counter --workers 2 --mode thread,process --trials 3 --lock none",
        "counter --workers 2 --mode thread,process --trials 3 --lock mutex"},
       {},
       {"Two workers add 1 to one counter without a lock. How many additions get lost?",
        {"none", "fewer than 1 in 100", "1 in 100 or more"}},
       race_finding,
       {"throughput_per_s", "expected_updates", "found_updates", "lost_updates",
        "lost_updates_share"}},
      {"critical-section",
       "four locks against the textbook's conditions",
       "A solution has to keep mutual exclusion (one inside at a time), progress (somebody gets in "
       "if somebody wants to and nobody is inside) and bounded waiting. The workload itself "
       "watches, from inside the section.",
       {"section --workers 2 --mode thread,process --trials 2 --lock none",
        "section --workers 2 --mode thread,process --trials 2 --lock flags",
        "section --workers 2 --mode thread,process --trials 2 --lock alternate --leaves-after 1000",
        "section --workers 2 --mode thread,process --trials 2 --lock mutex"},
       {},
       {"No lock, two flags, strict turns, a mutex: how many of the four keep both exclusion and "
        "progress?",
        {"none", "one", "two or more"}},
       critical_section_finding,
       {"throughput_per_s", "exclusion_violations", "standstill_ns", "bypasses_most"}},
      {"bounded-waiting",
       "how often one is overtaken while it waits for a lock",
       "A mutex goes to whoever comes at the right moment; a ticket lock serves in the order of "
       "arrival. Look at 'most bypasses': how many entries of others one waiter had to watch.",
       {"section --workers 2 --mode thread,process --trials 3 --lock mutex",
        "section --workers 2 --mode thread,process --trials 3 --lock ticket"},
       {},
       {"Two workers share a mutex. How often does one enter, at most, while the other waits?",
        {"once", "2 to 100 times", "more than 100 times"}},
       bounded_waiting_finding,
       {"throughput_per_s", "bypasses_most", "bypasses_p99", "wait_p99_ns", "wait_longest_ns",
        "fairness_ratio"}},
      {"lock-holder-death",
       "a worker is killed with the lock in its hand",
       "A process takes nothing with it that is not its own, and so neither gives back a lock in "
       "shared memory nor finishes its update. A robust mutex tells the next one.",
       {"bank --workers 4 --mode thread,process --trials 3 --lock mutex --fault "
        "kill-9@1:in-lock=50",
        "bank --workers 4 --mode thread,process --trials 3 --lock robust --fault "
        "kill-9@1:in-lock=50"},
       {},
       {"One of four processes is killed inside a critical section guarded by a plain mutex. What "
        "do the other three do?",
        {"they go on", "they wait for ever"}},
       holder_death_finding,
       {"throughput_per_s", "workers_lost", "workers_stuck", "survivors_throughput_share",
        "trials_sound"}},
      {"spawn",
       "what it takes to make a thread, a process, and a process of a large maker",
       "One worker makes tasks, one after the other, each of which runs, ends and is reaped. Look "
       "at 'latency p50', and at 'minor page faults' for what fork leaves to be done later.",
       {"spawn --workers 1 --mode process --trials 3 --way thread",
        "spawn --workers 1 --mode process --trials 3 --way fork",
        "spawn --workers 1 --mode process --trials 3 --way fork --ballast 64M"},
       {},
       {"A process with 64 MiB of touched memory forks. How many times as long does that take as "
        "making a thread?",
        {"less than twice", "2 to 10 times", "more than 10 times"}},
       spawn_finding,
       {"throughput_per_s", "latency_ns_p50", "to_first_p50_ns", "minor_faults_per_s"},
       {"thread", "fork", "fork, 64 MiB"}},
      {"context-switch",
       "two workers that wake each other, on one CPU and on two",
       "On one CPU each hand-over is a switch. Between processes it also changes the address "
       "space. Look at 'latency p50', a round trip, and at the kernel's own count of switches.",
       {"ping-pong --workers 2 --mode thread,process --trials 3 --pin same --channel futex",
        "ping-pong --workers 2 --mode thread,process --trials 3 --pin spread --channel spin"},
       {},
       {"How much longer does a round trip take between two processes than between two threads on "
        "the same CPU?",
        {"about the same, or less", "10 % longer to twice as long", "more than twice as long"}},
       context_switch_finding,
       {"throughput_per_s", "latency_ns_p50", "latency_ns_p99", "switches_per_s_voluntary",
        "switches_per_s_involuntary"}},
      {"memory",
       "what a process of its own takes in memory for each worker",
       "The workers of the first run have next to no memory of their own, so that what is seen is "
       "the price of a process: its copies of what it wrote to, and its page tables.",
       {"spin --workers 8 --mode thread,process --trials 3",
        "page-fault --workers 2 --mode thread,process --trials 3"},
       {},
       {"Eight workers as threads, or as eight processes forked from one. How much more memory "
        "does each worker take?",
        {"less than 64 KiB", "64 KiB to 1 MiB", "1 MiB or more"}},
       memory_finding,
       {"throughput_per_s", "memory_bytes_pss", "memory_bytes_uss", "memory_bytes_rss",
        "memory_bytes_page_tables", "minor_faults_per_s"}},
      {"segments",
       "the segments of a program: whose are they, and who can write to them?",
       "Each worker has a word in every segment and writes to its neighbour's. Two columns tell "
       "what is often mixed up: whether the region is fixed when the program is loaded, and "
       "whether what lies in it was laid out by the compiler. Look at equal addresses that are not "
       "the same memory ('frame', which only root can see).",
       {"segments --workers 4 --mode thread,process,2x2 --trials 2"},
       {},
       {"Two processes print the address of a global variable of theirs, and the numbers are "
        "equal. Does a write by one arrive at the other?",
        {"yes", "no"}},
       segments_finding,
       {"data_seen_share", "bss_seen_share", "heap_seen_share", "private_file_seen_share",
        "shared_file_seen_share", "arena_seen_share", "thread_local_seen_share",
        "stack_seen_share"}},
      {"time-slice",
       "two workers that never wait, on one CPU and on a CPU each: who ran when",
       "On one CPU they take turns, which is concurrency; on a CPU each they run at once, which "
       "is parallelism. For a timeline to zoom into, add '--format trace --output FILE' to the "
       "command and open the file in ui.perfetto.dev.",
       {"time-slice --workers 2 --mode thread,process --trials 2 --pin same",
        "time-slice --workers 2 --mode thread,process --trials 2 --pin spread"},
       {},
       {"Two workers that never wait share one CPU. How long does one run before it has to make "
        "room for the other?",
        {"less than 0.1 ms", "0.1 to 10 ms", "10 ms or more"}},
       time_slice_finding,
       {"stretch_p50_ns", "stretch_p99_ns", "away_p50_ns", "away_longest_ns", "together_share",
        "run_delay_share", "switches_per_s_involuntary"}},
      {"sharing",
       "the ladder from a process to a thread: one flag of clone(2) more on each rung",
       "A task changes where a descriptor leads to, the working directory, a word of memory and "
       "what is done about a signal. Its maker then looks which of it has become its own.",
       {"sharing --workers 1 --mode process --trials 2 --rung process",
        "sharing --workers 1 --mode process --trials 2 --rung files",
        "sharing --workers 1 --mode process --trials 2 --rung directory",
        "sharing --workers 1 --mode process --trials 2 --rung memory",
        "sharing --workers 1 --mode process --trials 2 --rung handlers",
        "sharing --workers 1 --mode process --trials 2 --rung thread"},
       {},
       {"Can a task share its maker's memory without sharing its process number and its signal "
        "actions?",
        {"yes", "no"}},
       sharing_finding,
       {"files_seen_share", "directory_seen_share", "memory_seen_share", "handlers_seen_share",
        "process_same_share", "latency_ns_p50"},
       {"process", "+ files", "+ directory", "+ memory", "+ handlers", "thread"}},
  };
  return demos;
}

}  // namespace bulkhead
