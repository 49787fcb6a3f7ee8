// The directory of a batch, held by one program at a time: what is in it, and new lines at the end
// of it, each on the disk before the next trial begins.
#pragma once

#include <string>
#include <string_view>

#include "ipc/unique_fd.hpp"
#include "runner/results/stored_batch.hpp"

namespace bulkhead {

/// Owns the directory's lock while it lives; the kernel lets go of it when this process ends,
/// however it ends. Only for the process that made it: the lock does not pass to its children.
class ResultStore {
 public:
  /// Makes the directory where it is missing, locks it, and reads what is there; a torn last line
  /// is cut off. Throws std::system_error, ResultsUnreadable, and ResultsBusy when another process
  /// has the lock.
  explicit ResultStore(const std::string& directory);

  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }
  /// What was there when it was opened, for the caller to take and go on with.
  [[nodiscard]] StoredBatch& found() noexcept { return found_; }

  /// Puts a whole line, with its line feed, to the end of the file and on the disk. The file is
  /// open for so long only, so no trial inherits it. Throws std::system_error, and then the file is
  /// as it was before.
  void append(std::string_view line);

 private:
  void lock();

  std::string directory_;
  UniqueFd lock_;
  StoredBatch found_;
};

class ResultsBusy : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace bulkhead
