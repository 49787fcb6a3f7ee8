#include "runner/options/mode_list.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

ModeList mode_list(std::string_view list, const WorkerWish& wish) {
  Mistakes mistakes;
  ModeList result = read_modes(list, "--mode", wish, mistakes);
  for (const Mistake& mistake : mistakes) FAIL(mistake.what);
  return result;
}

/// What is wrong with the list; one line for each mistake.
std::string wrong_modes(std::string_view list, const WorkerWish& wish) {
  Mistakes mistakes;
  static_cast<void>(read_modes(list, "--mode", wish, mistakes));
  std::string text;
  for (const Mistake& mistake : mistakes) text += mistake.what + "\n";
  return text;
}

constexpr WorkerWish four{4, 2};
constexpr WorkerWish not_said{std::nullopt, 2};

}  // namespace

TEST_CASE("a list of modes keeps its order", "[options][mode]") {
  const ModeList list = mode_list("process,2x2,thread", four);
  REQUIRE(list.modes.size() == 3);
  CHECK(list.modes[0].compartments == 4);
  CHECK(list.modes[1].compartments == 2);
  CHECK(list.modes[1].workers_each == 2);
  CHECK(list.modes[2].workers_each == 4);
  CHECK(list.worker_count == 4);
}

TEST_CASE("a mode PxT decides the number of workers when nothing else does", "[options][mode]") {
  CHECK(mode_list("thread,3x3", not_said).worker_count == 9);
  CHECK(mode_list("thread,process", not_said).worker_count == 2);
}

TEST_CASE("a mode that makes another number of workers is refused", "[options][mode]") {
  CHECK(wrong_modes("3x3", {8, 2}) == "'3x3' makes 9 workers, and --workers says 8\n");
  CHECK(wrong_modes("2x2,3x3", not_said) == "'3x3' makes 9 workers, and '2x2' makes 4\n");
}

TEST_CASE("an unknown mode is answered with the nearest one", "[options][mode]") {
  CHECK(wrong_modes("tread", four) ==
        "'tread' is no mode: thread, process or PxT, such as 2x4; did you mean 'thread'?\n");
  CHECK(wrong_modes("fibre", four) == "'fibre' is no mode: thread, process or PxT, such as 2x4\n");
}

TEST_CASE("a shape needs two positive numbers", "[options][mode]") {
  for (const std::string name : {"0x4", "4x0", "x4", "4x", "x", "2x2x2", "99999999999x1"}) {
    CHECK(wrong_modes(name, four) ==
          "'" + name + "' is no PxT: it takes two numbers from 1 on, as in 2x4\n");
  }
  CHECK(wrong_modes("-2x2", four) == "'-2x2' is no mode: thread, process or PxT, such as 2x4\n");
  CHECK(wrong_modes("65536x65536", not_said) ==
        "'65536x65536' makes 4294967296 workers, and 4096 are the most\n");
}

TEST_CASE("a mode stands in the list once", "[options][mode]") {
  CHECK(wrong_modes("thread,thread", four) == "'thread' is in the list more than once\n");
  CHECK(wrong_modes("process,4x1", four) ==
        "'4x1' shares out the workers just as 'process' does\n");
  CHECK(wrong_modes("thread,process", {1, 2}).empty());
}

TEST_CASE("an empty place in the list is a mistake", "[options][mode]") {
  const std::string expected = "the list has an empty place: thread,process is a good one\n";
  CHECK(wrong_modes("", four) == expected);
  CHECK(wrong_modes("thread,", four) == expected);
  CHECK(wrong_modes(",", four) == expected + expected);
}

TEST_CASE("all mistakes of a list are found", "[options][mode]") {
  CHECK(wrong_modes("tread,2x3,0x1,thread", four) ==
        "'tread' is no mode: thread, process or PxT, such as 2x4; did you mean 'thread'?\n"
        "'2x3' makes 6 workers, and --workers says 4\n"
        "'0x1' is no PxT: it takes two numbers from 1 on, as in 2x4\n");
}
