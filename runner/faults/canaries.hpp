// What is a worker's own, of every kind that a stray write or a stray close can hit, filled with a
// pattern that names the worker: memory, and a file. A worker makes one on its stack when it starts
// and checks it when it ends; its address is told to the others, who may only write to it as a
// fault.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "ipc/unique_fd.hpp"
#include "runner/faults/fault.hpp"

namespace bulkhead {

struct Canaries {
  static constexpr std::size_t heap_words = 64;
  static constexpr std::size_t other_words = 16;
  static constexpr std::uint32_t static_workers_at_most = 64;

  /// On the calling worker's own thread. Workers beyond static_workers_at_most have no static
  /// words.
  Canaries(std::uint32_t worker, AimsAt aim);
  ~Canaries();
  Canaries(const Canaries&) = delete;
  Canaries& operator=(const Canaries&) = delete;

  /// Whether every word still holds the pattern, and the descriptor still leads to the file.
  [[nodiscard]] bool intact() const noexcept;

  std::uint64_t pattern;
  std::uint64_t* heap;  // [heap_words], owned
  std::array<std::uint64_t, other_words> stack;
  std::span<std::uint64_t> thread_local_words;
  std::span<std::uint64_t> static_words;
  UniqueFd file;  // A memory file that holds the pattern.
  bool has_file = false;
};

}  // namespace bulkhead
