#include "runner/options/option_schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/options/paths.hpp"
#include "runner/options/suggest.hpp"
#include "runner/options/units.hpp"

namespace bulkhead {
namespace {

/// How one kind of number is read and printed.
struct NumberKind {
  Checked<std::int64_t> (*parse)(std::string_view);
  std::string (*print)(std::int64_t);
};

/// Null for kinds that are no numbers.
const NumberKind* number_kind(ValueKind kind) {
  static constexpr NumberKind count{parse_count, exact_count};
  static constexpr NumberKind bytes{parse_bytes, exact_bytes};
  static constexpr NumberKind duration{parse_duration_ns, exact_duration};
  static constexpr NumberKind percent{parse_percent_ppm, exact_percent};
  switch (kind) {
    case ValueKind::count:
      return &count;
    case ValueKind::bytes:
      return &bytes;
    case ValueKind::duration:
      return &duration;
    case ValueKind::percent:
      return &percent;
    case ValueKind::flag:
    case ValueKind::choice:
    case ValueKind::text:
    case ValueKind::text_files:
      break;
  }
  return nullptr;
}

bool is_word(const OptionSpec& option, std::string_view text) {
  return std::find(option.words.begin(), option.words.end(), text) != option.words.end();
}

Checked<OptionValue> check_number(const OptionSpec& option, const NumberKind& kind,
                                  std::string_view text) {
  const Checked<std::int64_t> number = kind.parse(text);
  if (!number.ok() && text.find(',') != text.npos) {
    return refused<OptionValue>(
        "has a comma, and one number can stand there; several make the "
        "experiments of a batch (see bulkhead batch --help)");
  }
  if (!number.ok()) {
    return refused<OptionValue>(number.problem + suggestion(text, option.words));
  }
  if (*number.value < option.min || *number.value > option.max) {
    return refused<OptionValue>("is out of range: " + allowed_text(option));
  }
  return accepted(OptionValue{std::string(text), *number.value});
}

ValueKind value_kind(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::count:
      return ValueKind::count;
    case ParameterKind::bytes:
      return ValueKind::bytes;
    case ParameterKind::duration:
      return ValueKind::duration;
    case ParameterKind::choice:
      return ValueKind::choice;
    case ParameterKind::text_files:
      return ValueKind::text_files;
  }
  return ValueKind::text;
}

std::string_view argument_of(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::count:
      return "N";
    case ParameterKind::bytes:
      return "SIZE";
    case ParameterKind::duration:
      return "TIME";
    case ParameterKind::choice:
      return "WORD";
    case ParameterKind::text_files:
      return "FILE";
  }
  return "";
}

}  // namespace

OptionSpec parameter_option(const Parameter& parameter, std::string_view group) {
  OptionSpec option;
  option.group = group;
  option.name = parameter.name;
  option.argument = argument_of(parameter.kind);
  option.kind = value_kind(parameter.kind);
  option.occurs = parameter.kind == ParameterKind::text_files ? Occurs::many : Occurs::once;
  option.default_text = parameter.default_text;
  option.help = parameter.help;
  option.min = parameter.min;
  option.max = parameter.max;
  option.words = parameter.choices;
  return option;
}

std::string allowed_text(const OptionSpec& option) {
  const std::string words = any_of_text(option.words);
  if (const NumberKind* kind = number_kind(option.kind)) {
    const std::string range =
        fmt::format("{} to {}", kind->print(option.min), kind->print(option.max));
    return words.empty() ? range : words + " or " + range;
  }
  return option.kind == ValueKind::text ? option.form : words;
}

Checked<OptionValue> check_value(const OptionSpec& option, std::string_view text) {
  assert(option.kind != ValueKind::flag);
  if (is_word(option, text)) return accepted(OptionValue{std::string(text)});
  if (const NumberKind* kind = number_kind(option.kind)) return check_number(option, *kind, text);
  if (option.kind == ValueKind::choice) {
    return refused<OptionValue>("is not known: " + allowed_text(option) +
                                suggestion(text, option.words));
  }
  if (option.kind == ValueKind::text_files) {
    Checked<std::string> files = check_text_files(text);
    if (!files.ok()) return refused<OptionValue>(std::move(files.problem));
    return accepted(OptionValue{std::move(*files.value)});
  }
  assert(option.kind == ValueKind::text);
  return accepted(OptionValue{std::string(text)});
}

}  // namespace bulkhead
