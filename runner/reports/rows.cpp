#include "runner/reports/rows.hpp"

#include <algorithm>
#include <cassert>

namespace bulkhead {
namespace {

/// What the values of machines are counted in.
std::string_view base_unit(Quantity quantity) {
  switch (quantity) {
    case Quantity::rate:
      return "1/s";
    case Quantity::duration_ns:
      return "ns";
    case Quantity::bytes:
      return "bytes";
    case Quantity::share:
      return "share";
    case Quantity::count:
      return "count";
    case Quantity::ratio:
      return "ratio";
  }
  return "";
}

DisplayUnit common_unit(Quantity quantity, const std::vector<CellNumber>& numbers) {
  double largest = 0;
  for (const CellNumber& number : numbers) largest = std::max(largest, number.value.value_or(0));
  return unit_for(quantity, largest);
}

/// "throughput" and "M/s" of "op" are "throughput, M op/s".
std::string labelled(const RowHead& head, const DisplayUnit& unit) {
  std::string label(head.label);
  if (unit.name.empty()) return label;
  label += ", ";
  if (head.thing.empty()) return label.append(unit.name);
  const std::size_t slash = unit.name.find('/');
  assert(slash != std::string_view::npos);
  const std::string_view prefix = unit.name.substr(0, slash);
  if (!prefix.empty()) label.append(prefix).append(" ");
  return label.append(head.thing).append(unit.name.substr(slash));
}

bool says_something(const ReportCell& cell) {
  return cell.value || (!cell.text.empty() && cell.text != not_available);
}

void append_count(std::string& text, std::uint32_t count, std::string_view what) {
  if (count == 0) return;
  if (!text.empty()) text += ", ";
  text.append(what).append(" ").append(whole(count));
}

}  // namespace

ReportRow number_row(const RowHead& head, const std::vector<CellNumber>& numbers) {
  const DisplayUnit unit = common_unit(head.quantity, numbers);
  ReportRow row{
      std::string(head.measure), labelled(head, unit), std::string(base_unit(head.quantity)), {}};
  for (const CellNumber& number : numbers) {
    ReportCell cell;
    cell.text = number.value ? in_unit(head.quantity, *number.value, unit) + number.mark
                             : std::string(not_available);
    cell.value = number.value;
    cell.low = number.low;
    cell.high = number.high;
    cell.note = number.note;
    cell.tone = number.tone;
    row.cells.push_back(cell);
  }
  return row;
}

ReportRow interval_row(std::string_view label, const RowHead& head,
                       const std::vector<CellNumber>& numbers) {
  const DisplayUnit unit = common_unit(head.quantity, numbers);
  ReportRow row{{}, std::string(label), {}, {}};
  for (const CellNumber& number : numbers) {
    ReportCell cell;
    cell.text = number.low && number.high ? in_unit(head.quantity, *number.low, unit) + "-" +
                                                in_unit(head.quantity, *number.high, unit)
                                          : std::string(not_available);
    row.cells.push_back(cell);
  }
  return row;
}

ReportRow text_row(std::string_view measure, std::string_view label, std::string_view unit,
                   std::vector<ReportCell> cells) {
  return {std::string(measure), std::string(label), std::string(unit), std::move(cells)};
}

ReportCell range_cell(const std::optional<CountRange>& range, std::optional<std::uint64_t> out_of) {
  ReportCell cell;
  if (!range) {
    cell.text = not_available;
    return cell;
  }
  cell.value = range->median;
  cell.low = static_cast<double>(range->least);
  cell.high = static_cast<double>(range->most);
  cell.text = whole(range->least);
  if (range->most != range->least) cell.text += "-" + whole(range->most);
  if (out_of) cell.text += " of " + whole(*out_of);
  return cell;
}

ReportCell state_cell(const StateCount& state) {
  ReportCell cell;
  if (state.total() == 0) {
    cell.text = not_available;
    return cell;
  }
  append_count(cell.text, state.unreachable, "unreachable");
  append_count(cell.text, state.torn, "torn");
  append_count(cell.text, state.lossy, "lossy");
  append_count(cell.text, state.sound, "sound");
  cell.text += " of " + whole(state.total());
  cell.value = state.sound;
  cell.note = cell.text;
  if (!state.all_sound()) cell.note += ": " + state.worst_finding;
  cell.tone = state.all_sound() ? Tone::good : Tone::bad;
  return cell;
}

ReportCell trials_cell(const TrialCount& trials) {
  ReportCell cell;
  cell.value = trials.completed;
  cell.text = part_of(trials.completed, trials.total());
  if (trials.failed > 0) cell.note = whole(trials.failed) + " failed";
  if (trials.interrupted > 0) {
    if (!cell.note.empty()) cell.note += ", ";
    cell.note += whole(trials.interrupted) + " interrupted";
  }
  if (!cell.note.empty()) cell.text += " (" + cell.note + ")";
  cell.tone = trials.failed > 0 ? Tone::bad : Tone::plain;
  return cell;
}

void add_row(RowGroup& group, ReportRow row) {
  if (std::any_of(row.cells.begin(), row.cells.end(), says_something)) {
    group.push_back(std::move(row));
  }
}

}  // namespace bulkhead
