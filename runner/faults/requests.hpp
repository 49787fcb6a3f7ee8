// What every worker may ask of the kernel, and gets unless somebody has used it up. A worker of a
// trial with such a fault asks now and then, gives back at once what it got, and notes what it was
// refused.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead {

class Requests {
 public:
  /// Asks for the first time; what is refused then is no fault's doing and will not be noted.
  /// `small_disk` is the folder for files, where the aim has a disk. Refusals are added to
  /// `refused` as bits. On the worker's own thread.
  Requests(AimsAt aim, int small_disk, std::uint32_t worker, std::atomic<std::uint32_t>& refused);
  ~Requests();
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;

  /// The number of the unit before which it wants to ask again.
  [[nodiscard]] std::uint64_t next_unit() const noexcept { return next_unit_; }

  /// Asks, and chooses the next unit so that some milliseconds lie between. A touched page of a
  /// full disk is not refused: it kills (SIGBUS).
  void ask(std::uint64_t unit) noexcept;

  /// "memory, thread": the bits of `refused` by name; empty for none.
  [[nodiscard]] static std::string names(std::uint32_t refused);

 private:
  [[nodiscard]] std::uint32_t refused_now() const noexcept;
  [[nodiscard]] bool gets(std::uint32_t kind) const noexcept;
  [[nodiscard]] bool can_write() const noexcept;
  [[nodiscard]] bool can_make_file() const noexcept;
  void touch_page() noexcept;

  AimsAt aim_;
  int small_disk_;
  std::string new_name_;
  UniqueFd file_;         // On the small disk.
  void* page_ = nullptr;  // Of that file; null where nothing aims at it.
  std::atomic<std::uint32_t>& refused_;
  std::uint32_t refused_before_ = 0;
  std::uint64_t next_unit_ = 0;
  std::uint64_t stride_ = 1;
  std::int64_t asked_ns_ = 0;
};

}  // namespace bulkhead
