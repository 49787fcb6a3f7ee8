// The ladder from a process to a thread. A worker makes a task that changes five things, ends and
// is reaped; then the worker looks which of the changes are its own as well. Each rung shares one
// thing more (clone(2)):
//
// rung      | flags                | what the task changes that its maker sees
// process   | none: a fork         | nothing
// files     | CLONE_FILES          | where a descriptor leads to
// directory | + CLONE_FS           | the working directory
// memory    | + CLONE_VM           | a word of memory
// handlers  | + CLONE_SIGHAND      | what is done about a signal
// thread    | + CLONE_THREAD, ...  | all of these, and it is the same process
//
// The worker undoes what it sees. Workers of one process take turns, since what is changed belongs
// to all of them.

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "ipc/arena.hpp"
#include "ipc/heartbeat.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"
#include "workloads/checked_units.hpp"
#include "workloads/child_task.hpp"
#include "workloads/process_turn.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

constexpr std::size_t stack_bytes = std::size_t{64} << 10;

/// Which changes a maker sees, one bit each.
using Changes = std::uint32_t;
constexpr Changes files = 1;
constexpr Changes directory = 2;
constexpr Changes memory = 4;
constexpr Changes handlers = 8;
constexpr Changes process = 16;

struct Rung {
  const char* name;
  int clone_flags;
  Changes seen;  ///< According to clone(2).
};

constexpr Rung rungs[] = {
    {"process", 0, 0},
    {"files", CLONE_FILES, files},
    {"directory", CLONE_FILES | CLONE_FS, files | directory},
    {"memory", CLONE_FILES | CLONE_FS | CLONE_VM, files | directory | memory},
    {"handlers", CLONE_FILES | CLONE_FS | CLONE_VM | CLONE_SIGHAND,
     files | directory | memory | handlers},
    {"thread", CLONE_VM, files | directory | memory | handlers | process},  // By pthread_create.
};
constexpr std::size_t thread_rung = std::size(rungs) - 1;

struct SeenMeasure {
  Changes change;
  Measure measure;
};
constexpr SeenMeasure seen_measures[] = {
    {files,
     {"files_seen_share", "sees its descriptor", MeasureUnit::share,
      "tasks whose maker found its descriptor leading to another file"}},
    {directory,
     {"directory_seen_share", "sees its directory", MeasureUnit::share,
      "tasks whose maker found itself in another working directory"}},
    {memory,
     {"memory_seen_share", "sees its write to memory", MeasureUnit::share,
      "tasks whose maker found a word of its memory changed"}},
    {handlers,
     {"handlers_seen_share", "sees its signal action", MeasureUnit::share,
      "tasks whose maker found another action for a signal"}},
    {process,
     {"process_same_share", "is the same process", MeasureUnit::share,
      "tasks that had their maker's process number"}},
};

int spare_signal() noexcept {
  return SIGRTMIN + 7;
}

/// A file as the kernel tells files apart.
struct FileIdentity {
  dev_t device = 0;
  ino_t number = 0;
  bool operator==(const FileIdentity&) const = default;
};

FileIdentity identity_of(const struct stat& status) noexcept {
  return {status.st_dev, status.st_ino};
}

FileIdentity identity_of(int descriptor) noexcept {
  struct stat status {};
  return fstat(descriptor, &status) == 0 ? identity_of(status) : FileIdentity{};
}

FileIdentity identity_of(const char* path) noexcept {
  struct stat status {};
  return stat(path, &status) == 0 ? identity_of(status) : FileIdentity{};
}

UniqueFd new_file() {
  UniqueFd file(memfd_create("bulkhead-sharing", MFD_CLOEXEC));
  if (!file.open()) throw_errno("memfd_create: have a file to share");
  return file;
}

/// What a worker brings along for its tasks to change, and how it is put right again.
class Ground {
 public:
  Ground()
      : before_(new_file()),
        after_(new_file()),
        number_(fcntl(before_.get(), F_DUPFD_CLOEXEC, 0)),
        home_(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)),
        away_(identity_of(".") == identity_of("/") ? "/proc" : "/") {
    if (!number_.open() || !home_.open()) throw_errno("open: have a directory to come back to");
  }

  /// What a task does. It may run in a copy of a process of many threads, or on its maker's memory:
  /// nothing here may take a lock, or write what belongs to the C library.
  __attribute__((no_sanitize("address", "thread", "undefined"))) void change() noexcept {
    word_ = 1;
    syscall(SYS_dup3, after_.get(), number_.get(), O_CLOEXEC);
    static_cast<void>(!chdir(away_));
    struct sigaction ignored {};
    ignored.sa_handler = SIG_IGN;
    sigaction(spare_signal(), &ignored, nullptr);
  }

  [[nodiscard]] Changes look() const noexcept {
    struct sigaction now {};
    sigaction(spare_signal(), nullptr, &now);
    Changes seen = 0;
    if (word_ != 0) seen |= memory;
    if (identity_of(number_.get()) == identity_of(after_.get())) seen |= files;
    if (identity_of(".") == identity_of(away_)) seen |= directory;
    if (now.sa_handler == SIG_IGN) seen |= handlers;
    return seen;
  }

  void put_right() noexcept {
    word_ = 0;
    dup3(before_.get(), number_.get(), O_CLOEXEC);
    static_cast<void>(!fchdir(home_.get()));
    struct sigaction by_default {};
    by_default.sa_handler = SIG_DFL;
    sigaction(spare_signal(), &by_default, nullptr);
  }

 private:
  volatile std::uint32_t word_ = 0;
  UniqueFd before_;
  UniqueFd after_;
  UniqueFd number_;
  UniqueFd home_;
  const char* away_;
};

/// What a task is told and tells; `process_number` lies in the arena.
struct Task {
  Ground* ground;
  std::atomic<std::uint32_t>* process_number;
  pid_t maker;  ///< 0 where the task is none that could outlive it.
};

__attribute__((no_sanitize("address", "thread", "undefined"))) void do_task(const Task& task) {
  if (task.maker != 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != task.maker) return;  // It died before that.
  }
  task.ground->change();
  task.process_number->store(static_cast<std::uint32_t>(syscall(SYS_getpid)),
                             std::memory_order_relaxed);
}

__attribute__((no_sanitize("address", "thread", "undefined"))) int clone_main(void* argument) {
  do_task(*static_cast<const Task*>(argument));
  syscall(SYS_exit_group, 0);
  return 0;
}

bool make_thread(Task& task) {
  pthread_t thread{};
  const int error = pthread_create(
      &thread, nullptr,
      [](void* argument) -> void* {
        do_task(*static_cast<const Task*>(argument));
        return nullptr;
      },
      &task);
  if (error != 0) refused("pthread_create", error);
  return pthread_join(thread, nullptr) == 0;
}

/// How often a worker saw each change.
struct alignas(cache_line_bytes) Tally {
  std::atomic<std::uint32_t> process_number{0};
  PlainWord<std::uint64_t> looked;
  std::array<PlainWord<std::uint64_t>, std::size(seen_measures)> seen;
};

class SharingLadder final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    const std::string& name = setup.parameters.text("rung");
    while (rungs[rung_].name != name) ++rung_;
    tallies_ = {setup.arena.construct_array<Tally>(setup.worker_count), setup.worker_count};
    units_ = CheckedUnits(setup.arena, setup.worker_count);
  }

  void run(Worker& worker) override {
    const Heartbeat heartbeat;
    std::vector<std::byte> stack(stack_bytes);
    std::optional<Ground> ground;
    worker.attend([&] {
      const ProcessTurn turn(worker);  // Somebody's task may just be elsewhere with all of us.
      ground.emplace();
      return false;
    });
    if (!ground) return;  // The run was over before its turn came.
    Tally& tally = tallies_[worker.index()];
    const Rung& rung = rungs[rung_];
    Task task{&*ground, &tally.process_number, rung_ == thread_rung ? 0 : getpid()};
    worker.repeat([&](auto& unit) {
      const ProcessTurn turn(worker);
      const bool well = rung_ == thread_rung ? make_thread(task)
                                             : reap(clone(clone_main, stack.data() + stack_bytes,
                                                          rung.clone_flags | SIGCHLD, &task),
                                                    "clone", worker);
      Changes seen = ground->look();
      ground->put_right();
      if (tally.process_number.load(std::memory_order_relaxed) ==
          static_cast<std::uint32_t>(getpid())) {
        seen |= process;
      }
      note(tally, seen);
      units_.note(worker.index(), unit.number(), well && seen == rung.seen);
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict = units_.judge(acknowledged, "shared something else than clone(2) says");
    std::uint64_t looked = 0;
    for (const Tally& tally : tallies_) looked += tally.looked.get();
    if (looked == 0) return verdict;
    for (std::size_t index = 0; index < std::size(seen_measures); ++index) {
      std::uint64_t seen = 0;
      for (const Tally& tally : tallies_) seen += tally.seen[index].get();
      verdict.measures.emplace_back(seen_measures[index].measure.name,
                                    static_cast<double>(seen) / static_cast<double>(looked));
    }
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return CheckedUnits::arena_bytes(worker_count) + (worker_count + 1) * sizeof(Tally);
  }

 private:
  static void note(Tally& tally, Changes seen) noexcept {
    tally.looked.set(tally.looked.get() + 1);
    for (std::size_t index = 0; index < std::size(seen_measures); ++index) {
      if ((seen & seen_measures[index].change) != 0) {
        tally.seen[index].set(tally.seen[index].get() + 1);
      }
    }
  }

  std::size_t rung_ = 0;
  std::span<Tally> tallies_;
  CheckedUnits units_;
};

Objection objection(const ParameterValues& parameters, std::uint32_t) {
  for (const Rung& rung : rungs) {
    const bool is_chosen = parameters.text("rung") == rung.name;
    const bool is_clone_with_memory =
        (rung.clone_flags & CLONE_VM) != 0 && &rung != rungs + thread_rung;
    if (is_chosen && is_clone_with_memory && !children_may_share_memory) {
      return {"rung",
              "this build has ThreadSanitizer, which cannot follow such a clone: take another "
              "--rung"};
    }
  }
  return {};
}

std::vector<std::string_view> rung_names() {
  std::vector<std::string_view> names;
  for (const Rung& rung : rungs) names.emplace_back(rung.name);
  return names;
}

std::vector<Measure> measures() {
  std::vector<Measure> measures;
  for (const SeenMeasure& one : seen_measures) measures.push_back(one.measure);
  return measures;
}

const WorkloadRegistry::Registration registered{{
    .name = "sharing",
    .help = "tasks on the ladder from process to thread: what they change, and who sees it",
    .operation = "task",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "rung",
                    .kind = ParameterKind::choice,
                    .default_text = "process",
                    .help = "what task and maker share, each with all before it",
                    .choices = rung_names()}},
    .measures = measures(),
    .make = make_workload<SharingLadder>,
    .objection = objection,
}};

}  // namespace
}  // namespace bulkhead
