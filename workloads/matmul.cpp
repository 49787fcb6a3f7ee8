// Multiplies two matrices that all workers read; each operation makes one row of the product. Work
// that is split once and never meets again: what threads and processes should do equally well.
//
// The product is checked as Freivalds (1977) does: with a random vector x, C*x must equal A*(B*x).

#include <algorithm>
#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/start_path.hpp"
#include "workloads/ledger.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/random.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

/// A square matrix of whole numbers modulo 2^64: exact, whatever the order of the additions.
using Matrix = std::span<std::uint64_t>;

class Matmul final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    size_ = setup.parameters.count("rows");
    seed_ = setup.seed;
    worker_count_ = setup.worker_count;
    for (Matrix* matrix : {&a_, &b_, &c_}) {
      *matrix = {static_cast<std::uint64_t*>(setup.arena.allocate_aligned(bytes(), page_alignment)),
                 size_ * size_};
    }
    std::uint64_t state = seed_;
    for (std::uint64_t& element : a_) element = next_random(state);
    for (std::uint64_t& element : b_) element = next_random(state);
    std::fill(c_.begin(), c_.end(), 0);
    ledger_ = Ledger(setup.arena, setup.worker_count);
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    std::vector<std::uint64_t> row(size_);
    worker.repeat([&](auto& unit) {
      const std::size_t index = row_of(worker.index(), unit.number());
      multiply(index, row);
      write(index, row);
      ledger_.applied(worker.index()).set(unit.number() + 1);
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    ledger_.compare(acknowledged, verdict);
    const std::vector<std::uint64_t> x = random_vector();
    const std::vector<std::uint64_t> bx = times(b_, x);
    const std::vector<std::uint64_t> abx = times(a_, bx);
    const std::vector<std::uint64_t> cx = times(c_, x);
    std::vector<bool> made(size_, false);
    for (std::uint32_t worker = 0; worker < worker_count_; ++worker) {
      const std::uint64_t units = std::min<std::uint64_t>(acknowledged.finished[worker], size_);
      for (std::uint64_t unit = 0; unit < units; ++unit) made[row_of(worker, unit)] = true;
    }
    std::uint64_t rows = 0, wrong = 0;
    for (std::size_t row = 0; row < size_; ++row) {
      if (!made[row]) continue;
      ++rows;
      wrong += cx[row] == abx[row] ? 0 : 1;
    }
    if (wrong != 0) verdict.health = StateHealth::torn;
    verdict.finding = std::to_string(wrong) + " of " + std::to_string(rows) +
                      " rows are not those of the product";
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues& parameters,
                                        std::uint32_t worker_count) const override {
    const std::size_t rows = parameters.count("rows");
    return 3 * (rows * rows * sizeof(std::uint64_t) + 2 * page_alignment) +
           Ledger::arena_bytes(worker_count);
  }

 private:
  static constexpr std::size_t page_alignment = 4096;

  [[nodiscard]] std::size_t bytes() const noexcept { return size_ * size_ * sizeof(std::uint64_t); }

  [[nodiscard]] std::size_t row_of(std::uint32_t worker, std::uint64_t unit) const noexcept {
    return (unit * worker_count_ + worker) % size_;
  }

  /// Row by row of b, so that memory is read in order.
  void multiply(std::size_t index, std::vector<std::uint64_t>& row) const {
    std::fill(row.begin(), row.end(), 0);
    for (std::size_t inner = 0; inner < size_; ++inner) {
      const std::uint64_t factor = a_[index * size_ + inner];
      const std::uint64_t* const from = &b_[inner * size_];
      for (std::size_t column = 0; column < size_; ++column) row[column] += factor * from[column];
    }
  }

  /// Several workers may write the same values to one row, when there are more units than rows.
  void write(std::size_t index, const std::vector<std::uint64_t>& row) const {
    for (std::size_t column = 0; column < size_; ++column) {
      std::atomic_ref<std::uint64_t>(c_[index * size_ + column])
          .store(row[column], std::memory_order_relaxed);
    }
  }

  [[nodiscard]] std::vector<std::uint64_t> random_vector() const {
    std::vector<std::uint64_t> x(size_);
    std::uint64_t state = mix(seed_, size_);
    for (std::uint64_t& element : x) element = next_random(state);
    return x;
  }

  [[nodiscard]] std::vector<std::uint64_t> times(Matrix matrix,
                                                 const std::vector<std::uint64_t>& x) const {
    std::vector<std::uint64_t> product(size_, 0);
    for (std::size_t row = 0; row < size_; ++row) {
      for (std::size_t column = 0; column < size_; ++column) {
        product[row] += matrix[row * size_ + column] * x[column];
      }
    }
    return product;
  }

  std::size_t size_ = 0;
  std::uint64_t seed_ = 0;
  std::uint32_t worker_count_ = 0;
  Matrix a_;
  Matrix b_;
  Matrix c_;
  Ledger ledger_;
};

const WorkloadRegistry::Registration registered{{
    .name = "matmul",
    .help = "rows of a matrix product: work that is split once, over memory that all read",
    .operation = "row",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "rows",
                    .kind = ParameterKind::count,
                    .default_text = "64",
                    .help = "rows and columns of the matrices",
                    .min = 1,
                    .max = 8192}},
    .make = make_workload<Matmul>,
}};

}  // namespace
}  // namespace bulkhead
