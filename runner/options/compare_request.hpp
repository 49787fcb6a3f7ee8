// What a command line of `compare` asks for.
#pragma once

#include <string>
#include <vector>

#include "runner/options/mistake.hpp"
#include "runner/options/option_schema.hpp"
#include "runner/options/output_choice.hpp"
#include "runner/results/fail_rule.hpp"

namespace bulkhead {

struct CompareRequest {
  enum class Wish { compare, help } wish = Wish::compare;
  std::string before, after;  ///< Directories of results.
  std::vector<FailRule> rules;
  double confidence = 0;
  OutputChoice output;
  Mistakes mistakes;
};

[[nodiscard]] const std::vector<OptionSpec>& compare_options();

/// `arguments` come after `bulkhead compare`.
[[nodiscard]] CompareRequest read_compare_request(const std::vector<std::string>& arguments);

}  // namespace bulkhead
