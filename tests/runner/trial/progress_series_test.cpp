// A series that stays short.

#include "runner/trial/progress_series.hpp"

#include "tests/catch.hpp"

using bulkhead::ProgressSeries;

TEST_CASE("a progress series keeps every point of a short window", "[progress]") {
  ProgressSeries series(10);
  for (std::int64_t at = 0; at < 100; at += 10) series.add(at, static_cast<std::uint64_t>(at));
  REQUIRE(series.points().size() == 10);
  CHECK(series.points().back() == std::pair<std::int64_t, std::uint64_t>(90, 90));
}

TEST_CASE("a progress series leaves out points that crowd", "[progress]") {
  ProgressSeries series(10);
  for (std::int64_t at = 0; at < 100; ++at) series.add(at, 0);
  CHECK(series.points().size() == 10);
}

TEST_CASE("a progress series of a long window stays bounded, even and in order", "[progress]") {
  ProgressSeries series(1);
  constexpr std::int64_t length = 1'000'000;
  for (std::int64_t at = 0; at < length; ++at) series.add(at, static_cast<std::uint64_t>(at) * 2);
  const auto& points = series.points();
  CHECK(points.size() <= ProgressSeries::most_points);
  CHECK(points.size() >= ProgressSeries::most_points / 2);
  CHECK(points.front().first == 0);
  CHECK(points.back().first > length * 9 / 10);
  for (std::size_t index = 1; index < points.size(); ++index) {
    REQUIRE(points[index].first > points[index - 1].first);
    REQUIRE(points[index].second == static_cast<std::uint64_t>(points[index].first) * 2);
  }
}
