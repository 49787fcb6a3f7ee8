// The segments of a program, and who shares them. Each worker has a word in every segment, writes
// to its neighbour's (worker + 1) and looks into its own for what the neighbour before it wrote: in
// one address space all arrives, between two only what lies in memory that both have mapped.
//
// An address alone says nothing: forked processes have the same numbers for memory of their own. So
// a worker writes to its neighbour's address in private memory only where a worker of its own
// process has told that its word lies there.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/region.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"
#include "workloads/ledger.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/process_turn.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

using Word = std::atomic<std::uint64_t>;

/// In the order of their usual addresses.
enum Segment : std::uint32_t {
  code,
  data,
  bss,
  heap,
  private_file,
  shared_file,
  arena,
  thread_local_data,
  stack,
  segment_count
};

enum class Kept { by_process, by_all };

struct SegmentFacts {
  const char* name;
  const char* region;   ///< Fixed when the program is loaded, or made and grown while it runs.
  const char* objects;  ///< Laid out by the compiler, or when the program asks.
  Kept kept;
};

constexpr SegmentFacts facts[segment_count] = {
    {"code", "static", "static", Kept::by_process},
    {"data", "static", "static", Kept::by_process},
    {"bss", "static", "static", Kept::by_process},
    {"heap", "dynamic", "dynamic", Kept::by_process},
    {"file, private", "dynamic", "dynamic", Kept::by_process},
    {"file, shared", "dynamic", "dynamic", Kept::by_all},
    {"shared memory", "dynamic", "dynamic", Kept::by_all},
    {"thread-local", "dynamic", "static", Kept::by_process},
    {"stack", "dynamic", "dynamic", Kept::by_process},
};

constexpr std::size_t measured_count = segment_count - 1;  // Nobody writes to code.
constexpr Measure seen_measures[measured_count] = {
    {"data_seen_share", "write seen: data", MeasureUnit::share,
     "workers that found their neighbour's write in an initialised global"},
    {"bss_seen_share", "  bss", MeasureUnit::share, "the same in a zeroed global"},
    {"heap_seen_share", "  heap", MeasureUnit::share, "the same in memory from malloc"},
    {"private_file_seen_share", "  file mapped private", MeasureUnit::share,
     "the same in a file mapped with MAP_PRIVATE"},
    {"shared_file_seen_share", "  file mapped shared", MeasureUnit::share,
     "the same in a file mapped with MAP_SHARED"},
    {"arena_seen_share", "  shared memory", MeasureUnit::share,
     "the same in the trial's shared memory"},
    {"thread_local_seen_share", "  thread-local", MeasureUnit::share,
     "the same in a thread-local word, by its address"},
    {"stack_seen_share", "  stack", MeasureUnit::share,
     "the same in a local variable, by its address"},
};

constexpr std::uint64_t proofs = 100;

std::atomic<std::uint64_t> word_in_data{1};
std::atomic<std::uint64_t> word_in_bss{0};
thread_local std::atomic<std::uint64_t> word_of_thread{0};

/// Who wrote, and in which of its units. Zero is nobody's.
constexpr std::uint64_t mark(std::uint32_t worker, std::uint64_t unit) noexcept {
  return (std::uint64_t{worker} + 1) << 40 | (unit & 0xff'ffff'ffff);
}
constexpr std::uint64_t author(std::uint64_t mark) noexcept {
  return mark >> 40;
}

/// What a worker tells of one of its words.
struct Place {
  std::atomic<std::uint64_t> address{0};  // 0: it has none there, now.
  std::atomic<std::uint64_t> last_address{0};
  std::atomic<std::uint64_t> frame{0};   // Of physical memory; 0: unknown.
  std::atomic<std::uint32_t> access{0};  // "r-xp", as four characters.
  std::atomic<std::uint32_t> seen{0};    // It found its neighbour's write.
  std::atomic<std::uint32_t> leaked{0};  // From another process, where that cannot be.
};

/// In the arena.
struct alignas(cache_line_bytes) Desk {
  std::atomic<std::uint32_t> process{0};
  std::array<Place, segment_count> places;
};

/// The permissions of the mapping that holds the address.
std::uint32_t access_at(std::uint64_t address) {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    std::uint64_t first = 0, end = 0;
    char access[5] = {};
    if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %4c", &first, &end, access) != 3)
      continue;
    if (address < first || address >= end) continue;
    std::uint32_t packed = 0;
    std::memcpy(&packed, access, sizeof packed);
    return packed;
  }
  return 0;
}

/// The physical page; 0 where the kernel does not tell, as it does to root only (pagemap in
/// Documentation/admin-guide/mm/pagemap.rst).
std::uint64_t frame_at(std::uint64_t address) {
  const UniqueFd pagemap(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
  std::uint64_t entry = 0;
  const auto at = static_cast<off_t>(address / page_bytes() * sizeof entry);
  if (!pagemap.open() || pread(pagemap.get(), &entry, sizeof entry, at) != sizeof entry) return 0;
  constexpr std::uint64_t present = std::uint64_t{1} << 63;
  constexpr std::uint64_t frame_bits = (std::uint64_t{1} << 55) - 1;
  return (entry & present) != 0 ? entry & frame_bits : 0;
}

std::uint64_t address_of(const volatile void* place) noexcept {
  return reinterpret_cast<std::uint64_t>(place);
}

class Segments final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    worker_count_ = setup.worker_count;
    desks_ = {setup.arena.construct_array<Desk>(worker_count_), worker_count_};
    ledger_ = Ledger(setup.arena, worker_count_);
    in_arena_ = setup.arena.construct_array<Word>(worker_count_);
    file_ = UniqueFd(memfd_create("bulkhead-segments", MFD_CLOEXEC));
    if (!file_.open() || ftruncate(file_.get(), static_cast<off_t>(page_bytes())) != 0) {
      throw_errno("memfd_create: have a file to map");
    }
    in_shared_file_ = map_file(MAP_SHARED);
    in_private_file_ = map_file(MAP_PRIVATE);
  }

  void run(Worker& worker) override {
    const auto in_heap = std::make_unique<Word>(0u);
    Word on_stack{0};
    // What the words' owner writes itself makes the pages its own, where they can be.
    const Present present(*this, worker,
                          {nullptr, &word_in_data, &word_in_bss, in_heap.get(), in_private_file_,
                           in_shared_file_ + worker.index() % words_of_page(),
                           in_arena_ + worker.index(), &word_of_thread, &on_stack});
    const std::uint32_t neighbour = (worker.index() + 1) % worker_count_;
    const std::uint32_t before = (worker.index() + worker_count_ - 1) % worker_count_;
    PlainWord<std::uint64_t>& applied = ledger_.applied(worker.index());
    worker.repeat([&](auto& unit) {
      if (neighbour != worker.index()) {
        const ProcessTurn turn(worker);  // Nobody leaves meanwhile and takes its stack along.
        look_for_writes(before, worker.index());
        write_to(neighbour, worker.index(), unit.number());
      }
      applied.set(unit.number() + 1);
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    ledger_.compare(acknowledged, verdict);
    std::uint64_t leaks = 0;
    for (std::uint32_t segment = data; segment < segment_count; ++segment) {
      std::uint64_t seen = 0, looked = 0;
      for (const Desk& desk : desks_) {
        leaks += desk.places[segment].leaked.load();
        seen += desk.places[segment].seen.load();
        looked += desk.process.load() != 0 ? 1 : 0;
      }
      if (looked == 0 || worker_count_ == 1) continue;
      verdict.measures.emplace_back(seen_measures[segment - 1].name,
                                    static_cast<double>(seen) / static_cast<double>(looked));
    }
    if (leaks != 0) verdict.health = StateHealth::torn;
    verdict.finding = std::to_string(leaks) + " writes came through a wall that has no door there";
    verdict.exhibit = table();
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return Ledger::arena_bytes(worker_count) + (worker_count + 1) * sizeof(Desk) +
           (worker_count + 1) * sizeof(Word) + 2 * cache_line_bytes;
  }

 private:
  /// Tells where a worker's words are, for as long as they are there.
  class Present {
   public:
    Present(Segments& segments, const Worker& worker, std::array<Word*, segment_count> words)
        : segments_(segments), worker_(worker.index()) {
      Desk& desk = segments.desks_[worker_];
      for (std::uint32_t segment = 0; segment < segment_count; ++segment) {
        Place& place = desk.places[segment];
        Word* const word = words[segment];
        if (word != nullptr) word->store(0, std::memory_order_relaxed);
        const std::uint64_t address =
            word != nullptr ? address_of(word) : reinterpret_cast<std::uint64_t>(&frame_at);
        place.frame.store(frame_at(address), std::memory_order_relaxed);
        place.access.store(access_at(address), std::memory_order_relaxed);
        place.address.store(address, std::memory_order_relaxed);
      }
      // Release: whoever sees the process sees the addresses.
      desk.process.store(static_cast<std::uint32_t>(getpid()), std::memory_order_release);
    }
    Present(const Present&) = delete;
    Present& operator=(const Present&) = delete;
    ~Present() {
      const ProcessTurn turn;
      for (Place& place : segments_.desks_[worker_].places) {
        place.last_address.store(place.address.exchange(0, std::memory_order_relaxed),
                                 std::memory_order_relaxed);
      }
    }

   private:
    Segments& segments_;
    std::uint32_t worker_;
  };

  static std::size_t words_of_page() noexcept { return page_bytes() / sizeof(Word); }

  [[nodiscard]] Word* map_file(int sharing) const {
    void* const place =
        mmap(nullptr, page_bytes(), PROT_READ | PROT_WRITE, sharing, file_.get(), 0);
    if (place == MAP_FAILED) throw_errno("mmap: have a file in memory");
    return static_cast<Word*>(place);  // Zero bytes are a word of zero.
  }

  /// Whether the worker's word in the segment lies at this address in the calling process as well.
  [[nodiscard]] bool lies_here(std::uint32_t segment, std::uint64_t address) const noexcept {
    const auto self = static_cast<std::uint32_t>(getpid());
    return std::any_of(desks_.begin(), desks_.end(), [&](const Desk& desk) {
      // Acquire: see Present.
      return desk.process.load(std::memory_order_acquire) == self &&
             desk.places[segment].address.load(std::memory_order_relaxed) == address;
    });
  }

  /// Some words are one for many, so a mark stays until its reader has seen it. Behind a wall a
  /// write is in vain, and a few of them prove it.
  void write_to(std::uint32_t neighbour, std::uint32_t self, std::uint64_t unit) noexcept {
    const bool is_same_process = lives_here(neighbour);
    for (std::uint32_t segment = data; segment < segment_count; ++segment) {
      const Place& place = desks_[neighbour].places[segment];
      const bool in_vain = !is_same_process && facts[segment].kept == Kept::by_process;
      if (in_vain ? unit >= proofs : has_seen(neighbour, segment)) continue;
      const std::uint64_t address = place.address.load(std::memory_order_relaxed);
      // What is shared by all was mapped before the first fork.
      const bool is_here = facts[segment].kept == Kept::by_all || lies_here(segment, address);
      if (address == 0 || !is_here) continue;
      // NOLINTNEXTLINE(performance-no-int-to-ptr): another process wrote where it lies.
      Word& word = *reinterpret_cast<Word*>(address);
      if (!awaits_reader(word.load(std::memory_order_relaxed), segment)) {
        word.store(mark(self, unit), std::memory_order_relaxed);
      }
    }
  }

  [[nodiscard]] bool lives_here(std::uint32_t worker) const noexcept {
    // Acquire: see Present.
    return desks_[worker].process.load(std::memory_order_acquire) ==
           static_cast<std::uint32_t>(getpid());
  }
  [[nodiscard]] bool has_seen(std::uint32_t worker, std::uint32_t segment) const noexcept {
    return desks_[worker].places[segment].seen.load(std::memory_order_relaxed) != 0;
  }
  /// Whether the mark is one that a worker of this process has still to see.
  [[nodiscard]] bool awaits_reader(std::uint64_t mark, std::uint32_t segment) const noexcept {
    if (author(mark) == 0) return false;
    const auto reader = static_cast<std::uint32_t>(author(mark) % worker_count_);
    return lives_here(reader) && !has_seen(reader, segment);
  }

  void look_for_writes(std::uint32_t before, std::uint32_t self) noexcept {
    Desk& own = desks_[self];
    const bool is_same_process = desks_[before].process.load(std::memory_order_acquire) ==
                                 own.process.load(std::memory_order_relaxed);
    for (std::uint32_t segment = data; segment < segment_count; ++segment) {
      Place& place = own.places[segment];
      const auto* word =
          // NOLINTNEXTLINE(performance-no-int-to-ptr): another process wrote where it lies.
          reinterpret_cast<const Word*>(place.address.load(std::memory_order_relaxed));
      if (author(word->load(std::memory_order_relaxed)) != author(mark(before, 0))) continue;
      place.seen.store(1, std::memory_order_relaxed);
      if (!is_same_process && facts[segment].kept == Kept::by_process) {
        place.leaked.store(1, std::memory_order_relaxed);
      }
    }
  }

  /// Of workers 0 and 1, which are neighbours.
  [[nodiscard]] std::vector<std::string> table() const {
    const auto address = [](const Place& place) {
      const std::uint64_t now = place.address.load();
      return now != 0 ? now : place.last_address.load();
    };
    std::vector<std::string> lines{
        "segment        page  region   objects  worker 0      worker 1      frame  seen"};
    for (std::uint32_t segment = 0; segment < segment_count && worker_count_ > 1; ++segment) {
      const Place& first = desks_[0].places[segment];
      const Place& second = desks_[1].places[segment];
      const std::uint32_t packed = first.access.load();
      const std::uint64_t frames[] = {first.frame.load(), second.frame.load()};
      const bool frames_known = frames[0] != 0 && frames[1] != 0;
      const char* const seen = second.seen.load() != 0 ? "yes" : "no";
      char access[5] = {};
      std::memcpy(access, &packed, sizeof packed);
      char line[96];
      std::snprintf(line, sizeof line,
                    "%-13s  %4s  %-7s  %-7s  %-12" PRIx64 "  %-12" PRIx64 "  %-5s  %s",
                    facts[segment].name, access, facts[segment].region, facts[segment].objects,
                    address(first), address(second),
                    !frames_known ? "?" : (frames[0] == frames[1] ? "same" : "other"),
                    segment == code ? "-" : seen);
      lines.emplace_back(line);
    }
    return lines;
  }

  std::uint32_t worker_count_ = 1;
  std::span<Desk> desks_;
  Ledger ledger_;
  UniqueFd file_;
  Word* in_shared_file_ = nullptr;
  Word* in_private_file_ = nullptr;
  Word* in_arena_ = nullptr;
};

const WorkloadRegistry::Registration registered{{
    .name = "segments",
    .help = "writes to a neighbour's words in every segment of a program, and looks into its own",
    .operation = "look",
    .takes_lock = TakesLock::no,
    .parameters = {},
    .measures = {std::begin(seen_measures), std::end(seen_measures)},
    .make = make_workload<Segments>,
}};

}  // namespace
}  // namespace bulkhead
