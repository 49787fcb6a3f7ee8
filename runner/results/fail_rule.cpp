#include "runner/results/fail_rule.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "runner/options/mistake.hpp"
#include "runner/options/split.hpp"
#include "runner/options/suggest.hpp"
#include "runner/reports/number.hpp"

namespace bulkhead {
namespace {

std::vector<std::string_view> measure_names() {
  std::vector<std::string_view> names;
  for (const StoredMeasure& measure : stored_measures()) names.push_back(measure.name);
  return names;
}

std::optional<double> parse_limit(std::string_view text) {
  double limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(limit) || limit <= 0) return std::nullopt;
  return limit;
}

bool beyond(const FailRule& rule, double ratio) {
  return rule.side == FailRule::Side::below ? ratio < rule.limit : ratio > rule.limit;
}

}  // namespace

Checked<FailRule> parse_fail_rule(std::string_view text) {
  const std::size_t sign = text.find_first_of("<>");
  if (sign == text.npos) {
    return refused<FailRule>("is no rule such as 'throughput < 0.95' or 'recovery > 1.2'");
  }
  const std::string_view name = trimmed(text.substr(0, sign));
  const StoredMeasure* measure = find_measure(name);
  if (measure == nullptr) {
    return refused<FailRule>(fmt::format("names no measure: {} is none of {}{}", in_quotes(name),
                                         any_of_text(measure_names()),
                                         suggestion(name, measure_names())));
  }
  const auto limit = parse_limit(trimmed(text.substr(sign + 1)));
  if (!limit) {
    return refused<FailRule>(
        fmt::format("has no ratio above 0 behind '{}', such as 0.95", text[sign]));
  }
  FailRule rule;
  rule.text = text;
  rule.measure = static_cast<std::size_t>(measure - stored_measures().data());
  rule.side = text[sign] == '<' ? FailRule::Side::below : FailRule::Side::above;
  rule.limit = *limit;
  return accepted(std::move(rule));
}

RuleFindings apply(const FailRule& rule, const StoredComparison& comparison) {
  RuleFindings findings;
  for (const ComparedRow& row : comparison.rows) {
    const auto& ratio = row.ratios[rule.measure];
    if (!ratio) continue;
    ++findings.judged;
    if (ratio->interval && beyond(rule, ratio->interval->low) &&
        beyond(rule, ratio->interval->high)) {
      findings.failed.push_back(fmt::format(
          "{}, {}: {} is {} ({} to {}) of what it was: {}", row.experiment, row.mode,
          stored_measures()[rule.measure].name, ratio_text(ratio->ratio),
          ratio_text(ratio->interval->low), ratio_text(ratio->interval->high), rule.text));
    } else if (beyond(rule, ratio->ratio)) {
      ++findings.cannot_tell;
    }
  }
  return findings;
}

}  // namespace bulkhead
