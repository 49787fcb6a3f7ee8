// What the numbers mean, in plain words: sentences chosen by rule, each true of the numbers it is
// made from. Never a score that adds up what cannot be added. Pure.
#pragma once

#include <string>
#include <vector>

#include "runner/reports/summary.hpp"

namespace bulkhead {

inline constexpr std::size_t most_sentences = 5;

/// At most `most_sentences` lines, the most important first; none when there is nothing to say.
[[nodiscard]] std::vector<std::string> explain(const Summary& summary);

}  // namespace bulkhead
