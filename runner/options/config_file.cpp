#include "runner/options/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <fstream>
#include <iterator>
#include <sstream>

#include "runner/options/paths.hpp"
#include "runner/options/split.hpp"

namespace bulkhead {
namespace {

namespace po = boost::program_options;

constexpr std::size_t longest_line = 65536;

class ConfigReader {
 public:
  ConfigReader(std::string path, Mistakes& mistakes) : mistakes_(mistakes) {
    file_.path = std::move(path);
  }

  void take(std::string_view line) {
    ++line_;
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty() || line.front() == ';') return;
    if (line.size() > longest_line) return blame("is too long to be meant");
    if (line.front() == '[') return open_section(line);
    take_key(std::string(line));
  }

  [[nodiscard]] ConfigFile finish() { return std::move(file_); }

 private:
  [[nodiscard]] std::string place() const { return fmt::format("{}:{}", file_.path, line_); }

  void blame(std::string what) { mistakes_.push_back({place(), std::move(what)}); }

  void open_section(std::string_view line) {
    open_ = Open::refused;
    if (line.back() != ']') return blame(fmt::format("{} has no closing ']'", in_quotes(line)));
    const std::string name(trimmed(line.substr(1, line.size() - 2)));
    if (name.empty()) return blame("a section needs a name");
    if (name == defaults_section) {
      if (!defaults_place_.empty()) return blame_twin(name, defaults_place_);
      defaults_place_ = place();
      open_ = Open::defaults;
      return;
    }
    const auto twin = std::find_if(file_.sections.begin(), file_.sections.end(),
                                   [&](const ConfigSection& known) { return known.name == name; });
    if (twin != file_.sections.end()) return blame_twin(name, twin->where);
    file_.sections.push_back({name, place(), {}});
    open_ = Open::experiment;
  }

  void blame_twin(const std::string& name, const std::string& first) {
    blame(fmt::format("section [{}] is there already: {}", name, first));
  }

  void take_key(const std::string& line) {
    if (open_ == Open::refused) return;  // Its section was blamed.
    std::istringstream stream(line);
    try {
      const auto parsed = po::parse_config_file(stream, po::options_description(), true);
      for (const po::option& option : parsed.options) {
        const std::string value = option.value.empty() ? std::string() : option.value.front();
        add({option.string_key, value, fmt::format("{}: {}", place(), option.string_key)});
      }
    } catch (const po::error&) {
      blame(fmt::format("{} is no line of a config: [section], key = value or # comment",
                        in_quotes(line)));
    }
  }

  void add(RawOption key) {
    if (open_ == Open::nothing) {
      mistakes_.push_back({key.where, "stands before the first section: which is it for?"});
      return;
    }
    (open_ == Open::defaults ? file_.defaults : file_.sections.back().keys)
        .push_back(std::move(key));
  }

  enum class Open { nothing, defaults, experiment, refused } open_ = Open::nothing;
  Mistakes& mistakes_;
  ConfigFile file_;
  std::string defaults_place_;
  std::size_t line_ = 0;
};

}  // namespace

ConfigFile read_config_text(const std::string& path, const std::string& text, Mistakes& mistakes) {
  ConfigReader reader(path, mistakes);
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) reader.take(line);
  return reader.finish();
}

ConfigFile read_config_file(const std::string& path, Mistakes& mistakes) {
  if (const std::string problem = text_file_problem(path); !problem.empty()) {
    mistakes.push_back({path, problem});
    return {path, {}, {}};
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  ConfigFile file = read_config_text(path, text, mistakes);
  if (stream.bad()) mistakes.push_back({path, "could not be read to its end"});
  return file;
}

}  // namespace bulkhead
