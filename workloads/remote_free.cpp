// Blocks that one worker allocates and another one frees: the producer and the consumer of many
// programs, and the harder half of an allocator's work, since what comes back is not what the
// caller's own cache gave away (a "remote free" in the literature of allocators).
//
// Even workers allocate, odd ones free, each pair through a ring of its own. The heap is one in
// shared memory, the same in every mode; or the C library's, of which each process has one, so that
// a pair must not be parted.

#include <unistd.h>

#include <bit>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/channels/spin_channel.hpp"
#include "ipc/heartbeat.hpp"
#include "workloads/pairs.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

using Byte = unsigned char;

/// The arena's allocator: Boost.Interprocess's best fit, under one robust mutex.
class SharedHeap {
 public:
  explicit SharedHeap(const ArenaAllocator<Byte>& allocator) : allocator_(allocator) {}
  Byte* allocate(std::size_t bytes) {
    try {
      return allocator_.allocate(bytes);
    } catch (const boost::interprocess::bad_alloc&) {
      throw WorkerStuck("the heap in shared memory is full");
    }
  }
  void free(Byte* block, std::size_t bytes) { allocator_.deallocate(block, bytes); }
  /// Of all processes the same one.
  [[nodiscard]] static std::uint64_t identity() noexcept { return 0; }

 private:
  ArenaAllocator<Byte> allocator_;
};

/// The C library's, of this process.
class ProcessHeap {
 public:
  static Byte* allocate(std::size_t bytes) {
    auto* const block = static_cast<Byte*>(std::malloc(bytes));
    if (block == nullptr) throw WorkerStuck("malloc refused a block");
    return block;
  }
  static void free(Byte* block, std::size_t) noexcept { std::free(block); }
  [[nodiscard]] std::uint64_t identity() const noexcept { return process_; }

 private:
  std::uint64_t process_ = static_cast<std::uint64_t>(getpid());
};

/// What a message says behind its number.
enum Word : std::size_t { block_word = 1, heap_word = 2 };

class RemoteFree final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    bytes_ = setup.parameters.count("size");
    is_shared_ = setup.parameters.text("heap") == "shared";
    const std::uint32_t pairs = setup.worker_count / 2;
    const ChannelShape shape = shape_of(setup.parameters);
    for (std::uint32_t pair = 0; pair < pairs; ++pair) rings_.emplace_back(setup.arena, shape);
    consumers_ = {setup.arena.construct_array<Consumer>(pairs), pairs};
    allocator_.emplace(setup.arena.allocator<Byte>());
  }

  void run(Worker& worker) override {
    const Heartbeat heartbeat;
    if (is_shared_) return work(worker, SharedHeap(*allocator_));
    work(worker, ProcessHeap());
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    std::uint64_t broken = 0, orphaned = 0, freed = 0;
    for (std::size_t pair = 0; pair < consumers_.size(); ++pair) {
      const std::uint64_t sent = rings_[pair].sent(), received = rings_[pair].received();
      add_missing(acknowledged.finished[2 * pair], sent, verdict);
      add_missing(acknowledged.finished[2 * pair + 1], received, verdict);
      // A producer that died may have sent one more than it counted.
      const std::uint64_t at_most = sent + acknowledged.interrupted[2 * pair];
      if (received > at_most) verdict.surplus_units += received - at_most;
      broken += consumers_[pair].broken.get();
      orphaned += consumers_[pair].orphaned.get();
      freed += consumers_[pair].freed.get();
    }
    if (verdict.missing_units + verdict.surplus_units != 0) verdict.health = StateHealth::lossy;
    if (broken != 0) verdict.health = StateHealth::torn;
    verdict.finding = std::to_string(freed) + " blocks freed by another worker, " +
                      std::to_string(broken) + " of them without their marks, and " +
                      std::to_string(orphaned) + " gone with the process that they were of";
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues& parameters,
                                        std::uint32_t worker_count) const override {
    // Who dies with a block in its hands leaves it behind.
    constexpr std::size_t left_behind = 64;
    constexpr std::size_t header_bytes = 64;
    const ChannelShape shape = shape_of(parameters);
    const bool is_shared = parameters.text("heap") == "shared";
    const std::size_t blocks = is_shared ? shape.capacity + left_behind : 0;
    const std::size_t heap_bytes = blocks * (parameters.count("size") + header_bytes);
    return (worker_count / 2 + 1) *
           (SpinChannel::arena_bytes(shape) + sizeof(Consumer) + heap_bytes);
  }

 private:
  /// What a consumer has seen, in a part of the arena of its own.
  struct alignas(cache_line_bytes) Consumer {
    PlainWord<std::uint64_t> freed;
    PlainWord<std::uint64_t> broken;    // Blocks without their marks.
    PlainWord<std::uint64_t> orphaned;  // Of a heap that is gone.
  };

  static ChannelShape shape_of(const ParameterValues& parameters) {
    return {cache_line_bytes, std::bit_ceil(parameters.count("live"))};
  }
  static Byte mark_of(std::uint64_t number) noexcept { return static_cast<Byte>(number); }

  template <class Heap>
  void work(Worker& worker, Heap heap) {
    SpinChannel& ring = rings_[worker.index() / 2];
    if (worker.index() % 2 == 0) {
      allocate_all(worker, ring, heap);
    } else {
      free_all(worker, ring, heap, consumers_[worker.index() / 2]);
    }
  }

  template <class Heap>
  void allocate_all(Worker& worker, SpinChannel& ring, Heap& heap) const {
    Message message{};
    message.words[heap_word] = heap.identity();
    Patience patience(worker, worker.index() + 1);
    worker.repeat([&](auto& unit) {
      if (ring.sent() > unit.number()) return;  // Went in before the crash.
      Byte* const block = heap.allocate(bytes_);
      block[0] = block[bytes_ - 1] = mark_of(ring.sent() + 1);
      message.words[block_word] = reinterpret_cast<std::uintptr_t>(block);
      ring.send(message, patience);
      patience.over();
    });
  }

  template <class Heap>
  void free_all(Worker& worker, SpinChannel& ring, Heap& heap, Consumer& own) const {
    Message message{};
    Patience patience(worker, worker.index() - 1);
    worker.repeat([&](auto& unit) {
      if (ring.received() > unit.number()) return;
      ring.receive(message, patience);
      patience.over();
      if (message.words[heap_word] != heap.identity()) [[unlikely]]
        return own.orphaned.set(own.orphaned.get() + 1);
      auto* const block = reinterpret_cast<Byte*>(message.words[block_word]);
      const Byte mark = mark_of(message.number());
      if (block[0] != mark || block[bytes_ - 1] != mark) [[unlikely]]
        own.broken.set(own.broken.get() + 1);
      heap.free(block, bytes_);
      own.freed.set(own.freed.get() + 1);
    });
  }

  static void add_missing(std::uint64_t acknowledged, std::uint64_t done, Verdict& verdict) {
    if (done < acknowledged) verdict.missing_units += acknowledged - done;
  }

  std::size_t bytes_ = 0;
  bool is_shared_ = true;
  std::vector<SpinChannel> rings_;
  std::span<Consumer> consumers_;
  std::optional<ArenaAllocator<Byte>> allocator_;
};

const WorkloadRegistry::Registration registered{{
    .name = "remote-free",
    .help = "allocates a block in one worker and frees it in another",
    .operation = "malloc or free",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "heap",
                    .kind = ParameterKind::choice,
                    .default_text = "shared",
                    .help = "shared: one heap in shared memory; malloc: the C library's, of each "
                            "process, for pairs that share one",
                    .choices = {"shared", "malloc"}},
                   {.name = "size",
                    .kind = ParameterKind::bytes,
                    .default_text = "3000",
                    .help = "bytes in a block",
                    .min = 1,
                    .max = 1 << 30},
                   {.name = "live",
                    .kind = ParameterKind::count,
                    .default_text = "256",
                    .help =
                        "blocks of a pair that wait to be freed, at most; the next power of two",
                    .min = 2,
                    .max = 1 << 16}},
    .make = make_workload<RemoteFree>,
    .objection = [](const ParameterValues&, std::uint32_t count) { return odd_workers(count); },
    .own_memory_bytes =
        [](const ParameterValues& parameters) {
          return std::bit_ceil(parameters.count("live")) * parameters.count("size") / 2;
        },
    .ties_pairs =
        [](const ParameterValues& parameters) {
          return std::string(parameters.text("heap") == "malloc"
                                 ? "a block of malloc can be freed in its own process only: take "
                                   "--heap shared"
                                 : "");
        },
}};

}  // namespace
}  // namespace bulkhead
