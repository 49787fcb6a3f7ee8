#include "runner/faults/canaries.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace bulkhead {
namespace {

thread_local std::array<std::uint64_t, Canaries::other_words> words_of_thread;
std::array<std::array<std::uint64_t, Canaries::other_words>, Canaries::static_workers_at_most>
    words_of_program;

constexpr std::uint64_t first_pattern = 0x5afe'0000'0000'0000;  // No canonical address on x86-64.

}  // namespace

// From malloc, so that a fault may hand it to free().
Canaries::Canaries(std::uint32_t worker, AimsAt aim)
    : pattern(first_pattern | worker),
      heap(static_cast<std::uint64_t*>(std::malloc(heap_words * sizeof(std::uint64_t)))),
      thread_local_words(words_of_thread) {
  if (heap == nullptr) throw std::bad_alloc();
  if (worker < static_workers_at_most) static_words = words_of_program[worker];
  std::fill_n(heap, heap_words, pattern);
  stack.fill(pattern);
  std::fill(thread_local_words.begin(), thread_local_words.end(), pattern);
  std::fill(static_words.begin(), static_words.end(), pattern);
  if (!has(aim, AimsAt::file)) return;
  file = UniqueFd(memfd_create("bulkhead-own-file", MFD_CLOEXEC));
  has_file = file.open() && pwrite(file.get(), &pattern, sizeof pattern, 0) == sizeof pattern;
}

Canaries::~Canaries() {
  std::free(heap);
}

namespace {

bool holds(const UniqueFd& file, std::uint64_t pattern) {
  std::uint64_t word = 0;
  return pread(file.get(), &word, sizeof word, 0) == sizeof word && word == pattern;
}

}  // namespace

bool Canaries::intact() const noexcept {
  const auto is_good = [this](std::uint64_t word) { return word == pattern; };
  return std::all_of(heap, heap + heap_words, is_good) &&
         std::all_of(stack.begin(), stack.end(), is_good) &&
         std::all_of(thread_local_words.begin(), thread_local_words.end(), is_good) &&
         std::all_of(static_words.begin(), static_words.end(), is_good) &&
         (!has_file || holds(file, pattern));
}

}  // namespace bulkhead
