#include "runner/options/option_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "runner/options/split.hpp"

namespace bulkhead {
namespace {

constexpr std::string_view mode_key = "mode";

std::vector<RawOption> values_of(const RawOption& option) {
  std::vector<RawOption> values;
  for (const std::string_view part : split_at_commas(option.value)) {
    values.push_back({option.name, std::string(trimmed(part)), option.where});
  }
  return values;
}

bool given_once(const std::vector<RawOption>& options, const RawOption& wanted) {
  return std::count_if(options.begin(), options.end(),
                       [&](const RawOption& option) { return option.name == wanted.name; }) == 1;
}

}  // namespace

OptionMatrix::OptionMatrix(const std::vector<RawOption>& options,
                           const std::vector<OptionSpec>& specs,
                           const std::vector<RawOption>& excludes, Mistakes& mistakes) {
  modes_.name = mode_key;
  for (const RawOption& option : options) {
    const OptionSpec* spec = find_option(specs, option.name);
    const bool can_be_list = spec != nullptr && spec->occurs == Occurs::once &&
                             spec->kind != ValueKind::flag && given_once(options, option);
    if (can_be_list && option.name == mode_key) {
      modes_.values = values_of(option);
    } else if (can_be_list && option.value.find(',') != std::string::npos) {
      add_dimension(option, mistakes);
    } else {
      fixed_.push_back(option);
    }
  }
  if (modes_.values.empty() && find_option(specs, mode_key) != nullptr) {
    const OptionSpec* spec = find_option(specs, mode_key);
    modes_.values = values_of({std::string(mode_key), spec->default_text, "--mode"});
  }
  for (const RawOption& exclude : excludes) read_exclusion(exclude, mistakes);
}

void OptionMatrix::add_dimension(const RawOption& option, Mistakes& mistakes) {
  Dimension dimension{option.name, values_of(option)};
  std::vector<RawOption>& values = dimension.values;
  for (std::size_t index = 1; index < values.size(); ++index) {
    const auto same = [&](const RawOption& other) { return other.value == values[index].value; };
    if (std::any_of(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), same)) {
      mistakes.push_back(
          {option.where, fmt::format("lists {} twice", in_quotes(values[index].value))});
    }
  }
  dimensions_.push_back(std::move(dimension));
}

bool OptionMatrix::has_value(const std::string& key, const std::string& value) const {
  const auto holds = [&](const std::vector<RawOption>& options) {
    return std::any_of(options.begin(), options.end(), [&](const RawOption& option) {
      return option.name == key && option.value == value;
    });
  };
  return holds(fixed_) || (key == mode_key && holds(modes_.values)) ||
         std::any_of(dimensions_.begin(), dimensions_.end(),
                     [&](const Dimension& dimension) { return holds(dimension.values); });
}

void OptionMatrix::read_exclusion(const RawOption& exclude, Mistakes& mistakes) {
  Exclusion exclusion{exclude.where, {}};
  for (const std::string_view part : split_at_commas(exclude.value)) {
    const std::string condition(trimmed(part));
    const std::size_t equals = condition.find('=');
    if (equals == std::string::npos) {
      mistakes.push_back({exclude.where, fmt::format("{} is no condition such as workers=1; "
                                                     "several are separated by commas",
                                                     in_quotes(condition))});
      return;
    }
    const std::string key(trimmed(std::string_view(condition).substr(0, equals)));
    const std::string value(trimmed(std::string_view(condition).substr(equals + 1)));
    if (!has_value(key, value)) {
      const char* const hint = value.find('=') == std::string::npos
                                   ? ""
                                   : "; several conditions are separated by commas";
      mistakes.push_back({exclude.where, fmt::format("excludes nothing: {} never is {} here{}",
                                                     in_quotes(key), in_quotes(value), hint)});
      return;
    }
    exclusion.conditions.emplace_back(key, value);
  }
  exclusions_.push_back(std::move(exclusion));
}

std::uint64_t OptionMatrix::size() const noexcept {
  std::uint64_t size = 1;
  for (const Dimension& dimension : dimensions_) {
    if (size > std::numeric_limits<std::uint64_t>::max() / dimension.values.size()) {
      return std::numeric_limits<std::uint64_t>::max();
    }
    size *= dimension.values.size();
  }
  return size;
}

bool OptionMatrix::excluded(const std::vector<RawOption>& options, const std::string& mode) const {
  const auto holds = [&](const std::pair<std::string, std::string>& condition) {
    if (condition.first == mode_key) return condition.second == mode;
    return std::any_of(options.begin(), options.end(), [&](const RawOption& option) {
      return option.name == condition.first && option.value == condition.second;
    });
  };
  for (const Exclusion& exclusion : exclusions_) {
    if (!std::all_of(exclusion.conditions.begin(), exclusion.conditions.end(), holds)) continue;
    exclusion.took_something = true;
    return true;
  }
  return false;
}

std::optional<Combination> OptionMatrix::at(std::uint64_t index) const {
  Combination combination;
  combination.options = fixed_;
  for (auto dimension = dimensions_.rbegin(); dimension != dimensions_.rend(); ++dimension) {
    const RawOption& value = dimension->values[index % dimension->values.size()];
    index /= dimension->values.size();
    combination.options.push_back(value);
    std::string label = fmt::format("{}={}", value.name, value.value);
    if (!combination.label.empty()) label += " " + combination.label;
    combination.label = std::move(label);
  }
  RawOption modes{std::string(mode_key), "", ""};
  for (const RawOption& mode : modes_.values) {
    if (excluded(combination.options, mode.value)) continue;
    if (!modes.where.empty()) modes.value += ',';
    modes.value += mode.value;
    modes.where = mode.where;
  }
  if (modes.where.empty()) return std::nullopt;
  combination.options.push_back(std::move(modes));
  return combination;
}

void OptionMatrix::blame_idle_exclusions(Mistakes& mistakes) const {
  for (const Exclusion& exclusion : exclusions_) {
    if (exclusion.took_something) continue;
    mistakes.push_back({exclusion.where, "excludes nothing: no combination is like that"});
  }
}

}  // namespace bulkhead
