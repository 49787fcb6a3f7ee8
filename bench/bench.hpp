// What bulkhead adds, against the best bare program that does the same: each comparison in one run,
// the two in turn, so that the machine's moods hit both. One self-registering file a comparison.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "ipc/registry.hpp"

namespace bulkhead::bench {

/// One comparison: how long the same work takes bare and through bulkhead. Each call does one round
/// and answers nanoseconds per operation, or bytes where its help says so.
struct Comparison {
  std::function<double()> bare;
  std::function<double()> ours;
};

struct BenchEntry {
  std::string_view name;
  std::string_view help;  ///< What is compared, one line.
  double at_most = 1.0;   ///< The ratio ours / bare that we hold ourselves to.
  Comparison (*make)() = nullptr;
  std::string (*unavailable)() = nullptr;  ///< Why it cannot be had here, or nothing. Null: it can.
};

using BenchRegistry = Registry<BenchEntry>;

}  // namespace bulkhead::bench
