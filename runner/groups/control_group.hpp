// One control group: a directory whose files say who is in it and what they may use. The object is
// a name and no owner, so that a guard can hold it before it is there; see trial_groups.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ipc/clock.hpp"
#include "runner/groups/hierarchy.hpp"

namespace bulkhead {

class ControlGroup {
 public:
  ControlGroup(Hierarchy hierarchy, std::string directory)
      : hierarchy_(hierarchy), directory_(std::move(directory)) {}

  [[nodiscard]] Hierarchy hierarchy() const noexcept { return hierarchy_; }
  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }
  /// A group in this one, which clear_away takes along.
  [[nodiscard]] ControlGroup inner(std::string_view name) const;

  /// Makes the directory. Throws std::system_error.
  void make() const;
  /// Moves the calling process into it. Throws std::system_error.
  void enter() const;

  /// Writes to one of its files; false when the kernel refuses.
  bool set(std::string_view file, std::string_view text) const;
  bool set(std::string_view file, std::uint64_t number) const;
  /// The number that a file consists of.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view file) const;
  /// How many processes the kernel has ended here since the group's memory was used up.
  [[nodiscard]] std::uint64_t out_of_memory_kills() const;

  /// Lets everybody in it and in its inner groups run again.
  void thaw() const;
  /// Thaws and kills until nobody is left, and removes it with its inner groups. Whether it is gone
  /// before the deadline.
  [[nodiscard]] bool clear_away(Deadline deadline) const;

 private:
  [[nodiscard]] std::string file(std::string_view name) const;
  void kill_members() const;

  Hierarchy hierarchy_;
  std::string directory_;
};

}  // namespace bulkhead
