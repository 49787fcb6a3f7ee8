// A number that a workload measures itself, beyond what every run measures: how often a waiter was
// overtaken, how long a message was under way. Declared beside its code: the rows of tables, their
// units and the documentation of results come from this.
#pragma once

#include <cstddef>
#include <string_view>

namespace bulkhead {

enum class MeasureUnit { count, nanoseconds, bytes, share, per_second, ratio };

struct Measure {
  /// Key in stored results; ends in _ns, _bytes, _share, _per_s or _ratio where the unit is that.
  std::string_view name;
  std::string_view label;  ///< Of its row in a table, without the unit: "longest wait".
  MeasureUnit unit = MeasureUnit::count;
  std::string_view help;  ///< One line, no full stop: what exactly is measured.
  bool telling = false;   ///< In the overview of many experiments, too.
  /// What a fault does to those outside; what it comes to is said in words, too.
  bool harm = false;
};

/// How many a workload may have at most.
inline constexpr std::size_t max_measures = 32;

}  // namespace bulkhead
