#include "runner/options/suggest.hpp"

#include <string>

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

const std::vector<std::string_view> modes{"process", "thread"};
const std::vector<std::string_view> faults{"abort", "exit-3", "kill-9", "segv-null", "torn-update"};

}  // namespace

TEST_CASE("a swap of neighbours is one edit", "[options][suggest]") {
  CHECK(edit_distance("thraed", "thread") == 1);
  CHECK(edit_distance("ca", "abc") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("Thread", "tHREAD") == 0);
}

TEST_CASE("a mistyped name finds the one that was meant", "[options][suggest]") {
  CHECK(nearest_name("tread", modes) == "thread");
  CHECK(nearest_name("proces", modes) == "process");
  CHECK(nearest_name("THREADS", modes) == "thread");
  CHECK(nearest_name("sevg-null", faults) == "segv-null");
  CHECK(nearest_name("kill9", faults) == "kill-9");
}

TEST_CASE("the first letters of a name find it", "[options][suggest]") {
  CHECK(nearest_name("torn", faults) == "torn-update");
  CHECK(nearest_name("to", faults).empty());
}

TEST_CASE("what resembles no name finds none", "[options][suggest]") {
  CHECK(nearest_name("fibre", modes).empty());
  CHECK(nearest_name("", modes).empty());
  CHECK(nearest_name("x", {"y"}).empty());
  CHECK(nearest_name(std::string(1'000'000, 't'), modes).empty());
}

TEST_CASE("a suggestion ends a message", "[options][suggest]") {
  CHECK(suggestion("tread", modes) == "; did you mean 'thread'?");
  CHECK(suggestion("fibre", modes).empty());
}

TEST_CASE("alternatives are listed in words", "[options][suggest]") {
  CHECK(any_of_text({"a"}) == "a");
  CHECK(any_of_text({"a", "b"}) == "a or b");
  CHECK(any_of_text({"a", "b", "c"}) == "a, b or c");
  CHECK(any_of_text({}).empty());
}
