// Memory bandwidth, after McCalpin's STREAM (1995): each operation passes once over arrays of the
// worker's own. Workers share the memory's bandwidth, and no wall divides that.

#include <memory>

#include "ipc/start_path.hpp"
#include "workloads/checked_units.hpp"
#include "workloads/own_memory.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

enum class Kernel { copy, scale, add, triad };

/// Three arrays of doubles; a pass writes the first from the others.
class Arrays {
 public:
  Arrays(std::size_t bytes, std::uint64_t seed)
      : memory_(bytes, seed), count_(bytes / 3 / cache_line_bytes * in_line) {
    a_ = memory_.as<double>();
    b_ = a_ + count_;
    c_ = b_ + count_;
    for (std::size_t index = 0; index < count_; ++index) {
      a_[index] = 0;
      b_[index] = static_cast<double>(index % 7 + 1);
      c_[index] = static_cast<double>(index % 5 + 1);
    }
  }

  /// One pass; answers whether its first, middle and last element are what they must be. `unit`
  /// changes the factor, so that a pass that was not done shows.
  bool pass(Kernel kernel, std::uint64_t unit) noexcept {
    const auto factor = static_cast<double>(unit % 1000 + 2);
    switch (kernel) {
      case Kernel::copy:
        b_[0] = b_[count_ / 2] = b_[count_ - 1] = factor;
        return run(factor, [](double b, double, double) { return b; });
      case Kernel::scale:
        return run(factor, [](double b, double, double by) { return by * b; });
      case Kernel::add:
        b_[0] = b_[count_ / 2] = b_[count_ - 1] = factor;
        return run(factor, [](double b, double c, double) { return b + c; });
      case Kernel::triad:
        return run(factor, [](double b, double c, double by) { return b + by * c; });
    }
    return false;
  }

  /// What a pass reads and writes, by STREAM's own count: two arrays or three.
  [[nodiscard]] std::uint64_t bytes_moved(Kernel kernel) const noexcept {
    const bool reads_two = kernel == Kernel::add || kernel == Kernel::triad;
    return (reads_two ? 3 : 2) * count_ * sizeof(double);
  }

 private:
  template <class Formula>
  bool run(double factor, Formula formula) noexcept {
    double* __restrict const a = a_;
    const double* __restrict const b = b_;
    const double* __restrict const c = c_;
    const std::size_t count = count_;
    // By lines, of which the compiler makes vector instructions at -O2.
    for (std::size_t line = 0; line < count; line += in_line) {
      for (std::size_t index = line; index < line + in_line; ++index) {
        a[index] = formula(b[index], c[index], factor);
      }
    }
    asm volatile("" : : "r"(a) : "memory");
    bool right = true;
    for (const std::size_t index : {std::size_t{0}, count / 2, count - 1}) {
      right &= a[index] == formula(b[index], c[index], factor);
    }
    return right;
  }

  static constexpr std::size_t in_line = cache_line_bytes / sizeof(double);

  OwnMemory memory_;
  std::size_t count_;
  double* a_ = nullptr;
  double* b_ = nullptr;
  double* c_ = nullptr;
};

Kernel kernel_called(const std::string& name) {
  if (name == "copy") return Kernel::copy;
  if (name == "scale") return Kernel::scale;
  return name == "add" ? Kernel::add : Kernel::triad;
}

class Stream final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    bytes_ = setup.parameters.count("working-set");
    kernel_ = kernel_called(setup.parameters.text("kernel"));
    units_ = CheckedUnits(setup.arena, setup.worker_count);
    speeds_ = {setup.arena.construct_array<Speed>(setup.worker_count), setup.worker_count};
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    Arrays arrays(bytes_, worker.seed());
    const Kernel kernel = kernel_;
    std::uint64_t passes = 0;
    const std::int64_t begun_ns = monotonic_ns();
    worker.repeat([&, kernel](auto& unit) {
      units_.note(worker.index(), unit.number(), arrays.pass(kernel, unit.number()));
      ++passes;
    });
    const auto seconds = static_cast<double>(monotonic_ns() - begun_ns) / ns_per_second;
    const auto moved = static_cast<double>(passes * arrays.bytes_moved(kernel));
    speeds_[worker.index()].bytes_per_second.set(static_cast<std::uint64_t>(moved / seconds));
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict = units_.judge(acknowledged, "left wrong values in the array");
    std::uint64_t together = 0;
    for (const Speed& speed : speeds_) together += speed.bytes_per_second.get();
    verdict.measures.emplace_back("bytes_per_s", static_cast<double>(together));
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return CheckedUnits::arena_bytes(worker_count) + (worker_count + 1) * sizeof(Speed);
  }

 private:
  struct alignas(cache_line_bytes) Speed {
    PlainWord<std::uint64_t> bytes_per_second;
  };

  std::size_t bytes_ = 0;
  Kernel kernel_ = Kernel::triad;
  CheckedUnits units_;
  std::span<Speed> speeds_;
};

const WorkloadRegistry::Registration registered{{
    .name = "stream",
    .help = "passes over arrays of the worker's own: memory bandwidth",
    .operation = "pass",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "working-set",
                    .kind = ParameterKind::bytes,
                    .default_text = "3M",
                    .help = "bytes of each worker's three arrays together",
                    .min = 3 * cache_line_bytes,
                    .max = std::int64_t{16} << 30},
                   {.name = "kernel",
                    .kind = ParameterKind::choice,
                    .default_text = "triad",
                    .help = "what a pass does: a = b, a = s*b, a = b + c, or a = b + s*c",
                    .choices = {"copy", "scale", "add", "triad"}}},
    .measures = {{.name = "bytes_per_s",
                  .label = "bytes moved",
                  .unit = MeasureUnit::per_second,
                  .help = "bytes read and written by all workers together, as STREAM counts them; "
                          "what a cache fetches before a write is not counted"}},
    .make = make_workload<Stream>,
    .own_memory_bytes =
        [](const ParameterValues& parameters) { return parameters.count("working-set"); },
}};

}  // namespace
}  // namespace bulkhead
