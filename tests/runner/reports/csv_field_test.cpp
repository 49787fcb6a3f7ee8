#include "runner/reports/csv_field.hpp"

#include <rapidcheck.h>

#include <vector>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// Reads records as RFC 4180 describes them, as strictly as this test needs.
std::vector<std::string> parse_line(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char letter = line[at];
    if (letter == '"' && quoted && at + 1 < line.size() && line[at + 1] == '"') {
      fields.back() += '"';
      ++at;
    } else if (letter == '"') {
      quoted = !quoted;
    } else if (letter == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += letter;
    }
  }
  return fields;
}

}  // namespace

TEST_CASE("a field that means nothing special stands as it is", "[csv]") {
  CHECK(csv_field("") == "");
  CHECK(csv_field("95 % of 7; 'x'") == "95 % of 7; 'x'");
}

TEST_CASE("a field with a comma, a quote or a line break is quoted", "[csv]") {
  CHECK(csv_field("1,5") == "\"1,5\"");
  CHECK(csv_field("a\nb") == "\"a\nb\"");
  CHECK(csv_field("a\rb") == "\"a\rb\"");
  CHECK(csv_field("say \"hi\"") == "\"say \"\"hi\"\"\"");
}

TEST_CASE("fields of any text come back from their line", "[csv]") {
  CHECK(rc::check("quote and unquote", [] {
    const auto text = rc::gen::container<std::string>(
        rc::gen::element('a', ',', '"', '\n', '\r', ' ', ';', '\xC3'));
    const auto fields = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(text));
    std::string line = csv_field(fields.front());
    for (std::size_t index = 1; index < fields.size(); ++index) {
      line += "," + csv_field(fields[index]);
    }
    RC_ASSERT(parse_line(line) == fields);
  }));
}
