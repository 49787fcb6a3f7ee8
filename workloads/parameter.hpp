// What a workload lets the user choose, declared beside its code: help, checking, listing and the
// nearest-name hint all come from this table.
#pragma once

#include <cassert>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

/// count: a whole number. bytes: a size with units (64K). duration: a time with units (200ms), kept
/// in nanoseconds. choice: one of `choices`. text_files: paths of readable text files, kept
/// separated by newlines; may be empty when the default is.
enum class ParameterKind { count, bytes, duration, choice, text_files };

struct Parameter {
  std::string_view name;
  ParameterKind kind = ParameterKind::count;
  std::string_view default_text;  ///< As the user would write it.
  std::string_view help;          ///< One line, no full stop.
  std::int64_t min = 0;           ///< Numbers only; in bytes, nanoseconds or units.
  std::int64_t max = 0;
  std::vector<std::string_view> choices = {};  ///< choice only.
};

/// Checked values by parameter name. A plain value; made once by the plan.
class ParameterValues {
 public:
  void set(std::string_view name, std::int64_t number) { numbers_[std::string(name)] = number; }
  void set(std::string_view name, std::string text) { texts_[std::string(name)] = std::move(text); }

  /// The number of a count, bytes or duration parameter, which must have been declared.
  [[nodiscard]] std::int64_t number(std::string_view name) const {
    const auto found = numbers_.find(name);
    assert(found != numbers_.end());
    return found->second;
  }
  [[nodiscard]] std::uint64_t count(std::string_view name) const {
    const std::int64_t value = number(name);
    assert(value >= 0);
    return static_cast<std::uint64_t>(value);
  }
  /// The text of a choice or text_files parameter, which must have been declared.
  [[nodiscard]] const std::string& text(std::string_view name) const {
    const auto found = texts_.find(name);
    assert(found != texts_.end());
    return found->second;
  }

  [[nodiscard]] const std::map<std::string, std::int64_t, std::less<>>& numbers() const {
    return numbers_;
  }
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& texts() const {
    return texts_;
  }

 private:
  std::map<std::string, std::int64_t, std::less<>> numbers_;
  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace bulkhead
