#include "workloads/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>

#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"
#include "workloads/random.hpp"

namespace bulkhead {
namespace {

constexpr const char* licence_directory = "/usr/share/common-licenses";
constexpr std::size_t generated_bytes = std::size_t{1} << 20;
constexpr std::size_t generated_vocabulary = 5000;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (end > start) lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

std::vector<std::string> licence_files() {
  std::vector<std::string> files;
  std::error_code ignored;  // No directory, no files: the caller generates a text.
  for (const auto& entry : std::filesystem::directory_iterator(licence_directory, ignored)) {
    if (entry.is_regular_file(ignored) && !entry.is_symlink(ignored)) {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::size_t file_bytes(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) throw_errno("stat: look at " + path);
  return static_cast<std::size_t>(status.st_size);
}

std::size_t read_file(const std::string& path, char* destination, std::size_t capacity) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.open()) throw_errno("open: read " + path);
  std::size_t filled = 0;
  for (;;) {
    const ssize_t got = read(fd.get(), destination + filled, capacity - filled);
    if (got < 0) throw_errno("read: read " + path);
    if (got == 0) return filled;
    filled += static_cast<std::size_t>(got);
    if (filled == capacity) throw std::runtime_error(path + " grew while it was read");
  }
}

/// The word of a rank: short for common ones, as in real languages.
std::string word_of(std::size_t rank) {
  static constexpr std::string_view consonants = "tnrshdlcmfpgwybvk";
  static constexpr std::string_view vowels = "eaoiu";
  std::string word;
  for (std::size_t rest = rank + 1; rest > 0; rest /= consonants.size() * vowels.size()) {
    const std::size_t syllable = rest % (consonants.size() * vowels.size());
    word += consonants[syllable / vowels.size()];
    word += vowels[syllable % vowels.size()];
  }
  return word;
}

std::size_t generate_text(std::uint64_t seed, char* destination, std::size_t capacity) {
  std::size_t filled = 0;
  std::uint64_t state = seed;
  const double log_vocabulary = std::log(static_cast<double>(generated_vocabulary));
  for (std::uint64_t words = 1;; ++words) {
    // Zipf's law with exponent one: the rank's logarithm is uniform.
    const double uniform = static_cast<double>(next_random(state) >> 11) * 0x1.0p-53;
    const auto rank = static_cast<std::size_t>(std::exp(uniform * log_vocabulary)) - 1;
    const std::string word = word_of(rank);
    if (filled + word.size() + 1 > capacity) return filled;
    filled += word.copy(destination + filled, word.size());
    destination[filled++] = words % 12 == 0 ? '\n' : ' ';
  }
}

}  // namespace

TextSource choose_text(const std::string& input) {
  if (!input.empty()) {
    std::vector<std::string> files = lines_of(input);
    const std::string description =
        files.size() == 1 ? files.front() : std::to_string(files.size()) + " files";
    return {description, std::move(files)};
  }
  std::vector<std::string> files = licence_files();
  if (files.empty()) return {"generated text", {}};
  return {"the machine's licence texts", std::move(files)};
}

std::size_t text_bytes(const TextSource& source) {
  if (source.files.empty()) return generated_bytes;
  std::size_t total = 0;
  for (const std::string& path : source.files) total += file_bytes(path) + 2;
  return total;
}

std::size_t read_text(const TextSource& source, std::uint64_t seed, char* destination,
                      std::size_t capacity) {
  if (source.files.empty()) return generate_text(seed, destination, capacity);
  std::size_t filled = 0;
  for (const std::string& path : source.files) {
    filled += read_file(path, destination + filled, capacity - filled);
    destination[filled++] = '\n';
  }
  return filled;
}

std::vector<std::string_view> cut_text(std::string_view text, std::size_t chunk_bytes) {
  std::vector<std::string_view> chunks;
  while (!text.empty()) {
    std::size_t size = std::min(chunk_bytes, text.size());
    while (size < text.size() && is_word_byte(text[size])) ++size;
    chunks.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return chunks;
}

}  // namespace bulkhead
