// What a batch adds to its trials' own windows, and a report to the reading of its lines.

#include <time.h>

#include <nlohmann/json.hpp>

#include "bench/bench.hpp"
#include "ipc/clock.hpp"
#include "runner/batch/batch.hpp"
#include "runner/options/run_request.hpp"
#include "runner/reports/overview.hpp"
#include "runner/reports/render.hpp"
#include "tests/temporary_folder.hpp"

namespace bulkhead::bench {
namespace {

constexpr std::int64_t window_ns = 200'000'000;

Plan small_plan(std::uint32_t rounds) {
  return read_run_request({"bank", "--workers", "2", "--warmup", "0", "--duration", "200ms",
                           "--trials", std::to_string(rounds)},
                          {2, 1})
      .plan;
}

/// The window alone, as the supervisor waits through it.
double sleep_through_window() {
  const std::int64_t begun_ns = monotonic_ns();
  const timespec window{0, window_ns};
  nanosleep(&window, nullptr);
  return static_cast<double>(monotonic_ns() - begun_ns);
}

/// One round of two modes, from the plan to the last line on the disk; a trial of it. Windows that
/// were measured twice, since somebody disturbed them, count as what they are.
double run_batch_trial() {
  const TemporaryFolder place;
  ResultStore store(place / "r");
  Mistakes mistakes;
  Batch batch({{{"x.ini", BatchOrder::listed, std::nullopt}}, {{"x/a", small_plan(1), true, 0}}},
              store, mistakes);
  const std::int64_t begun_ns = monotonic_ns();
  batch.run({}, [](const BatchProgress&) {});
  const auto took_ns = static_cast<double>(monotonic_ns() - begun_ns);
  double windows_ns = 0;
  const StoredBatch stored = read_results(place / "r");
  for (const TrialRecord& trial : stored.experiments.front().course.result().trials) {
    for (const WindowRecord& window : trial.windows) {
      windows_ns += static_cast<double>(window.length_ns());
    }
  }
  return took_ns / windows_ns * static_cast<double>(window_ns);
}

/// Ten thousand trials in fifty experiments, made of two real ones.
std::string ten_thousand_trials() {
  constexpr std::uint32_t experiments = 50, rounds = 100;
  const Plan plan = small_plan(rounds);
  const ExperimentResult real = run_experiment(small_plan(1), [](const ProgressState&) {});
  std::string text = session_line({"2026-01-01T00:00:00Z", real.host, {}});
  for (std::uint32_t experiment = 0; experiment < experiments; ++experiment) {
    const std::string name = "x/e" + std::to_string(experiment);
    text += experiment_line(name, plan);
    for (std::uint32_t round = 0; round < rounds; ++round) {
      for (TrialRecord trial : real.trials) {
        trial.id.round = round;
        text += trial_line(name, 1, trial);
      }
    }
  }
  return text;
}

double parse_lines_only(const std::string& text) {
  const std::int64_t begun_ns = monotonic_ns();
  std::istringstream stream(text);
  std::size_t keys = 0;
  for (std::string line; std::getline(stream, line);) {
    keys += nlohmann::ordered_json::parse(line).size();
  }
  return static_cast<double>(monotonic_ns() - begun_ns) + static_cast<double>(keys % 2);
}

double read_and_draw(const std::string& text) {
  const std::int64_t begun_ns = monotonic_ns();
  std::istringstream stream(text);
  const StoredBatch batch = parse_results(stream);
  std::vector<NamedResult> results;
  for (const StoredExperiment& one : batch.experiments) {
    results.push_back({one.name, &one.course.result()});
  }
  const std::string page = render_batch(results, {}, "html", {});
  return static_cast<double>(monotonic_ns() - begun_ns) + static_cast<double>(page.size() % 2);
}

const BenchRegistry::Registration registered[] = {
    BenchRegistry::Registration{{"batch-trial", "a trial of 200 ms in a batch, to its window alone",
                                 1.05,
                                 [] {
                                   return Comparison{sleep_through_window, run_batch_trial};
                                 }}},
    BenchRegistry::Registration{
        {"report-10000", "10,000 stored trials to a page, to parsing their lines", 2.0, [] {
           const std::string text = ten_thousand_trials();
           return Comparison{[text] { return parse_lines_only(text); },
                             [text] { return read_and_draw(text); }};
         }}}};

}  // namespace
}  // namespace bulkhead::bench
