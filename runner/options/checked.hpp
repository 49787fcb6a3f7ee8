// The result of checking one piece of text that a user wrote: a value, or what is wrong with it.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace bulkhead {

/// `problem` continues a sentence that begins with the text itself: "is negative". It never names
/// where the text came from, so that a command line and a config file can share every check.
template <class T>
struct Checked {
  std::optional<T> value;
  std::string problem;

  [[nodiscard]] bool ok() const noexcept { return value.has_value(); }
};

template <class T>
[[nodiscard]] Checked<T> accepted(T value) {
  return {std::move(value), {}};
}

template <class T>
[[nodiscard]] Checked<T> refused(std::string problem) {
  assert(!problem.empty());
  return {std::nullopt, std::move(problem)};
}

}  // namespace bulkhead
