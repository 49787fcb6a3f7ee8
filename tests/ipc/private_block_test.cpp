#include "ipc/private_block.hpp"

#include "tests/catch.hpp"
#include "tests/in_child.hpp"

using namespace bulkhead;

TEST_CASE("a stray write to another worker's canary is seen inside its own process",
          "[private_block]") {
  const PrivateBlock block(3);
  REQUIRE(block.intact(1));
  block.words(1)[17] = 0x41;
  REQUIRE_FALSE(block.intact(1));
  REQUIRE(block.intact(0));
  REQUIRE(block.intact(2));
}

TEST_CASE("a stray write of another process leaves the canary whole", "[private_block][fork]") {
  const PrivateBlock block(2);
  const ExitCause end = in_child([&] {
    block.words(1)[17] = 0x41;
    return block.intact(1) ? 1 : 0;
  });
  REQUIRE(end.kind == ExitCause::Kind::finished);
  REQUIRE(block.intact(1));
}
