#include <rapidcheck.h>

#include <limits>
#include <stdexcept>

#include "runner/trial/record.hpp"
#include "tests/catch.hpp"

using namespace bulkhead;

namespace {

/// Any number, the extremes as likely as others.
template <class Number>
Number any() {
  using Limits = std::numeric_limits<Number>;
  return *rc::gen::oneOf(rc::gen::arbitrary<Number>(),
                         rc::gen::element(Limits::min(), Limits::max(), Number{0}));
}

double any_share() {
  return *rc::gen::arbitrary<std::int32_t>() / 1000.0;
}

/// Quotes, backslashes, line feeds and characters of more than one byte among others.
std::string any_text() {
  return *rc::gen::oneOf(
      rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)),
      rc::gen::element<std::string>("\"\\\n\r\t\x1b[0m", "\xC3\xA9\xE2\x82\xAC", "{}[]:,\0x"));
}

WindowRecord any_window() {
  WindowRecord window;
  window.start_ns = any<std::int64_t>();
  window.end_ns = any<std::int64_t>();
  window.operations = any<std::uint64_t>();
  window.cpu_ns = any<std::int64_t>();
  window.voluntary_switches = any<std::uint64_t>();
  window.involuntary_switches = any<std::uint64_t>();
  window.minor_faults = any<std::uint64_t>();
  window.run_delay_ns = any<std::int64_t>();
  if (*rc::gen::arbitrary<bool>()) {
    window.major_faults = any<std::uint64_t>();
    window.migrations = any<std::uint64_t>();
    window.user_cpu_ns = any<std::int64_t>();
    window.kernel_cpu_ns = any<std::int64_t>();
    window.hardware = {any<std::uint64_t>(), any<std::uint64_t>(), any<std::uint64_t>()};
  }
  window.latency = {{any<std::uint32_t>(), any<std::uint64_t>()}, {0, 1}};
  window.disturbance = {any_share(), any_share(), any_share(), *rc::gen::arbitrary<bool>()};
  return window;
}

WorkerRecord any_worker() {
  WorkerRecord worker;
  worker.compartment = any<std::uint32_t>();
  worker.finished = any<std::uint64_t>();
  worker.interrupted = any<std::uint64_t>();
  worker.redone = any<std::uint64_t>();
  worker.contended = any<std::uint64_t>();
  worker.repairs = any<std::uint64_t>();
  worker.abandoned = any<std::uint64_t>();
  worker.deaths = any<std::uint32_t>();
  worker.ended_well = *rc::gen::arbitrary<bool>();
  worker.waiting_at_end = *rc::gen::arbitrary<bool>();
  worker.canary_broken = *rc::gen::arbitrary<bool>();
  worker.refused = any_text();
  worker.saw_shared_object = *rc::gen::arbitrary<bool>();
  worker.start_ns = any<std::int64_t>();
  worker.gate_to_first_ns = any<std::int64_t>();
  worker.failure = any_text();
  return worker;
}

DeathRecord any_death() {
  DeathRecord death;
  death.compartment = any<std::uint32_t>();
  death.cause.kind = *rc::gen::element(ExitCause::Kind::finished, ExitCause::Kind::exited,
                                       ExitCause::Kind::signalled, ExitCause::Kind::stopped_by_us);
  death.cause.number = any<int>();
  death.cause.out_of_memory = *rc::gen::arbitrary<bool>();
  death.noticed_ns = any<std::int64_t>();
  death.struck_ns = any<std::int64_t>();
  death.recovered_ns = any<std::int64_t>();
  death.restarted = *rc::gen::arbitrary<bool>();
  return death;
}

TrialRecord any_record() {
  TrialRecord record;
  record.id = {any<std::uint32_t>(), any<std::uint32_t>(), *rc::gen::arbitrary<bool>(),
               any<std::uint64_t>()};
  record.status =
      *rc::gen::element(TrialStatus::completed, TrialStatus::interrupted, TrialStatus::failed);
  record.reason = any_text();
  record.begun_ns = any<std::int64_t>();
  record.gate_ns = any<std::int64_t>();
  record.warm_up_ns = any<std::int64_t>();
  record.warmed_up = *rc::gen::arbitrary<bool>();
  for (int count = *rc::gen::inRange(0, 3); count > 0; --count) {
    record.windows.push_back(any_window());
    record.workers.push_back(any_worker());
    record.deaths.push_back(any_death());
  }
  record.chosen_window = any<std::uint32_t>();
  record.memory = {any<std::uint64_t>(), any<std::uint64_t>(), any<std::uint64_t>(),
                   any<std::uint64_t>()};
  if (*rc::gen::arbitrary<bool>()) {
    record.idle_memory = {any<std::uint64_t>(), any<std::uint64_t>(), any<std::uint64_t>(),
                          any<std::uint64_t>()};
  }
  if (*rc::gen::arbitrary<bool>()) {
    record.survivors = SurvivorsRecord{any<std::uint32_t>(), any_share(), any_share()};
  }
  record.restarts = any<std::uint32_t>();
  record.resets = any<std::uint32_t>();
  record.supervisor_repairs = any<std::uint32_t>();
  record.spares_taken = any<std::uint32_t>();
  record.back_to_speed_ns = any<std::int64_t>();
  if (*rc::gen::arbitrary<bool>()) {
    record.progress.emplace_back(any<std::int64_t>(), any<std::uint64_t>());
  }
  record.process_changes = {"umask", ""};
  if (*rc::gen::arbitrary<bool>()) {
    record.hazards = {{any_text(), *rc::gen::arbitrary<bool>(), any<std::uint64_t>(),
                       any<std::uint64_t>(), any<std::int64_t>()}};
  }
  record.gave_up_restarting = *rc::gen::arbitrary<bool>();
  record.fault_struck = *rc::gen::arbitrary<bool>();
  record.struck_ns = any<std::int64_t>();
  record.killed_at_end = any<std::uint32_t>();
  record.outlived_kill = any<std::uint32_t>();
  record.verify = {*rc::gen::element(VerifyRecord::Health::sound, VerifyRecord::Health::lossy,
                                     VerifyRecord::Health::torn, VerifyRecord::Health::unreachable),
                   any<std::uint64_t>(), any<std::uint64_t>(), any_text()};
  if (*rc::gen::arbitrary<bool>()) record.verify.measures[any_text()] = any_share();
  if (*rc::gen::arbitrary<bool>()) {
    record.verify.exhibit = {any_text(), ""};
    record.verify.spans = {{any<std::uint32_t>(), any<std::int64_t>(), any<std::int64_t>()}};
  }
  record.one_object = *rc::gen::arbitrary<bool>();
  record.error_output = any_text();
  record.supervisor_priority = any_text();
  if (*rc::gen::arbitrary<bool>()) {
    record.orphans = OrphansRecord{any<std::uint32_t>(), any<std::int64_t>(), any<std::uint32_t>()};
  }
  return record;
}

/// A record with one of everything.
TrialRecord full_record() {
  TrialRecord record;
  record.windows.resize(1);
  record.windows[0].latency = {{7, 9}};
  record.workers.resize(1);
  record.deaths.resize(1);
  record.deaths[0].crash = CrashRecord{1, 11, 1, "load to 0x8, a null pointer", {"work", "run"}};
  record.survivors.emplace();
  return record;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("what was written of a record is read back the same", "[record]") {
  CHECK(rc::check("round trip", [] {
    const std::string line = to_json(any_record());
    RC_ASSERT(to_json(trial_record_from_json(line)) == line);
  }));
}

TEST_CASE("each field of a record comes back in its own place", "[record]") {
  TrialRecord record = full_record();
  record.id = {3, 2, true, 18446744073709551615u};
  record.status = TrialStatus::interrupted;
  record.workers[0].interrupted = 5;
  record.workers[0].redone = 4;
  record.deaths[0].cause = {ExitCause::Kind::signalled, 11};
  record.survivors = SurvivorsRecord{3, 1.5, 0.25};
  record.verify = {VerifyRecord::Health::torn, 8, 9, "half a \"transfer\""};
  const TrialRecord back = trial_record_from_json(to_json(record));
  CHECK(back.id.round == 3);
  CHECK(back.id.mode == 2);
  CHECK(back.id.with_faults);
  CHECK(back.id.seed == 18446744073709551615u);
  CHECK(back.status == TrialStatus::interrupted);
  CHECK(back.windows.at(0).latency.at(0) == std::pair<std::uint32_t, std::uint64_t>(7, 9));
  CHECK(back.workers.at(0).interrupted == 5);
  CHECK(back.workers.at(0).redone == 4);
  CHECK(back.deaths.at(0).cause.kind == ExitCause::Kind::signalled);
  CHECK(back.deaths.at(0).cause.number == 11);
  REQUIRE(back.survivors);
  CHECK(back.survivors->rate == 1.5);
  CHECK(back.survivors->rate_before == 0.25);
  CHECK(back.verify.health == VerifyRecord::Health::torn);
  CHECK(back.verify.missing_units == 8);
  CHECK(back.verify.surplus_units == 9);
  CHECK(back.verify.finding == "half a \"transfer\"");
}

TEST_CASE("a record without survivors comes back without", "[record]") {
  CHECK_FALSE(trial_record_from_json(to_json(TrialRecord())).survivors);
}

TEST_CASE("a record is one line of ASCII, whatever a worker wrote", "[record]") {
  TrialRecord record;
  record.error_output = "line\nfeed \xC3\xA9 and not UTF-8: \xFF\xC3";
  const std::string line = to_json(record);
  CHECK(line.find('\n') == std::string::npos);
  for (const char byte : line) CHECK(static_cast<unsigned char>(byte) < 0x80);
}

TEST_CASE("bytes that are not UTF-8 are replaced and the rest is kept", "[record]") {
  TrialRecord record;
  record.error_output = "a\xFFz";
  CHECK(trial_record_from_json(to_json(record)).error_output == "a\xEF\xBF\xBDz");
}

TEST_CASE("a record that was cut short is refused, wherever it ends", "[record]") {
  const std::string line = to_json(full_record());
  for (std::size_t length = 0; length < line.size(); ++length) {
    CAPTURE(length);
    CHECK_THROWS_AS(trial_record_from_json(line.substr(0, length)), std::runtime_error);
  }
  CHECK_NOTHROW(trial_record_from_json(line));
}

TEST_CASE("a record with a value of the wrong kind or range is refused", "[record]") {
  const std::string line = to_json(full_record());
  const auto [from, to] = GENERATE(table<const char*, const char*>({
      {"\"round\":0", "\"round\":-1"},
      {"\"round\":0", "\"round\":4294967296"},
      {"\"round\":0", "\"round\":0.5"},
      {"\"round\":0", "\"round\":\"0\""},
      {"\"round\":0", "\"rounds\":0"},
      {"\"seed\":0", "\"seed\":18446744073709551616"},
      {"\"begun_ns\":0", "\"begun_ns\":9223372036854775808"},
      {"\"number\":0", "\"number\":-2147483649"},
      {"\"with_faults\":false", "\"with_faults\":0"},
      {"\"status\":\"completed\"", "\"status\":\"complete\""},
      {"\"status\":\"completed\"", "\"status\":0"},
      {"\"reason\":\"\"", "\"reason\":null"},
      {"\"others_share\":0.0", "\"others_share\":null"},
      {"\"others_share\":0.0", "\"others_share\":1e999"},
      {"[[7,9]]", "[[7]]"},
      {"[[7,9]]", "[7,9]"},
      {"[[7,9]]", "{}"},
      {"\"memory\":{", "\"memory\":[{"},
  }));
  CAPTURE(from, to);
  CHECK_THROWS_AS(trial_record_from_json(replaced(line, from, to)), std::runtime_error);
}

TEST_CASE("a record may hold the extremes of its types", "[record]") {
  const std::string line = to_json(full_record());
  const auto [from, to] = GENERATE(table<const char*, const char*>({
      {"\"round\":0", "\"round\":4294967295"},
      {"\"seed\":0", "\"seed\":18446744073709551615"},
      {"\"begun_ns\":0", "\"begun_ns\":-9223372036854775808"},
      {"\"number\":0", "\"number\":-2147483648"},
      {"\"others_share\":0.0", "\"others_share\":1"},
  }));
  CAPTURE(from, to);
  CHECK_NOTHROW(trial_record_from_json(replaced(line, from, to)));
}

TEST_CASE("what is JSON but no object is no record", "[record]") {
  const std::string text = GENERATE("", "[]", "null", "42", "\"x\"", "{}", "{} {}");
  CAPTURE(text);
  CHECK_THROWS_AS(trial_record_from_json(text), std::runtime_error);
}
