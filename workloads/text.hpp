// Text to work on: read from files, taken from the machine's own documentation, or generated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

/// Where a text came from, for the one who reads the result.
struct TextSource {
  std::string description;         ///< "3 files", "the machine's licence texts", "generated text"
  std::vector<std::string> files;  ///< Empty: generated.
};

/// The files named in `input` (separated by newlines); when it is empty, the licence texts that
/// Debian installs on every machine; where there are none, nothing: a text is generated.
[[nodiscard]] TextSource choose_text(const std::string& input);

/// Bytes that read_text will need for this source, by the files' present sizes.
[[nodiscard]] std::size_t text_bytes(const TextSource& source);

/// Writes the text to `destination`, at most `capacity` bytes, a newline after each file; answers
/// how many bytes it wrote. Generated text follows Zipf's law, the same for the same seed. Throws
/// std::system_error with the path when a file cannot be read, std::runtime_error when one grew.
std::size_t read_text(const TextSource& source, std::uint64_t seed, char* destination,
                      std::size_t capacity);

/// Cuts a text into chunks of about `chunk_bytes`, between words. No chunk is empty.
[[nodiscard]] std::vector<std::string_view> cut_text(std::string_view text,
                                                     std::size_t chunk_bytes);

/// Part of a word: ASCII letters and digits, the apostrophe, and every byte of a UTF-8 letter.
[[nodiscard]] constexpr bool is_word_byte(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '\'' || byte >= 0x80;
}

[[nodiscard]] constexpr char lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Calls `use(word)` for each word, in lower case; `scratch` holds the word meanwhile.
template <class Use>
void for_each_word(std::string_view text, std::string& scratch, Use&& use) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word_byte(text[at])) {
      ++at;
      continue;
    }
    scratch.clear();
    for (; at < text.size() && is_word_byte(text[at]); ++at) scratch += lower_case(text[at]);
    use(scratch);
  }
}

}  // namespace bulkhead
