#include "runner/options/option_schema.hpp"

#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

const OptionSpec workers{.group = "g",
                         .name = "workers",
                         .argument = "N",
                         .kind = ValueKind::count,
                         .min = 1,
                         .max = 4096};
const OptionSpec warmup{.group = "g",
                        .name = "warmup",
                        .argument = "TIME",
                        .kind = ValueKind::duration,
                        .max = 60'000'000'000,
                        .words = {"auto"}};
const OptionSpec pin{.group = "g",
                     .name = "pin",
                     .argument = "POLICY",
                     .kind = ValueKind::choice,
                     .words = {"spread", "same", "none"}};

}  // namespace

TEST_CASE("what is allowed is said in words", "[options][schema]") {
  CHECK(allowed_text(workers) == "1 to 4096");
  CHECK(allowed_text(warmup) == "auto or 0 s to 1 min");
  CHECK(allowed_text(pin) == "spread, same or none");
}

TEST_CASE("a number is accepted at both ends of its range", "[options][schema]") {
  CHECK(check_value(workers, "1").value->number == 1);
  CHECK(check_value(workers, "4096").value->number == 4096);
}

TEST_CASE("a number beyond its range is refused with the range", "[options][schema]") {
  CHECK(check_value(workers, "0").problem == "is out of range: 1 to 4096");
  CHECK(check_value(workers, "4097").problem == "is out of range: 1 to 4096");
  CHECK(check_value(workers, "-1").problem == "is negative");
}

TEST_CASE("a word can stand for a number where the table says so", "[options][schema]") {
  CHECK(check_value(warmup, "auto").value->text == "auto");
  CHECK(check_value(warmup, "0").value->number == 0);
  CHECK(check_value(warmup, "1min").value->number == 60'000'000'000);
  CHECK(check_value(warmup, "aut").problem ==
        "is not a duration, such as 200ms or 2s; did you mean 'auto'?");
}

TEST_CASE("a choice is one of its words, as they are written", "[options][schema]") {
  CHECK(check_value(pin, "same").value->text == "same");
  CHECK(check_value(pin, "Same").problem ==
        "is not known: spread, same or none; did you mean 'same'?");
  CHECK(check_value(pin, "").problem == "is not known: spread, same or none");
}

TEST_CASE("a parameter of a workload becomes an option with the same limits", "[options][schema]") {
  const OptionSpec option = parameter_option({.name = "chunk",
                                              .kind = ParameterKind::bytes,
                                              .default_text = "16K",
                                              .help = "text at a time",
                                              .min = 64,
                                              .max = 1 << 28},
                                             "Parameters");
  CHECK(option.argument == "SIZE");
  CHECK(allowed_text(option) == "64 B to 256 MiB");
  CHECK(check_value(option, option.default_text).value->number == 16384);
  CHECK_FALSE(check_value(option, "63").ok());
}

TEST_CASE("text files may be given more than once, numbers may not", "[options][schema]") {
  const auto occurs = [](ParameterKind kind) {
    return parameter_option({.name = "p", .kind = kind, .default_text = "", .help = ""}, "g")
        .occurs;
  };
  CHECK(occurs(ParameterKind::text_files) == Occurs::many);
  CHECK(occurs(ParameterKind::bytes) == Occurs::once);
}
