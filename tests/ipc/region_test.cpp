#include "ipc/region.hpp"

#include <cstring>

#include "tests/catch.hpp"
#include "tests/in_child.hpp"

using namespace bulkhead;

TEST_CASE("a write to a shared region is seen by the process that forked the writer",
          "[region][fork]") {
  const Region region(Sharing::shared, 100, "test");
  const ExitCause end = in_child([&] {
    region.data()[7] = std::byte{9};
    return 0;
  });
  REQUIRE(end.kind == ExitCause::Kind::finished);
  REQUIRE(region.data()[7] == std::byte{9});
}

TEST_CASE("a write to a copied region stays in the process that wrote", "[region][fork]") {
  const Region region(Sharing::copied, 100, "test");
  const ExitCause end = in_child([&] {
    region.data()[7] = std::byte{9};
    return region.data()[7] == std::byte{9} ? 0 : 1;
  });
  REQUIRE(end.kind == ExitCause::Kind::finished);
  REQUIRE(region.data()[7] == std::byte{0});
}

TEST_CASE("a region is whole pages, zeroed, and knows its bounds", "[region]") {
  const Region region(Sharing::shared, page_bytes() + 1, "test");
  REQUIRE(region.size_bytes() == 2 * page_bytes());
  REQUIRE(region.data()[region.size_bytes() - 1] == std::byte{0});
  REQUIRE(region.contains(region.data()));
  REQUIRE(region.contains(region.data() + region.size_bytes() - 1));
  REQUIRE_FALSE(region.contains(region.data() + region.size_bytes()));
  REQUIRE_FALSE(region.contains(region.data() - 1));
}

TEST_CASE("a region that the system cannot map is refused with its size and purpose", "[region]") {
  constexpr std::size_t absurd_bytes = std::size_t{1} << 62;
  REQUIRE_THROWS_WITH(Region(Sharing::shared, absurd_bytes, "test"),
                      Catch::Contains("4611686018427387904 bytes for the test"));
}
