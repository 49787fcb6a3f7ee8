#include "runner/trial/verifier.hpp"

#include <string.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>
#include <string>
#include <type_traits>

#include "ipc/region.hpp"
#include "runner/trial/child.hpp"

namespace bulkhead {
namespace {

constexpr std::int64_t judge_patience_ns = 30 * ns_per_second;

/// The verdict as it crosses from the child, in memory that both share: a pipe takes as much at
/// once only where the user has not many of them.
struct Message {
  StateHealth health;
  std::uint64_t missing_units;
  std::uint64_t surplus_units;
  char finding[1024];
  double measures[max_measures];  ///< In the order of their declaration; NaN: has no value.
  std::uint32_t exhibit_lines;
  char exhibit[most_exhibit_lines][80];
  std::uint32_t span_count;
  Span spans[most_spans];
  std::uint32_t is_whole;  ///< Set last.
};
static_assert(std::is_trivially_copyable_v<Message>);

/// What the child wrote into a field, which it may have filled to the brim.
template <std::size_t Size>
std::string text_in(const char (&field)[Size]) {
  return std::string(field, strnlen(field, Size));
}

/// What a workload says for a picture, cut to what is kept.
void tell_pictures(const Verdict& verdict, Message& message) {
  for (const std::string& line : verdict.exhibit) {
    if (message.exhibit_lines == most_exhibit_lines) break;
    line.copy(message.exhibit[message.exhibit_lines++], sizeof message.exhibit[0] - 1);
  }
  for (const Span& span : verdict.spans) {
    if (message.span_count == most_spans) break;
    message.spans[message.span_count++] = span;
  }
}

int verify_and_tell(Workload& workload, const Acknowledged& acknowledged,
                    std::span<const Measure> measures, Message& message) {
  const Verdict verdict = workload.verify(acknowledged);
  message.health = verdict.health;
  message.missing_units = verdict.missing_units;
  message.surplus_units = verdict.surplus_units;
  verdict.finding.copy(message.finding, sizeof message.finding - 1);
  std::fill(std::begin(message.measures), std::end(message.measures), std::nan(""));
  for (const auto& [name, value] : verdict.measures) {
    const auto declared =
        std::find_if(measures.begin(), measures.end(),
                     [name = name](const Measure& measure) { return measure.name == name; });
    assert(declared != measures.end());
    message.measures[declared - measures.begin()] = value;
  }
  tell_pictures(verdict, message);
  message.is_whole = 1;
  return 0;
}

VerifyRecord::Health to_health(StateHealth health) {
  switch (health) {
    case StateHealth::sound:
      return VerifyRecord::Health::sound;
    case StateHealth::lossy:
      return VerifyRecord::Health::lossy;
    case StateHealth::torn:
      return VerifyRecord::Health::torn;
  }
  return VerifyRecord::Health::unreachable;
}

VerifyRecord unreachable(const std::string& why) {
  VerifyRecord record;
  record.health = VerifyRecord::Health::unreachable;
  record.finding = "the check of the state " + why;
  return record;
}

}  // namespace

VerifyRecord verify_in_child(Workload& workload, const Acknowledged& acknowledged,
                             std::span<const Measure> measures) {
  assert(measures.size() <= max_measures);
  const Region region(Sharing::shared, sizeof(Message), "verdict");
  Message& message = *new (region.data()) Message;  // Zero, as the region is.
  Child child =
      Child::start([&] { return verify_and_tell(workload, acknowledged, measures, message); });
  const auto end = child.reap(Deadline::in(judge_patience_ns));
  if (!end) return unreachable("did not come back within 30 s");
  const ExitCause cause = exit_cause(end->info, true, OurKill::none);
  if (cause.kind != ExitCause::Kind::finished) return unreachable("ended with " + to_text(cause));

  // It comes from a process that walked a broken state.
  const bool is_whole = message.is_whole == 1 && message.exhibit_lines <= most_exhibit_lines &&
                        message.span_count <= most_spans;
  if (!is_whole) return unreachable("said nothing");
  VerifyRecord record;
  record.health = to_health(message.health);
  record.missing_units = message.missing_units;
  record.surplus_units = message.surplus_units;
  record.finding = text_in(message.finding);
  for (std::size_t index = 0; index < measures.size(); ++index) {
    // Infinite where somebody divided by nothing; as little a number as NaN.
    if (!std::isfinite(message.measures[index])) continue;
    record.measures.emplace(measures[index].name, message.measures[index]);
  }
  for (std::uint32_t line = 0; line < message.exhibit_lines; ++line) {
    record.exhibit.push_back(text_in(message.exhibit[line]));
  }
  record.spans.assign(message.spans, message.spans + message.span_count);
  return record;
}

}  // namespace bulkhead
