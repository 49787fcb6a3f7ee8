// Who ran when. A worker reads the clock again and again; between two readings that lie further
// apart than anything the program does, it was not running. What lies between two such gaps is a
// stretch on a CPU: on one CPU, workers take turns in slices of time (concurrency); on a CPU each,
// they run together (parallelism).

#include <algorithm>
#include <memory>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "ipc/histogram.hpp"
#include "ipc/start_path.hpp"
#include "workloads/latency_measures.hpp"
#include "workloads/ledger.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

constexpr std::uint32_t most_kept = 64;  ///< Stretches of a worker; the latest.
constexpr std::size_t most_in_picture = 12;
constexpr std::int64_t columns = 64;

/// What a worker notes, in a part of the arena of its own. Stretch number n lies at n % most_kept;
/// the last one is not over yet.
struct alignas(cache_line_bytes) Diary {
  struct Stretch {
    PlainWord<std::int64_t> begin_ns;
    PlainWord<std::int64_t> end_ns;
  };
  PlainWord<std::uint64_t> count;
  Stretch stretches[most_kept];
  LatencyHistogram on_cpu;
  LatencyHistogram away;
};

/// The stretches that a diary still has, in order. It may be that of a worker that died.
std::vector<Span> spans_of(const Diary& diary, std::uint32_t worker) {
  std::vector<Span> spans;
  const std::uint64_t count = diary.count.get();
  const std::uint64_t first = count > most_kept ? count - most_kept : 0;
  for (std::uint64_t number = first; number < count; ++number) {
    const Diary::Stretch& stretch = diary.stretches[number % most_kept];
    const Span span{worker, stretch.begin_ns.get(), stretch.end_ns.get()};
    if (span.begin_ns > 0 && span.end_ns > span.begin_ns) spans.push_back(span);
  }
  return spans;
}

struct Interval {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
};

/// Nanoseconds of `interval` that the spans, which do not overlap, cover.
std::int64_t covered_ns(const std::vector<Span>& spans, Interval interval) {
  std::int64_t sum_ns = 0;
  for (const Span& span : spans) {
    const std::int64_t begin_ns = std::max(span.begin_ns, interval.begin_ns);
    const std::int64_t end_ns = std::min(span.end_ns, interval.end_ns);
    sum_ns += std::max<std::int64_t>(end_ns - begin_ns, 0);
  }
  return sum_ns;
}

using Lanes = std::vector<std::vector<Span>>;

/// When all diaries tell something: from the last that begins to the first that ends.
Interval common_interval(const Lanes& lanes) {
  Interval common{0, INT64_MAX};
  for (const std::vector<Span>& lane : lanes) {
    if (lane.empty()) return {};
    common.begin_ns = std::max(common.begin_ns, lane.front().begin_ns);
    common.end_ns = std::min(common.end_ns, lane.back().end_ns);
  }
  return common.begin_ns < common.end_ns ? common : Interval{};
}

/// The share of the time in which two workers or more ran at once: all their changes in order, and
/// how many run between them.
double together_share(const Lanes& lanes, Interval within) {
  std::vector<std::pair<std::int64_t, int>> changes;
  for (const std::vector<Span>& lane : lanes) {
    for (const Span& span : lane) {
      changes.emplace_back(std::clamp(span.begin_ns, within.begin_ns, within.end_ns), 1);
      changes.emplace_back(std::clamp(span.end_ns, within.begin_ns, within.end_ns), -1);
    }
  }
  std::sort(changes.begin(), changes.end());
  std::int64_t together_ns = 0, before_ns = within.begin_ns;
  int running = 0;
  for (const auto& [at_ns, change] : changes) {
    if (running >= 2) together_ns += at_ns - before_ns;
    before_ns = at_ns;
    running += change;
  }
  return static_cast<double>(together_ns) / static_cast<double>(within.end_ns - within.begin_ns);
}

/// A line for each worker: '#' where it ran most of a column's time, '-' where it did so for a part
/// of it, '.' where it did not run.
std::vector<std::string> picture(const Lanes& lanes, Interval within) {
  // The latest that fits, in columns of a round length.
  constexpr std::int64_t column_ns = ns_per_ms;
  within.begin_ns = std::max(within.begin_ns, within.end_ns - columns * column_ns);
  std::vector<std::string> lines{"who ran when (# on a CPU, - partly, . not), 1 ms a column"};
  for (std::size_t worker = 0; worker < std::min(lanes.size(), most_in_picture); ++worker) {
    std::string line = "worker " + std::to_string(worker);
    line.resize(11, ' ');
    for (std::int64_t at_ns = within.begin_ns; at_ns + column_ns <= within.end_ns;
         at_ns += column_ns) {
      const std::int64_t ran_ns = covered_ns(lanes[worker], {at_ns, at_ns + column_ns});
      line += ran_ns > column_ns / 2 ? '#' : (ran_ns > column_ns / 20 ? '-' : '.');
    }
    lines.push_back(line);
  }
  if (lanes.size() > most_in_picture) {
    lines.push_back("and " + std::to_string(lanes.size() - most_in_picture) + " more workers");
  }
  return lines;
}

class TimeSlice final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    gap_ns_ = setup.parameters.number("gap");
    diaries_ = {setup.arena.construct_array<Diary>(setup.worker_count), setup.worker_count};
    ledger_ = Ledger(setup.arena, setup.worker_count);
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    Diary& diary = diaries_[worker.index()];
    PlainWord<std::uint64_t>& applied = ledger_.applied(worker.index());
    const std::int64_t gap_ns = gap_ns_;
    std::int64_t last_ns = monotonic_ns();
    std::int64_t begin_ns = last_ns;
    Diary::Stretch* stretch = begin_stretch(diary, begin_ns);
    worker.repeat([&](auto& unit) {
      const std::int64_t now_ns = monotonic_ns();
      if (now_ns - last_ns > gap_ns) [[unlikely]] {
        diary.on_cpu.record(static_cast<std::uint64_t>(last_ns - begin_ns));
        diary.away.record(static_cast<std::uint64_t>(now_ns - last_ns));
        begin_ns = now_ns;
        stretch = begin_stretch(diary, begin_ns);
      }
      last_ns = now_ns;
      stretch->end_ns.set(now_ns);
      applied.set(unit.number() + 1);
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    ledger_.compare(acknowledged, verdict);
    LatencyHistogram::Counts on_cpu{}, away{};
    Lanes lanes;
    for (std::uint32_t worker = 0; worker < diaries_.size(); ++worker) {
      diaries_[worker].on_cpu.add_to(on_cpu);
      diaries_[worker].away.add_to(away);
      lanes.push_back(spans_of(diaries_[worker], worker));
      verdict.spans.insert(verdict.spans.end(), lanes.back().begin(), lanes.back().end());
    }
    // None where nobody was ever taken off its CPU.
    add_percentiles(verdict, on_cpu, {{"stretch_p50_ns", 0.5}, {"stretch_p99_ns", 0.99}});
    add_percentiles(verdict, away, {{"away_p50_ns", 0.5}, {"away_longest_ns", 1}});
    std::uint64_t stretches = 0;
    for (const Diary& diary : diaries_) stretches += diary.count.get();
    verdict.finding = std::to_string(stretches) + " stretches on a CPU, of " +
                      std::to_string(diaries_.size()) + " workers";
    const Interval within = common_interval(lanes);
    if (within.end_ns == 0) return verdict;
    if (lanes.size() > 1) {
      verdict.measures.emplace_back("together_share", together_share(lanes, within));
    }
    verdict.exhibit = picture(lanes, within);
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return Ledger::arena_bytes(worker_count) + (worker_count + 1) * sizeof(Diary);
  }

 private:
  static Diary::Stretch* begin_stretch(Diary& diary, std::int64_t at_ns) noexcept {
    const std::uint64_t number = diary.count.get();
    Diary::Stretch& stretch = diary.stretches[number % most_kept];
    stretch.begin_ns.set(at_ns);
    stretch.end_ns.set(at_ns);
    diary.count.set(number + 1);
    return &stretch;
  }

  std::int64_t gap_ns_ = 0;
  std::span<Diary> diaries_;
  Ledger ledger_;
};

const WorkloadRegistry::Registration registered{{
    .name = "time-slice",
    .help = "reads the clock without end, and so sees when it was not running",
    .operation = "look",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "gap",
                    .kind = ParameterKind::duration,
                    .default_text = "300us",
                    .help = "two looks further apart than this: the worker was not running",
                    .min = 1'000,
                    .max = ns_per_second}},
    .measures = {{.name = "stretch_p50_ns",
                  .label = "stretch on a CPU, p50",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "time that a worker ran without a gap, of stretches that came to an end"},
                 {.name = "stretch_p99_ns",
                  .label = "stretch on a CPU, p99",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "the same, exceeded by one in 100"},
                 {.name = "away_p50_ns",
                  .label = "away from it, p50",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "time between two stretches of a worker"},
                 {.name = "away_longest_ns",
                  .label = "away from it, longest",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "the same, at most"},
                 {.name = "together_share",
                  .label = "two or more ran at once",
                  .unit = MeasureUnit::share,
                  .help = "part of the last stretches' time in which two workers or more ran"}},
    .make = make_workload<TimeSlice>,
}};

}  // namespace
}  // namespace bulkhead
