#include "runner/options/own_defaults.hpp"

#include <fmt/format.h>

#include "runner/options/run_options.hpp"

namespace bulkhead {
namespace {

bool holds(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void add_default(std::vector<RawOption>& options, std::string_view option, std::string_view value) {
  if (is_given(options, option)) return;
  options.push_back({std::string(option), std::string(value), fmt::format("--{}", option)});
}

void add_defaults(std::vector<RawOption>& options, std::span<const OwnDefault> defaults) {
  const bool own_shape = std::any_of(options.begin(), options.end(), [](const RawOption& option) {
    return option.name == "mode" && option.value.find('x') != option.value.npos;
  });
  for (const OwnDefault& own : defaults) {
    if (own.option == "workers" && own_shape) continue;
    add_default(options, own.option, own.value);
  }
}

std::vector<OptionSpec> run_options_with(std::span<const OwnDefault> defaults,
                                         std::span<const std::string_view> left_out) {
  std::vector<OptionSpec> options;
  for (OptionSpec option : run_options()) {
    if (holds(left_out, option.name)) continue;
    for (const OwnDefault& own : defaults) {
      if (own.option == option.name) option.default_text = own.value;
    }
    options.push_back(std::move(option));
  }
  return options;
}

void refuse_excluded(std::vector<RawOption>& options, std::span<const std::string_view> left_out,
                     std::string_view command, Mistakes& mistakes) {
  std::erase_if(options, [&](const RawOption& option) {
    if (!holds(left_out, option.name)) return false;
    mistakes.push_back(
        {option.where, fmt::format("means nothing here: bulkhead {} --help", command)});
    return true;
  });
}

}  // namespace bulkhead
