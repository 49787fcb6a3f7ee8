// A list of plug-ins of one kind, filled before main by constructors in the plug-ins' own files.
// Read-only afterwards, so any thread and any process may look.
#pragma once

#include <algorithm>
#include <cassert>
#include <string_view>
#include <vector>

namespace bulkhead {

/// Entry is a struct with a `name` that is unique within its registry.
template <class Entry>
class Registry {
 public:
  /// All entries, sorted by name so that no output depends on link order.
  [[nodiscard]] static const std::vector<Entry>& all() { return entries(); }

  /// The entry with this name, or null.
  [[nodiscard]] static const Entry* find(std::string_view name) {
    for (const Entry& entry : entries()) {
      if (entry.name == name) return &entry;
    }
    return nullptr;
  }

  /// `static const Registry<X>::Registration registered{{...}};` in the plug-in's file.
  struct Registration {
    explicit Registration(Entry entry) {
      assert(find(entry.name) == nullptr && "two plug-ins of one kind share a name");
      const auto place = std::upper_bound(
          entries().begin(), entries().end(), entry,
          [](const Entry& left, const Entry& right) { return left.name < right.name; });
      entries().insert(place, std::move(entry));
    }
  };

 private:
  static std::vector<Entry>& entries() {
    static std::vector<Entry> list;
    return list;
  }
};

}  // namespace bulkhead
