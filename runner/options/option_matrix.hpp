// The combinations that a section of a config file stands for: a key with several values, separated
// by commas, is a dimension of a matrix. Modes are compared inside an experiment, so they make no
// experiments of their own, but can be excluded like any other value. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/options/command_line.hpp"
#include "runner/options/mistake.hpp"
#include "runner/options/option_schema.hpp"

namespace bulkhead {

/// One combination: what stands behind `bulkhead run`, and what tells it from the others.
struct Combination {
  std::vector<RawOption> options;
  std::string label;  ///< "workers=2 lock=robust"; empty for the only one.
};

class OptionMatrix {
 public:
  /// `options` are those of one experiment; `specs` all that they can be; `excludes` conditions
  /// such as "mode=2x2, workers=1", all of which must hold. Adds what is wrong with the lists and
  /// with the conditions to `mistakes`.
  OptionMatrix(const std::vector<RawOption>& options, const std::vector<OptionSpec>& specs,
               const std::vector<RawOption>& excludes, Mistakes& mistakes);

  /// How many there are before anything is excluded; saturated.
  [[nodiscard]] std::uint64_t size() const noexcept;

  /// By number, from 0; without modes that are excluded, and null when nothing of it is left.
  [[nodiscard]] std::optional<Combination> at(std::uint64_t index) const;

  /// Adds a mistake for each exclusion that took nothing out of any combination that was asked for.
  void blame_idle_exclusions(Mistakes& mistakes) const;

 private:
  struct Dimension {
    std::string name;
    std::vector<RawOption> values;
  };
  struct Exclusion {
    std::string where;
    std::vector<std::pair<std::string, std::string>> conditions;
    mutable bool took_something = false;
  };

  void add_dimension(const RawOption& option, Mistakes& mistakes);
  void read_exclusion(const RawOption& exclude, Mistakes& mistakes);
  [[nodiscard]] bool excluded(const std::vector<RawOption>& options, const std::string& mode) const;
  [[nodiscard]] bool has_value(const std::string& key, const std::string& value) const;

  std::vector<RawOption> fixed_;
  std::vector<Dimension> dimensions_;  // The last one changes fastest.
  Dimension modes_;
  std::vector<Exclusion> exclusions_;
};

}  // namespace bulkhead
