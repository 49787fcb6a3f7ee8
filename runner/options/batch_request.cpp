#include "runner/options/batch_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>

#include "runner/options/batch_sections.hpp"
#include "runner/options/checked_options.hpp"
#include "runner/options/paths.hpp"
#include "runner/options/run_options.hpp"
#include "runner/options/units.hpp"

namespace bulkhead {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view of_batch = "The batch";
constexpr std::string_view in_configs = "Keys of config files, beside the options of a run";
constexpr std::string_view default_directory = "bulkhead-results";
constexpr std::size_t deepest_include = 16;

std::vector<OptionSpec> make_batch_options() {
  std::vector<OptionSpec> options{
      {.group = of_batch,
       .name = "output",
       .argument = "DIR",
       .default_text = std::string(default_directory),
       .help = "directory for the results; made where it is missing, gone on with where it is not"},
      {.group = of_batch,
       .name = "dry-run",
       .kind = ValueKind::flag,
       .help = "print what would run and about how long it takes, and start nothing"},
      {.group = of_batch,
       .name = "trial-limit",
       .argument = "N",
       .kind = ValueKind::count,
       .default_text = "20000",
       .help = "refuse a batch of more trials, which is most likely a mistake",
       .min = 1,
       .max = 100'000'000}};
  for (OptionSpec& option : borrowed_options(of_batch, {"color", "width", "quiet", "help"})) {
    options.push_back(std::move(option));
  }
  return options;
}

std::vector<OptionSpec> make_batch_keys() {
  return {{.group = in_configs,
           .name = "workload",
           .argument = "LIST",
           .help = "what runs; needed, in the section or in [defaults]",
           .form = "names; bulkhead list workloads shows all"},
          {.group = in_configs,
           .name = "exclude",
           .argument = "CONDITIONS",
           .occurs = Occurs::many,
           .help = "leave out combinations for which all conditions hold",
           .form = "key=value, separated by commas, such as mode=2x2, workers=1"},
          {.group = in_configs,
           .name = "repeat",
           .argument = "N",
           .kind = ValueKind::count,
           .default_text = "1",
           .help = "the whole experiment so many times, each with the next seed",
           .min = 1,
           .max = 1000},
          {.group = in_configs,
           .name = "order",
           .argument = "ORDER",
           .kind = ValueKind::choice,
           .default_text = "listed",
           .help = "of the file's experiments; interleaved: a round of each in turn; [defaults] "
                   "only",
           .words = {"listed", "random", "interleaved"}},
          {.group = in_configs,
           .name = "budget",
           .argument = "TIME",
           .kind = ValueKind::duration,
           .help = "so long may the file's experiments take together, shared out evenly; "
                   "[defaults] only",
           .min = ns(1s),
           .max = ns(720h)},
          {.group = in_configs,
           .name = "include",
           .argument = "FILE",
           .occurs = Occurs::many,
           .help = "take over the experiments of another file, and its [defaults] below one's own; "
                   "[defaults] only"}};
}

/// The files of a batch, those that they include first.
class FileLoader {
 public:
  explicit FileLoader(Mistakes& mistakes) : mistakes_(mistakes) {}

  void load(const std::string& path, const std::string& where) {
    const std::string target = output_target(path);
    if (std::find(open_.begin(), open_.end(), target) != open_.end() ||
        open_.size() == deepest_include) {
      mistakes_.push_back({where, in_quotes(path) + " includes itself"});
      return;
    }
    if (known_.contains(target)) return;
    open_.push_back(target);
    ConfigFile file = read_config_file(path, mistakes_);
    take_includes(file);
    open_.pop_back();
    known_.emplace(target, file.defaults);
    refuse_twin(file, where);
    files_.push_back(std::move(file));
  }

  [[nodiscard]] const std::vector<ConfigFile>& files() const noexcept { return files_; }

 private:
  void take_includes(ConfigFile& file) {
    std::vector<RawOption> own;
    std::vector<RawOption> included;
    for (const RawOption& key : file.defaults) {
      if (key.name != "include") {
        own.push_back(key);
        continue;
      }
      const std::string path =
          (std::filesystem::path(file.path).parent_path() / key.value).string();
      load(path, key.where);
      const auto found = known_.find(output_target(path));
      if (found == known_.end()) continue;
      included.insert(included.end(), found->second.begin(), found->second.end());
    }
    for (const RawOption& key : included) {
      const bool of_file = key.name == "order" || key.name == "budget";
      const bool is_hidden = std::any_of(
          own.begin(), own.end(), [&](const RawOption& other) { return other.name == key.name; });
      if (!of_file && !is_hidden) own.push_back(key);
    }
    file.defaults = std::move(own);
  }

  /// Experiments are named after their file.
  void refuse_twin(const ConfigFile& file, const std::string& where) {
    const std::string stem = std::filesystem::path(file.path).stem().string();
    const auto [twin, is_new] = stems_.emplace(stem, file.path);
    if (is_new) return;
    mistakes_.push_back({where, fmt::format("{} and {} have the same name, and experiments are "
                                            "named after their file",
                                            in_quotes(twin->second), in_quotes(file.path))});
  }

  Mistakes& mistakes_;
  std::vector<std::string> open_;
  std::map<std::string, std::vector<RawOption>> known_;
  std::map<std::string, std::string> stems_;
  std::vector<ConfigFile> files_;
};

/// The same mistake of a key is found again in every combination.
void drop_repeated(Mistakes& mistakes) {
  std::set<std::pair<std::string, std::string>> seen;
  std::erase_if(mistakes, [&](const Mistake& mistake) {
    return !seen.emplace(mistake.where, mistake.what).second;
  });
}

void refuse_too_many(const BatchPlan& plan, std::uint64_t limit, Mistakes& mistakes) {
  std::uint64_t trials = 0;
  double time_ns = 0;
  for (const BatchExperiment& experiment : plan.experiments) {
    const std::uint64_t own = most_trials(experiment.plan);
    trials += own;
    time_ns += static_cast<double>(own) * static_cast<double>(planned_trial_ns(experiment.plan));
  }
  if (trials <= limit) return;
  mistakes.push_back(
      {"--trial-limit", fmt::format("{} is exceeded: the batch has {}; a larger limit allows it",
                                    limit, trials_and_time(trials, time_ns))});
}

/// The command line itself, without the files.
class LineReader {
 public:
  LineReader(CommandLine line, BatchRequest& request) : line_(std::move(line)), request_(request) {}

  /// What remains is for the experiments.
  std::vector<RawOption> read(std::uint64_t& trial_limit) {
    Mistakes& mistakes = request_.mistakes;
    mistakes = line_.mistakes;
    const CheckedOptions own(batch_options(), take_known(line_.options, batch_options()), mistakes);
    if (own.given("dry-run")) request_.wish = BatchRequest::Wish::show_plan;
    request_.directory = own.text("output");
    const std::string problem = output_directory_problem(request_.directory);
    if (!problem.empty() && request_.wish == BatchRequest::Wish::run) {
      mistakes.push_back({own.where("output"), in_quotes(request_.directory) + " " + problem});
    }
    trial_limit = static_cast<std::uint64_t>(own.number("trial-limit"));
    set_look(own, request_.output);
    refuse_unknown();
    return line_.options;
  }

 private:
  void refuse_unknown() {
    std::vector<OptionSpec> known = options_of_any_workload();
    std::erase_if(known, [](const OptionSpec& spec) { return spec.name == "format"; });
    known.insert(known.end(), batch_options().begin(), batch_options().end());
    std::erase_if(line_.options, [&](const RawOption& option) {
      if (find_option(known, option.name) != nullptr) return false;
      request_.mistakes.push_back({option.where, option.name == "format"
                                                     ? "is an option of bulkhead report, which "
                                                       "draws what a batch has stored"
                                                     : unknown_option_text(option.name, known)});
      return true;
    });
  }

  CommandLine line_;
  BatchRequest& request_;
};

}  // namespace

const std::vector<OptionSpec>& batch_options() {
  static const std::vector<OptionSpec> options = make_batch_options();
  return options;
}

const std::vector<OptionSpec>& batch_keys() {
  static const std::vector<OptionSpec> keys = make_batch_keys();
  return keys;
}

BatchRequest read_batch_request(const std::vector<std::string>& arguments,
                                const MachineDefaults& machine) {
  BatchRequest request;
  std::vector<OptionSpec> known = options_of_any_workload();
  known.insert(known.end(), batch_options().begin(), batch_options().end());
  CommandLine line = read_command_line(arguments, known);
  const bool help_asked =
      std::any_of(line.options.begin(), line.options.end(),
                  [](const RawOption& option) { return option.name == "help"; });
  if (help_asked) {
    request.wish = BatchRequest::Wish::help;
    return request;
  }
  const std::vector<std::string> words = certain_words(line);
  BatchSettings settings;
  settings.machine = machine;
  settings.overrides = LineReader(std::move(line), request).read(settings.trial_limit);

  Mistakes& mistakes = request.mistakes;
  if (words.empty()) mistakes.push_back({"FILE", "is missing: one or more config files"});
  FileLoader loader(mistakes);
  for (const std::string& word : words) loader.load(word, "FILE");
  for (const ConfigFile& file : loader.files()) {
    add_experiments(file, settings, request.plan, mistakes);
  }
  if (mistakes.empty() && request.plan.experiments.empty()) {
    mistakes.push_back({"FILE", "holds no experiment: a [section] that names a workload"});
  }
  drop_repeated(mistakes);
  refuse_too_many(request.plan, settings.trial_limit, mistakes);
  return request;
}

}  // namespace bulkhead
