#include "runner/plan/mode.hpp"

#include <charconv>

namespace bulkhead {
namespace {

constexpr std::uint32_t largest_side = 65536;

std::optional<std::uint32_t> parse_side(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < 1 || value > largest_side) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Shape> parse_shape(std::string_view name) {
  const std::size_t cross = name.find('x');
  if (cross == std::string_view::npos) return std::nullopt;
  const auto compartments = parse_side(name.substr(0, cross));
  const auto workers_each = parse_side(name.substr(cross + 1));
  if (!compartments || !workers_each) return std::nullopt;
  return Shape{*compartments, *workers_each};
}

std::optional<Mode> make_mode(std::string_view name, std::uint32_t worker_count) {
  if (name == process_mode) return Mode{std::string(name), worker_count, 1};
  if (name == thread_mode) return Mode{std::string(name), 1, worker_count};
  const auto shape = parse_shape(name);
  if (!shape) return std::nullopt;
  if (std::uint64_t{shape->compartments} * shape->workers_each != worker_count) {
    return std::nullopt;
  }
  return Mode{std::string(name), shape->compartments, shape->workers_each};
}

}  // namespace bulkhead
