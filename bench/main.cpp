// bulkhead_bench [--rounds N] [--check] [NAME...]: runs the comparisons and prints the ratios.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "bench/bench.hpp"
#include "runner/statistics/interval.hpp"
#include "runner/statistics/ratio.hpp"

namespace {

using namespace bulkhead;
using namespace bulkhead::bench;

constexpr int usage_error = 2;

struct Request {
  int rounds = 11;
  bool check = false;
  std::vector<std::string_view> names;
};

void print_usage(std::FILE* to) {
  fmt::print(to,
             "usage: bulkhead_bench [--rounds N] [--check] [NAME...]\n"
             "  --rounds N  pairs of measurements for each comparison (default: 11)\n"
             "  --check     exit code 1 where a limit is missed\n"
             "  --help      show this and exit\n");
  for (const BenchEntry& entry : BenchRegistry::all()) {
    fmt::print(to, "  {:<22} at most {:<6.3g} {}\n", entry.name, entry.at_most, entry.help);
  }
}

int usage(std::string_view wrong) {
  fmt::print(stderr, "bulkhead_bench: {}\n", wrong);
  print_usage(stderr);
  return usage_error;
}

/// Both sides in turn, the first of a pair changing, after one round that does not count.
RatioEstimate compare(const Comparison& comparison, int rounds, double& bare_ns) {
  std::vector<double> bare, ours;
  comparison.bare();
  comparison.ours();
  for (int round = 0; round < rounds; ++round) {
    if (round % 2 == 0) bare.push_back(comparison.bare());
    ours.push_back(comparison.ours());
    if (round % 2 != 0) bare.push_back(comparison.bare());
  }
  bare_ns = median(bare);
  return estimate_ratio(bare, ours, 0.95);
}

/// Whether the ratio keeps its promise, as far as these rounds can tell.
bool run_one(const BenchEntry& entry, int rounds) {
  const std::string obstacle = entry.unavailable == nullptr ? "" : entry.unavailable();
  if (!obstacle.empty()) {
    fmt::print("{:<22} skipped: {}\n", entry.name, obstacle);
    return true;
  }
  double bare_ns = 0;
  const RatioEstimate estimate = compare(entry.make(), rounds, bare_ns);
  const std::string interval =
      estimate.interval
          ? fmt::format("{:.3f}-{:.3f}", estimate.interval->low, estimate.interval->high)
          : std::string("too few rounds");
  const bool kept = estimate.ratio <= entry.at_most;
  fmt::print("{:<22} {:>12.2f} {:>8.3f}  {:<16} {:>6.3g}  {}\n", entry.name, bare_ns,
             estimate.ratio, interval, entry.at_most, kept ? "kept" : "missed");
  std::fflush(stdout);
  return kept;
}

}  // namespace

int main(int argc, char** argv) {
  Request request;
  for (int index = 1; index < argc; ++index) {
    const std::string_view argument = argv[index];
    if (argument == "--rounds" && index + 1 < argc) {
      request.rounds = std::atoi(argv[++index]);
      if (request.rounds < 1 || request.rounds > 1000) return usage("--rounds takes 1 to 1000");
    } else if (argument == "--help") {
      print_usage(stdout);
      return 0;
    } else if (argument == "--check") {
      request.check = true;
    } else if (BenchRegistry::find(argument) != nullptr) {
      request.names.push_back(argument);
    } else {
      return usage("unknown argument '" + std::string(argument) + "'");
    }
  }
  fmt::print("{:<22} {:>12} {:>8}  {:<16} {:>6}\n", "comparison", "bare", "ratio", "95 % interval",
             "limit");
  bool all_kept = true;
  for (const BenchEntry& entry : BenchRegistry::all()) {
    const bool wanted = request.names.empty() ||
                        std::count(request.names.begin(), request.names.end(), entry.name) != 0;
    if (!wanted) continue;
    try {
      all_kept = run_one(entry, request.rounds) && all_kept;
    } catch (const std::exception& failure) {  // An interrupted trial, say.
      fmt::print(stderr, "bulkhead_bench: {}: {}\n", entry.name, failure.what());
      return 1;
    }
  }
  return request.check && !all_kept ? 1 : 0;
}
