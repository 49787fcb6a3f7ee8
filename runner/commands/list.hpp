// What `bulkhead list` shows: the registries, and the modes. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace bulkhead {

struct ListSubject {
  std::string_view name;
  std::string_view help;  ///< One line, no full stop.
  std::string (*text)(unsigned width);
};

[[nodiscard]] std::span<const ListSubject> list_subjects();

/// What can be listed.
[[nodiscard]] std::string list_help(unsigned width);

}  // namespace bulkhead
