#include "runner/statistics/usl.hpp"

#include <cmath>

#include "tests/catch.hpp"
#include "workloads/random.hpp"

using namespace bulkhead;

namespace {

double law(double workers, double single, double contention, double coherency) {
  return single * workers / (1 + contention * (workers - 1) + coherency * workers * (workers - 1));
}

std::vector<ScalingPoint> exact(double contention, double coherency) {
  std::vector<ScalingPoint> points;
  for (const double workers : {1.0, 2.0, 4.0, 8.0, 16.0}) {
    points.push_back({workers, {law(workers, 1000, contention, coherency)}});
  }
  return points;
}

/// A share of noise in [-0.02, 0.02].
double noise(std::uint64_t& random) {
  return (static_cast<double>(next_random(random) % 4001) - 2000) / 100'000;
}

}  // namespace

TEST_CASE("points that follow the scalability law give their coefficients back", "[usl]") {
  const auto fit = fit_scalability(exact(0.05, 0.002), 0.95);
  REQUIRE(fit);
  CHECK(fit->single == Approx(1000));
  CHECK(fit->contention == Approx(0.05));
  CHECK(fit->coherency == Approx(0.002));
  CHECK(fit->worst_error < 1e-9);
  CHECK_FALSE(fit->is_poor());
  // Gunther's N*: where the derivative is zero.
  CHECK(fit->best_workers().value() == Approx(std::sqrt(0.95 / 0.002)));
}

TEST_CASE("work that is shared out without loss has neither contention nor a best number",
          "[usl]") {
  const auto fit = fit_scalability(exact(0, 0), 0.95);
  REQUIRE(fit);
  CHECK(fit->contention == Approx(0).margin(1e-9));
  CHECK(fit->coherency == Approx(0).margin(1e-9));
  CHECK(fit->at(32) == Approx(32'000));
}

TEST_CASE("contention alone is Amdahl's law, and levels off at one over the serial share",
          "[usl]") {
  const auto fit = fit_scalability(exact(0.25, 0), 0.95);
  REQUIRE(fit);
  CHECK(fit->at(1e6) == Approx(4000).epsilon(0.01));
}

TEST_CASE("coefficients are never negative, even where more workers do more than their share",
          "[usl]") {
  const auto fit = fit_scalability(
      std::vector<ScalingPoint>{{1, {100}}, {2, {230}}, {4, {520}}, {8, {1000}}}, 0.95);
  REQUIRE(fit);
  CHECK(fit->contention >= 0);
  CHECK(fit->coherency >= 0);
}

TEST_CASE("points that follow no such law are told by the poor fit", "[usl]") {
  const auto fit = fit_scalability(
      std::vector<ScalingPoint>{{1, {100}}, {2, {50}}, {4, {400}}, {8, {90}}}, 0.95);
  REQUIRE(fit);
  CHECK(fit->is_poor());
}

TEST_CASE("two numbers of workers are too few for a law of three coefficients", "[usl]") {
  CHECK_FALSE(fit_scalability(std::vector<ScalingPoint>{{1, {100}}, {2, {150}}}, 0.95));
  CHECK_FALSE(fit_scalability(std::vector<ScalingPoint>{{1, {100}}, {2, {150}}, {2, {160}}}, 0.95));
}

TEST_CASE("a rate of zero has no place in a fit", "[usl]") {
  CHECK_FALSE(fit_scalability(std::vector<ScalingPoint>{{1, {100}}, {2, {0}}, {4, {200}}}, 0.95));
}

TEST_CASE("few rounds give a fit without intervals, more give intervals around the truth",
          "[usl]") {
  CHECK_FALSE(fit_scalability(exact(0.05, 0.002), 0.95)->contention_interval);
  std::uint64_t random = 7;
  int contention_covered = 0, coherency_covered = 0;
  constexpr int experiments = 60;
  for (int experiment = 0; experiment < experiments; ++experiment) {
    std::vector<ScalingPoint> points;
    for (const double workers : {1.0, 2.0, 4.0, 8.0, 16.0}) {
      ScalingPoint point{workers, {}};
      for (int round = 0; round < 15; ++round) {
        point.rates.push_back(law(workers, 1000, 0.05, 0.002) * (1 + noise(random)));
      }
      points.push_back(point);
    }
    const auto fit = fit_scalability(points, 0.95);
    REQUIRE(fit->contention_interval);
    contention_covered += fit->contention_interval->contains(0.05) ? 1 : 0;
    coherency_covered += fit->coherency_interval->contains(0.002) ? 1 : 0;
  }
  // The percentile bootstrap of a median is known to cover a little less than it says.
  CHECK(contention_covered >= experiments * 80 / 100);
  CHECK(coherency_covered >= experiments * 80 / 100);
}
