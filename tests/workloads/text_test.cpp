#include "workloads/text.hpp"

#include <unistd.h>

#include <cstdio>
#include <system_error>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string scratch;
  for_each_word(text, scratch, [&](const std::string& word) { words.push_back(word); });
  return words;
}

}  // namespace

TEST_CASE("words are runs of letters, digits, apostrophes and UTF-8 bytes, in lower case",
          "[text]") {
  REQUIRE(words_of("Don't PANIC: 42 times, caf\xc3\xa9!") ==
          std::vector<std::string>{"don't", "panic", "42", "times", "caf\xc3\xa9"});
}

TEST_CASE("text without a word has none", "[text]") {
  REQUIRE(words_of("").empty());
  REQUIRE(words_of(" \n\t.,;!").empty());
}

TEST_CASE("chunks are cut between words and together are the text", "[text]") {
  const std::string text = "one two three four five six seven eight nine ten";
  for (std::size_t bytes = 1; bytes < text.size() + 2; ++bytes) {
    std::string joined;
    std::vector<std::string> words;
    for (const std::string_view chunk : cut_text(text, bytes)) {
      REQUIRE_FALSE(chunk.empty());
      joined += chunk;
      for (const std::string& word : words_of(chunk)) words.push_back(word);
    }
    REQUIRE(joined == text);
    REQUIRE(words == words_of(text));
  }
}

TEST_CASE("generated text is the same for the same seed and another for another", "[text]") {
  const TextSource generated{"generated text", {}};
  std::string first(text_bytes(generated), '\0');
  std::string second = first, third = first;
  first.resize(read_text(generated, 1, first.data(), first.size()));
  second.resize(read_text(generated, 1, second.data(), second.size()));
  third.resize(read_text(generated, 2, third.data(), third.size()));
  REQUIRE(first == second);
  REQUIRE(first != third);
  REQUIRE(words_of(first).size() > 10'000);
}

TEST_CASE("several files are read one after the other, with a break between", "[text]") {
  char directory[] = "/tmp/bulkhead-text-XXXXXX";
  REQUIRE(mkdtemp(directory) != nullptr);
  const std::string first = std::string(directory) + "/a", second = std::string(directory) + "/b";
  std::FILE* file = std::fopen(first.c_str(), "w");
  std::fputs("alpha", file);
  std::fclose(file);
  file = std::fopen(second.c_str(), "w");
  std::fputs("beta", file);
  std::fclose(file);
  const TextSource source = choose_text(first + "\n" + second);
  REQUIRE(source.description == "2 files");
  std::string text(text_bytes(source), '\0');
  text.resize(read_text(source, 0, text.data(), text.size()));
  REQUIRE(text == "alpha\nbeta\n");
  unlink(first.c_str());
  unlink(second.c_str());
  rmdir(directory);
}

TEST_CASE("a missing file is named in the error", "[text]") {
  REQUIRE_THROWS_WITH(text_bytes(choose_text("/no/such/file")), Catch::Contains("/no/such/file"));
}
