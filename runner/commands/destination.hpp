// Where a result goes: standard output, a device or pipe, or a file that appears whole or not at
// all. Opened before the first trial, so that an hour of measuring does not end at a file that
// cannot be made.
#pragma once

#include <string>
#include <string_view>

#include "ipc/unique_fd.hpp"

namespace bulkhead {

/// Owns what it opened. Until finish() a regular file has no name, so nothing is left of it however
/// this program ends; on file systems without nameless files it has a hidden name for that time.
class Destination {
 public:
  /// Standard output for an empty path. Throws std::system_error.
  explicit Destination(const std::string& path);
  Destination(Destination&&) = delete;
  ~Destination();

  /// For questions about the stream. Owned by this object.
  [[nodiscard]] int fd() const noexcept { return fd_; }

  /// Writes all of it and, for a file, puts it in its place, where it replaces what was there.
  /// Once. Throws std::system_error, and then there is no file.
  void finish(std::string_view text);

 private:
  void open_stream(const std::string& path);
  void open_file(const std::string& path);
  void give_name();

  UniqueFd owned_;
  int fd_;
  std::string target_;     ///< The file's place, links followed; empty for what is no regular file.
  std::string temporary_;  ///< Its name until then; empty while it has none.
};

/// Writes all of it to a descriptor. Throws std::system_error; `wish` is for its message.
void write_all(int fd, std::string_view text, const std::string& wish);

/// Makes sure that descriptors 0 to 2 are open, so that no file of ours becomes "standard output"
/// by accident. What was closed stays unusable. First thing in main.
void reserve_standard_streams() noexcept;

/// A write beyond the limit on the size of a file fails like one to a full disk, and does not end
/// the program. Workers have the default action again.
void survive_file_size_limit() noexcept;

}  // namespace bulkhead
