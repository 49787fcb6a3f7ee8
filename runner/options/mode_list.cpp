#include "runner/options/mode_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/options/run_options.hpp"
#include "runner/options/split.hpp"
#include "runner/options/suggest.hpp"

namespace bulkhead {
namespace {

std::int64_t size_of(const Shape& shape) {
  return std::int64_t{shape.compartments} * shape.workers_each;
}

bool is_word(std::string_view name) {
  return name == process_mode || name == thread_mode;
}

/// What is wrong with one name by itself; empty when nothing is.
std::string name_problem(std::string_view name) {
  if (is_word(name)) return "";
  if (name.empty()) return "the list has an empty place: thread,process is a good one";
  if (const auto shape = parse_shape(name)) {
    if (size_of(*shape) <= largest_worker_count) return "";
    return fmt::format("{} makes {} workers, and {} are the most", in_quotes(name), size_of(*shape),
                       largest_worker_count);
  }
  if (name.find_first_not_of("0123456789x") == name.npos) {
    return fmt::format("{} is no PxT: it takes two numbers from 1 on, as in 2x4", in_quotes(name));
  }
  return fmt::format("{} is no mode: {}, {} or PxT, such as 2x4{}", in_quotes(name), thread_mode,
                     process_mode, suggestion(name, {thread_mode, process_mode}));
}

/// The first mode PxT of the list, which decides when --workers does not.
std::string_view first_shape(const std::vector<std::string_view>& names) {
  for (const std::string_view name : names) {
    if (!is_word(name) && name_problem(name).empty()) return name;
  }
  return {};
}

/// What is wrong with a mode beside those before it. A single worker is shared out in one way only,
/// so there the two words may stand side by side.
std::string repetition_problem(const Mode& mode, const std::vector<Mode>& before) {
  for (const Mode& other : before) {
    if (other.name == mode.name) {
      return fmt::format("{} is in the list more than once", in_quotes(mode.name));
    }
    if (other.compartments == mode.compartments && other.workers_each == mode.workers_each &&
        mode.worker_count() > 1) {
      return fmt::format("{} shares out the workers just as {} does", in_quotes(mode.name),
                         in_quotes(other.name));
    }
  }
  return "";
}

}  // namespace

ModeList read_modes(std::string_view list, std::string_view where, const WorkerWish& wish,
                    Mistakes& mistakes) {
  const std::vector<std::string_view> names = split_at_commas(list);
  const std::string_view deciding = wish.asked_for ? std::string_view() : first_shape(names);
  ModeList result;
  result.worker_count = wish.asked_for.value_or(wish.otherwise);
  if (!deciding.empty()) {
    result.worker_count = static_cast<std::uint32_t>(size_of(*parse_shape(deciding)));
  }
  for (const std::string_view name : names) {
    std::string problem = name_problem(name);
    const auto mode = make_mode(name, result.worker_count);
    if (problem.empty() && !mode) {
      problem = fmt::format(
          "{} makes {} workers, and {}", in_quotes(name), size_of(*parse_shape(name)),
          wish.asked_for ? fmt::format("--workers says {}", result.worker_count)
                         : fmt::format("{} makes {}", in_quotes(deciding), result.worker_count));
    }
    if (problem.empty()) problem = repetition_problem(*mode, result.modes);
    if (problem.empty()) {
      result.modes.push_back(*mode);
    } else {
      mistakes.push_back({std::string(where), problem});
    }
  }
  return result;
}

}  // namespace bulkhead
