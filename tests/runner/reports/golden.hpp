// Comparing output with what somebody looked at and accepted: files in tests/golden/. Run the tests
// with BULKHEAD_ACCEPT_GOLDEN=1 to accept what they print now, and look at the difference before
// committing.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/catch.hpp"
#include "tests/source_tree.hpp"

namespace bulkhead {

inline void check_golden(const std::string& file, const std::string& text) {
  const std::filesystem::path path = in_source_tree("tests/golden") / file;
  if (std::getenv("BULKHEAD_ACCEPT_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string accepted{std::istreambuf_iterator<char>(stream),
                             std::istreambuf_iterator<char>()};
  INFO("BULKHEAD_ACCEPT_GOLDEN=1 accepts what is printed now as " << path);
  CHECK(text == accepted);
}

}  // namespace bulkhead
