#include "runner/reports/cost_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/reports/rows.hpp"

namespace bulkhead {
namespace {

std::string confidence_label(double confidence) {
  return fmt::format("  {} interval", percent(confidence));
}

/// The number of a mode's cost, or of its absent memory record.
template <class Struct, class Number>
std::optional<double> field(const std::optional<Struct>& from, Number Struct::*number) {
  if (!from) return std::nullopt;
  return static_cast<double>((*from).*number);
}

bool is_disturbed(const ModeSummary& mode) {
  return mode.cost.trust.left_disturbed > 0;
}

CellNumber throughput_of(const ModeSummary& mode) {
  CellNumber number;
  if (!mode.cost.throughput) return number;
  const Throughput& throughput = *mode.cost.throughput;
  number.value = throughput.median_per_s;
  if (throughput.interval) {
    number.low = throughput.interval->low;
    number.high = throughput.interval->high;
  }
  if (is_disturbed(mode)) {
    number.mark = disturbed_mark;
    number.note = fmt::format("disturbed in {} rounds",
                              part_of(mode.cost.trust.left_disturbed, mode.cost.trials.completed));
    number.tone = Tone::doubtful;
  }
  return number;
}

template <class Number>
std::vector<CellNumber> cell_numbers(const Summary& summary, Number number_of) {
  std::vector<CellNumber> numbers;
  for (const ModeSummary& mode : summary.modes) numbers.push_back(number_of(mode));
  return numbers;
}

/// What is compared with the first mode, and the words for more of it and for less.
struct Compared {
  std::optional<Comparison> ModeSummary::*comparison;
  std::string_view ratio_measure;
  std::string_view ratio_label;
  std::string_view verdict_measure;
  std::string_view verdict_label;
  std::string_view more;
  Tone more_tone;
  std::string_view less;
  Tone less_tone;
};

constexpr Compared speed{.comparison = &ModeSummary::comparison,
                         .ratio_measure = "throughput_ratio",
                         .ratio_label = "ratio to ",
                         .verdict_measure = "throughput_verdict",
                         .verdict_label = "verdict",
                         .more = "faster",
                         .more_tone = Tone::good,
                         .less = "slower",
                         .less_tone = Tone::bad};

constexpr Compared cpu_time{.comparison = &ModeSummary::cpu_comparison,
                            .ratio_measure = "cpu_time_ratio",
                            .ratio_label = "  ratio to ",
                            .verdict_measure = "cpu_time_verdict",
                            .verdict_label = "  verdict",
                            .more = "more",
                            .more_tone = Tone::bad,
                            .less = "less",
                            .less_tone = Tone::good};

CellNumber ratio_of(const ModeSummary& mode, const ModeSummary& first, const Compared& compared) {
  CellNumber number;
  const std::optional<Comparison>& comparison = mode.*compared.comparison;
  if (!comparison) return number;
  const RatioEstimate& estimate = comparison->estimate;
  number.value = estimate.ratio;
  if (estimate.interval) {
    number.low = estimate.interval->low;
    number.high = estimate.interval->high;
  }
  if (is_disturbed(mode) || is_disturbed(first)) number.mark = disturbed_mark;
  number.note = fmt::format("{} rounds", estimate.rounds);
  return number;
}

ReportCell verdict_of(const ModeSummary& mode, const Compared& compared) {
  ReportCell cell;
  cell.text = not_available;
  const std::optional<Comparison>& comparison = mode.*compared.comparison;
  if (!comparison) return cell;
  const Judgement& judgement = comparison->judgement;
  switch (judgement.verdict) {
    case SpeedVerdict::same:
      cell.text = "same within " + percent(judgement.within);
      break;
    case SpeedVerdict::faster:
      cell.text = compared.more;
      cell.tone = compared.more_tone;
      break;
    case SpeedVerdict::slower:
      cell.text = compared.less;
      cell.tone = compared.less_tone;
      break;
    case SpeedVerdict::cannot_tell:
      cell.text = fmt::format("cannot tell (+{} rounds)", whole(judgement.more_rounds));
      cell.tone = Tone::doubtful;
      break;
  }
  cell.note = cell.text;
  return cell;
}

/// The ratio to the first mode, its interval, and the verdict; nothing where there is one mode.
void add_comparison(RowGroup& group, const Summary& summary, const Compared& compared) {
  const ModeSummary& first = summary.modes.front();
  if (summary.modes.size() < 2) return;
  const std::string label = std::string(compared.ratio_label) + first.mode.name;
  const RowHead head{compared.ratio_measure, label, Quantity::ratio};
  const std::vector<CellNumber> ratios = cell_numbers(
      summary, [&](const ModeSummary& mode) { return ratio_of(mode, first, compared); });
  ReportRow row = number_row(head, ratios);
  row.cells.front().text = "1";
  group.push_back(std::move(row));
  ReportRow intervals = interval_row(confidence_label(summary.plan.confidence), head, ratios);
  intervals.cells.front().text.clear();
  add_row(group, intervals);
  ReportRow verdicts = text_row(
      compared.verdict_measure, compared.verdict_label, "",
      cells_of(summary, [&](const ModeSummary& mode) { return verdict_of(mode, compared); }));
  verdicts.cells.front().text = verdicts.cells.front().note = "reference";
  group.push_back(std::move(verdicts));
}

RowGroup latency_rows(const Summary& summary) {
  RowGroup group;
  const auto add = [&](std::string_view measure, std::string_view label, Quantity quantity,
                       std::uint64_t Latency::*number) {
    add_row(group, number_row({measure, label, quantity},
                              numbers_of(summary, [number](const ModeSummary& mode) {
                                return field(mode.cost.latency, number);
                              })));
  };
  add("latency_ns_p50", "latency p50", Quantity::duration_ns, &Latency::p50_ns);
  add("latency_ns_p99", "latency p99", Quantity::duration_ns, &Latency::p99_ns);
  add("latency_ns_max", "latency max", Quantity::duration_ns, &Latency::max_ns);
  add("latency_samples", "  operations sampled", Quantity::count, &Latency::samples);
  return group;
}

/// Adds a row of one optional number of the cost.
class CostRows {
 public:
  CostRows(RowGroup& group, const Summary& summary) : group_(group), summary_(summary) {}

  void add(std::string_view measure, std::string_view label, Quantity quantity,
           std::optional<double> CostSummary::*number) {
    add_row(group_, number_row({measure, label, quantity},
                               numbers_of(summary_, [number](const ModeSummary& mode) {
                                 return mode.cost.*number;
                               })));
  }

 private:
  RowGroup& group_;
  const Summary& summary_;
};

RowGroup cpu_rows(const Summary& summary) {
  RowGroup group;
  CostRows rows(group, summary);
  rows.add("cpu_ns_per_operation", "CPU time per op", Quantity::duration_ns,
           &CostSummary::cpu_ns_per_operation);
  const bool has_compared_cpu_time =
      std::any_of(summary.modes.begin(), summary.modes.end(),
                  [](const ModeSummary& mode) { return mode.cpu_comparison.has_value(); });
  if (has_compared_cpu_time) add_comparison(group, summary, cpu_time);
  rows.add("cpu_kernel_share", "  of it in the kernel", Quantity::share,
           &CostSummary::kernel_share);
  rows.add("instructions_per_operation", "instructions per op, user", Quantity::count,
           &CostSummary::instructions_per_operation);
  rows.add("cycles_per_operation", "  cycles", Quantity::count, &CostSummary::cycles_per_operation);
  rows.add("cache_misses_per_operation", "  cache misses", Quantity::count,
           &CostSummary::cache_misses_per_operation);
  rows.add("run_delay_share", "waiting for a CPU", Quantity::share, &CostSummary::run_delay_share);
  rows.add("switches_per_s_voluntary", "voluntary switches", Quantity::rate,
           &CostSummary::switches_per_s_voluntary);
  rows.add("switches_per_s_involuntary", "involuntary switches", Quantity::rate,
           &CostSummary::switches_per_s_involuntary);
  rows.add("minor_faults_per_s", "minor page faults", Quantity::rate,
           &CostSummary::minor_faults_per_s);
  rows.add("major_faults_per_s", "major page faults", Quantity::rate,
           &CostSummary::major_faults_per_s);
  rows.add("migrations_per_s", "moves to another CPU", Quantity::rate,
           &CostSummary::migrations_per_s);
  if (summary.plan.workload->takes_lock == TakesLock::yes) {
    rows.add("lock_contended_share", "lock takes that waited", Quantity::share,
             &CostSummary::contended_per_operation);
  }
  return group;
}

/// What only this workload measures.
RowGroup workload_rows(const Summary& summary) {
  RowGroup group;
  for (const Measure& measure : summary.plan.workload->measures) {
    add_row(group, number_row({measure.name, measure.label, quantity_of(measure.unit)},
                              numbers_of(summary, [&measure](const ModeSummary& mode) {
                                return measure_in(mode.cost.measures, measure.name);
                              })));
  }
  return group;
}

RowGroup memory_rows(const Summary& summary) {
  RowGroup group;
  const auto add = [&](std::string_view measure, std::string_view label, double Memory::*bytes,
                       double divisor,
                       std::optional<Memory> CostSummary::*when = &CostSummary::memory) {
    add_row(group, number_row({measure, label, Quantity::bytes},
                              numbers_of(summary, [=](const ModeSummary& mode) {
                                std::optional<double> number = field(mode.cost.*when, bytes);
                                if (number) *number /= divisor;
                                return number;
                              })));
  };
  const double workers = summary.plan.worker_count;
  add("memory_bytes_pss_per_worker", "memory per worker, PSS", &Memory::pss_bytes, workers);
  add("memory_bytes_uss_per_worker", "  USS", &Memory::uss_bytes, workers);
  add("memory_bytes_idle_pss_per_worker", "  idle, PSS", &Memory::pss_bytes, workers,
      &CostSummary::idle_memory);
  add("memory_bytes_pss", "memory in total, PSS", &Memory::pss_bytes, 1);
  add("memory_bytes_uss", "  USS", &Memory::uss_bytes, 1);
  add("memory_bytes_rss", "  RSS, summed up", &Memory::rss_bytes, 1);
  add("memory_bytes_page_tables", "  page tables", &Memory::page_table_bytes, 1);
  add("memory_bytes_idle_page_tables", "  page tables, idle", &Memory::page_table_bytes, 1,
      &CostSummary::idle_memory);
  return group;
}

RowGroup start_rows(const Summary& summary) {
  RowGroup group;
  CostRows rows(group, summary);
  rows.add("start_ns", "start of a worker", Quantity::duration_ns, &CostSummary::start_ns);
  rows.add("start_ns_skew", "  last after first", Quantity::duration_ns,
           &CostSummary::start_skew_ns);
  return group;
}

ReportCell count_cell(std::uint32_t count, Tone tone_above_0) {
  ReportCell cell;
  cell.value = count;
  cell.text = whole(count);
  cell.tone = count > 0 ? tone_above_0 : Tone::plain;
  return cell;
}

RowGroup trust_rows(const Summary& summary) {
  const auto cells = [&summary](auto get) { return cells_of(summary, get); };
  RowGroup group;
  add_row(group,
          text_row("trials_completed", "trials completed", "count",
                   cells([](const ModeSummary& mode) { return trials_cell(mode.cost.trials); })));
  add_row(group,
          text_row("trials_sound", "state at the end", "count",
                   cells([](const ModeSummary& mode) { return state_cell(mode.cost.state); })));
  add_row(group, text_row("deaths", "deaths", "count", cells([](const ModeSummary& mode) {
                            return count_cell(mode.cost.deaths, Tone::bad);
                          })));
  add_row(group, text_row("windows_repeated", "disturbed windows repeated", "count",
                          cells([](const ModeSummary& mode) {
                            return count_cell(mode.cost.trust.repeated, Tone::plain);
                          })));
  add_row(group, text_row("windows_left_disturbed", "  left disturbed", "count",
                          cells([](const ModeSummary& mode) {
                            return count_cell(mode.cost.trust.left_disturbed, Tone::doubtful);
                          })));
  add_row(group, number_row({"others_cpu_share_max", "CPU taken by others, max", Quantity::share},
                            numbers_of(summary, [](const ModeSummary& mode) {
                              return mode.cost.throughput
                                         ? std::optional(mode.cost.trust.others_share)
                                         : std::nullopt;
                            })));
  return group;
}

std::string interval_footnote(const Summary& summary) {
  const std::string confidence = percent(summary.plan.confidence);
  std::string text =
      fmt::format("Intervals assume no distribution and hold with {} at least.", confidence);
  if (summary.modes.size() > 1) {
    text += fmt::format(
        " Ratios are paired by round; those of one measure hold with {} all together.", confidence);
  }
  return text;
}

bool is_undecided(const ModeSummary& mode) {
  return mode.comparison && mode.comparison->judgement.verdict == SpeedVerdict::cannot_tell;
}

bool was_disturbed(const ModeSummary& mode) {
  return mode.cost.trust.left_disturbed > 0 || (mode.isolation && mode.isolation->disturbed > 0);
}

}  // namespace

ReportCell verdict_cell(const ModeSummary& mode) {
  return verdict_of(mode, speed);
}

RowGroup speed_rows(const Summary& summary) {
  RowGroup group;
  const std::string interval_label = confidence_label(summary.plan.confidence);
  const RowHead throughput{"throughput_per_s", "throughput", Quantity::rate, "op"};
  const std::vector<CellNumber> rates = cell_numbers(summary, throughput_of);
  group.push_back(number_row(throughput, rates));
  add_row(group, interval_row(interval_label, throughput, rates));
  add_comparison(group, summary, speed);
  return group;
}

std::vector<std::string> speed_footnotes(const Summary& summary) {
  std::vector<std::string> footnotes{interval_footnote(summary)};
  if (std::any_of(summary.modes.begin(), summary.modes.end(), is_undecided)) {
    footnotes.emplace_back("(+n rounds): so many more would probably decide it (--trials).");
  }
  if (std::any_of(summary.modes.begin(), summary.modes.end(), was_disturbed)) {
    footnotes.push_back(
        fmt::format("{} Measured in part while others used the machine.", disturbed_mark));
  }
  return footnotes;
}

ReportTable cost_table(const Summary& summary) {
  ReportTable table;
  table.section = "cost";
  table.title = "What it costs: trials without faults, medians over rounds";
  for (RowGroup (*rows)(const Summary&) :
       {speed_rows, latency_rows, workload_rows, cpu_rows, memory_rows, start_rows, trust_rows}) {
    RowGroup group = rows(summary);
    if (!group.empty()) table.groups.push_back(std::move(group));
  }
  return table;
}

}  // namespace bulkhead
