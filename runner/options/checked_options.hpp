// The options of one command, each checked by itself: what somebody gave, and the defaults for the
// rest. Says where a value came from, so that mistakes found later can be blamed on the right
// place. A value.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runner/options/command_line.hpp"
#include "runner/options/mistake.hpp"
#include "runner/options/option_schema.hpp"

namespace bulkhead {

class CheckedOptions {
 public:
  /// Checks each value by its entry in `specs`, which must know every name in `raw`, and adds what
  /// is wrong to `mistakes`.
  CheckedOptions(const std::vector<OptionSpec>& specs, const std::vector<RawOption>& raw,
                 Mistakes& mistakes);

  /// The command has such an option; needed for all that follow.
  [[nodiscard]] bool has(std::string_view name) const;
  /// Somebody gave it, rightly or wrongly.
  [[nodiscard]] bool given(std::string_view name) const;
  /// It was given and a mistake was found in it: what depends on its value cannot be judged.
  [[nodiscard]] bool refused(std::string_view name) const;
  /// Where it was given; for an option that was not, where it would be.
  [[nodiscard]] const std::string& where(std::string_view name) const;

  /// The value, or the default, which must exist, where it is missing or refused.
  [[nodiscard]] std::int64_t number(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  /// All values that were given and accepted, in order; the default if there are none.
  [[nodiscard]] const std::vector<OptionValue>& values(std::string_view name) const;

 private:
  struct Entry {
    enum class State { by_default, given, refused } state = State::by_default;
    std::string where;
    std::vector<OptionValue> values;
  };

  void take(const OptionSpec& spec, const RawOption& option, Mistakes& mistakes);
  [[nodiscard]] const Entry& entry(std::string_view name) const;

  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace bulkhead
