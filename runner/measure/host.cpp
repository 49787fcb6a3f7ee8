#include "runner/measure/host.hpp"

#include "runner/measure/hardware_counters.hpp"

#include <gnu/libc-version.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "ipc/region.hpp"
#include "runner/build_facts.hpp"

namespace bulkhead {
namespace {

using std::filesystem::path;

/// Far above what Linux can number (8192), so that a damaged list cannot make us count for ever.
constexpr std::uint32_t largest_cpu = 65535;

/// The whole file, however many CPUs it lists; empty when it cannot be read.
std::string read_text(const path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

/// Takes the next line off `text`.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

/// The values of all lines "key : value", in order.
std::vector<std::string> values_of(std::string_view text, std::string_view key) {
  std::vector<std::string> values;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || trimmed(line.substr(0, colon)) != key) continue;
    values.emplace_back(trimmed(line.substr(colon + 1)));
  }
  return values;
}

std::string first_value_of(std::string_view text, std::string_view key) {
  const std::vector<std::string> values = values_of(text, key);
  return values.empty() ? std::string() : values.front();
}

/// The number that the text begins with.
template <class Number>
std::optional<Number> leading_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::optional<std::uint32_t> count_or_nothing(std::size_t count) {
  if (count == 0) return std::nullopt;
  return static_cast<std::uint32_t>(count);
}

/// Cores are told apart by their socket and their number in it. /proc/cpuinfo has one paragraph a
/// CPU, and on some machines no such lines at all.
void read_topology(const std::string& cpuinfo, HostFacts& facts) {
  const std::vector<std::string> sockets = values_of(cpuinfo, "physical id");
  const std::vector<std::string> cores = values_of(cpuinfo, "core id");
  facts.sockets = count_or_nothing(std::set<std::string>(sockets.begin(), sockets.end()).size());
  if (sockets.size() != cores.size()) return;
  std::set<std::pair<std::string, std::string>> distinct;
  for (std::size_t cpu = 0; cpu < cores.size(); ++cpu) distinct.emplace(sockets[cpu], cores[cpu]);
  facts.cores = count_or_nothing(distinct.size());
}

/// Whether the word "hypervisor" is among the flags; nothing where the CPU lists no flags.
std::optional<bool> read_virtual_machine(const std::string& cpuinfo) {
  const std::string flags = first_value_of(cpuinfo, "flags");
  if (flags.empty()) return std::nullopt;
  return (" " + flags + " ").find(" hypervisor ") != std::string::npos;
}

std::string read_governors(const path& cpu_folder) {
  std::set<std::string> governors;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(cpu_folder, error)) {
    const std::string text = read_text(entry.path() / "cpufreq/scaling_governor");
    if (!trimmed(text).empty()) governors.emplace(trimmed(text));
  }
  std::string joined;
  for (const std::string& governor : governors) joined += (joined.empty() ? "" : ",") + governor;
  return joined;
}

/// The choice in brackets of a list such as "always [madvise] never".
std::string bracketed(std::string_view text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', open == std::string_view::npos ? text.size() : open);
  if (close == std::string_view::npos) return {};
  return std::string(text.substr(open + 1, close - open - 1));
}

std::optional<std::uint64_t> read_memory_bytes(const path& root) {
  const auto total =
      leading_number<std::uint64_t>(first_value_of(read_text(root / "proc/meminfo"), "MemTotal"));
  if (!total) return std::nullopt;
  return *total * 1024;  // The kernel writes "kB" and means KiB.
}

/// The kernel lists allowed CPUs that do not exist, too.
void read_cpu_counts(const path& root, HostFacts& facts) {
  const std::set<std::uint32_t> online = cpus_in(read_text(root / "sys/devices/system/cpu/online"));
  const std::set<std::uint32_t> allowed =
      cpus_in(first_value_of(read_text(root / "proc/self/status"), "Cpus_allowed_list"));
  const auto usable = std::count_if(allowed.begin(), allowed.end(),
                                    [&online](std::uint32_t cpu) { return online.count(cpu) > 0; });
  facts.cpus_online = count_or_nothing(online.size());
  facts.cpus_usable = count_or_nothing(static_cast<std::size_t>(usable));
}

}  // namespace

std::set<std::uint32_t> cpus_in(std::string_view list) {
  list = trimmed(list);
  std::set<std::uint32_t> cpus;
  while (!list.empty()) {
    const std::string_view range = list.substr(0, list.find(','));
    list.remove_prefix(std::min(range.size() + 1, list.size()));
    const std::size_t dash = range.find('-');
    const auto first = leading_number<std::uint32_t>(range);
    const auto last = dash == std::string_view::npos
                          ? first
                          : leading_number<std::uint32_t>(range.substr(dash + 1));
    if (!first || !last || *last < *first || *last > largest_cpu) return {};
    for (std::uint32_t cpu = *first; cpu <= *last; ++cpu) cpus.insert(cpu);
  }
  return cpus;
}

std::string sanitizers_in(std::string_view flags) {
  constexpr std::string_view option = "-fsanitize=";
  const std::size_t start = flags.find(option);
  if (start == std::string_view::npos) return {};
  const std::string_view rest = flags.substr(start + option.size());
  return std::string(rest.substr(0, rest.find(' ')));
}

BuildFacts read_build_facts() {
  BuildFacts facts;
  facts.version = build::version;
  facts.type = build::type;
  facts.compiler = build::compiler;
  facts.flags = build::flags;
  facts.sanitizers = sanitizers_in(build::flags);
  facts.boost = build::boost;
  facts.fmt = build::fmt;
  return facts;
}

HostFacts read_host_facts(const path& root) {
  const std::string cpuinfo = read_text(root / "proc/cpuinfo");
  HostFacts facts;
  facts.cpu_model = first_value_of(cpuinfo, "model name");
  read_cpu_counts(root, facts);
  read_topology(cpuinfo, facts);
  facts.memory_bytes = read_memory_bytes(root);
  facts.kernel = trimmed(read_text(root / "proc/sys/kernel/osrelease"));
  facts.libc = std::string("glibc ") + ::gnu_get_libc_version();
  facts.virtual_machine = read_virtual_machine(cpuinfo);
  facts.hardware_counters = hardware_counters_text();
  facts.frequency_governor = read_governors(root / "sys/devices/system/cpu");
  facts.page_bytes = page_bytes();
  facts.transparent_huge_pages =
      bracketed(read_text(root / "sys/kernel/mm/transparent_hugepage/enabled"));
  facts.load_average_1min = leading_number<double>(read_text(root / "proc/loadavg"));
  facts.confines = read_confines(root);
  facts.build = read_build_facts();
  return facts;
}

}  // namespace bulkhead
