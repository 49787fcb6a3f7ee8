#include "runner/options/checked_options.hpp"

#include <fmt/format.h>

#include <cassert>

namespace bulkhead {

CheckedOptions::CheckedOptions(const std::vector<OptionSpec>& specs,
                               const std::vector<RawOption>& raw, Mistakes& mistakes) {
  for (const OptionSpec& spec : specs) {
    const bool is_new = entries_.try_emplace(std::string(spec.name)).second;
    assert(is_new && "two options of one command share a name");
    entries_.find(spec.name)->second.where = fmt::format("--{}", spec.name);
  }
  for (const RawOption& option : raw) {
    const OptionSpec* spec = find_option(specs, option.name);
    assert(spec != nullptr);
    take(*spec, option, mistakes);
  }
  for (const OptionSpec& spec : specs) {
    Entry& entry = entries_.find(spec.name)->second;
    if (!entry.values.empty() || spec.kind == ValueKind::flag) continue;
    if (spec.default_text.empty()) {
      entry.values.push_back({});
      continue;
    }
    Checked<OptionValue> value = check_value(spec, spec.default_text);
    assert(value.ok() && "the default of an option is a good value of it");
    entry.values.push_back(std::move(*value.value));
  }
}

void CheckedOptions::take(const OptionSpec& spec, const RawOption& option, Mistakes& mistakes) {
  Entry& entry = entries_.find(spec.name)->second;
  if (entry.state != Entry::State::by_default && spec.occurs == Occurs::once) {
    mistakes.push_back({option.where, "is given more than once"});
    return;
  }
  if (entry.state == Entry::State::by_default) entry.state = Entry::State::given;
  entry.where = option.where;
  if (spec.kind == ValueKind::flag) return;
  Checked<OptionValue> value = check_value(spec, option.value);
  if (value.ok()) {
    entry.values.push_back(std::move(*value.value));
    return;
  }
  entry.state = Entry::State::refused;
  mistakes.push_back({option.where, in_quotes(option.value) + " " + value.problem});
}

const CheckedOptions::Entry& CheckedOptions::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  assert(found != entries_.end());
  return found->second;
}

bool CheckedOptions::has(std::string_view name) const {
  return entries_.find(name) != entries_.end();
}

bool CheckedOptions::given(std::string_view name) const {
  return entry(name).state != Entry::State::by_default;
}

bool CheckedOptions::refused(std::string_view name) const {
  return entry(name).state == Entry::State::refused;
}

const std::string& CheckedOptions::where(std::string_view name) const {
  return entry(name).where;
}

std::int64_t CheckedOptions::number(std::string_view name) const {
  return values(name).front().number;
}

const std::string& CheckedOptions::text(std::string_view name) const {
  return values(name).front().text;
}

const std::vector<OptionValue>& CheckedOptions::values(std::string_view name) const {
  const std::vector<OptionValue>& values = entry(name).values;
  assert(!values.empty());
  return values;
}

}  // namespace bulkhead
