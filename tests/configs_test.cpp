// The configs that are shipped: each asks a question, says what to expect, and runs.

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "runner/results/stored_batch.hpp"
#include "tests/catch.hpp"
#include "tests/run_program.hpp"
#include "tests/source_tree.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;

namespace {

namespace fs = std::filesystem;

constexpr int deadline_s = 200;

std::vector<fs::path> config_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(in_source_tree("configs"))) {
    if (entry.path().extension() == ".ini") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream stream(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The block of comments at the top.
std::string opening_of(const fs::path& path) {
  std::string text;
  for (const std::string& line : lines_of(path)) {
    if (line.rfind("#", 0) != 0) break;
    text += line + "\n";
  }
  return text;
}

/// Half of the time would be spent in waiting for workers that stand still for good. Not shorter:
/// one that is well may get no CPU for a while, and its end would leave a torn state.
constexpr const char* drain_timeout = "250ms";

/// The instant of the faults of all configs, 20 ms, is inside each of them. On a busy machine the
/// victim may get no CPU for as long as a short one.
constexpr std::array windows{"40ms", "120ms", "400ms"};

using Names = std::set<std::string>;

/// The file again with those experiments alone that one of these, "file/section lock=mutex", is of:
/// a whole file may take half a minute.
void write_sections_of(const Names& experiments, const fs::path& from, const fs::path& to) {
  std::ofstream out(to);
  bool is_wanted = true;
  for (const std::string& line : lines_of(from)) {
    if (line.starts_with("[")) {
      const std::string section = line.substr(1, line.find(']') - 1);
      const auto is_of = [&](const std::string& experiment) {
        const std::string name = experiment.substr(experiment.find('/') + 1);
        return name == section || name.starts_with(section + " ");
      };
      is_wanted =
          section == "defaults" || std::any_of(experiments.begin(), experiments.end(), is_of);
    }
    if (is_wanted) out << line << "\n";
  }
}

std::vector<std::string> shortened(const fs::path& path, const std::string& window,
                                   const std::string& directory) {
  return {"batch", path.string(),     "--trials",    "1",        "--duration", window,   "--warmup",
          "2ms",   "--drain-timeout", drain_timeout, "--output", directory,    "--quiet"};
}

bool is_left_to_chance(const FaultPlan& fault) {
  return fault.trigger.kind == TriggerKind::probability;
}

/// The experiments with faults, none of which struck in any mode.
Names never_struck(const StoredBatch& batch) {
  Names names;
  for (const StoredExperiment& one : batch.experiments) {
    const ExperimentResult& result = one.course.result();
    const auto& faults = result.plan.faults;
    if (std::all_of(faults.begin(), faults.end(), is_left_to_chance)) continue;
    const bool struck = std::any_of(result.trials.begin(), result.trials.end(),
                                    [](const TrialRecord& trial) { return trial.fault_struck; });
    if (!struck) names.insert(one.name);
  }
  return names;
}

/// Runs it, short, and answers which experiments were not struck though they should be.
Names run_short(const fs::path& path, const std::string& window) {
  const TemporaryFolder folder;
  const std::string directory = folder / "results";
  const ProgramRun end =
      run_bulkhead(shortened(path, window, directory), {.deadline_s = deadline_s});
  CAPTURE(end.err);
  REQUIRE_FALSE(end.hung);
  REQUIRE(end.exit_code == 0);
  const StoredBatch batch = read_results(directory);
  CHECK(batch.damage.empty());
  const ProgramRun report = run_bulkhead({"report", directory, "--format", "csv"});
  CHECK(report.exit_code == 0);
  for (const StoredExperiment& one : batch.experiments) {
    CAPTURE(one.name);
    CHECK(report.out.find("\n" + one.name + ",") != std::string::npos);
  }
  CHECK(run_bulkhead({"report", directory}).exit_code == 0);
  return never_struck(batch);
}

}  // namespace

TEST_CASE("there are configs, and each has a question, an expectation and a time", "[configs]") {
  const std::vector<fs::path> files = config_files();
  CHECK(files.size() >= 12);
  for (const fs::path& path : files) {
    CAPTURE(path.filename().string());
    const std::string opening = opening_of(path);
    const std::string first = opening.substr(0, opening.find('\n'));
    CHECK(first.rfind("# ", 0) == 0);
    CHECK(first.find('?') != std::string::npos);
    CHECK(opening.find("\n# Expect: ") != std::string::npos);
    CHECK(opening.find("\n# Time: ") != std::string::npos);
    CHECK(opening.find("\n# Look at: ") != std::string::npos);
  }
}

TEST_CASE("every config is planned without starting anything", "[configs]") {
  for (const fs::path& path : config_files()) {
    const ProgramRun end = run_bulkhead({"batch", path.string(), "--dry-run"});
    CAPTURE(path.filename().string(), end.err);
    CHECK(end.exit_code == 0);
    CHECK(end.out.find("experiment") != std::string::npos);
    CHECK(end.err.empty());
  }
}

TEST_CASE("all configs make one batch", "[configs]") {
  std::vector<std::string> words{"batch", "--dry-run"};
  for (const fs::path& path : config_files()) words.push_back(path.string());
  const ProgramRun end = run_bulkhead(words);
  CAPTURE(end.err);
  CHECK(end.exit_code == 0);
}

// In parts, which CTest runs side by side.
TEMPLATE_TEST_CASE_SIG("every config runs, its faults strike, and its results are drawn",
                       "[configs][long]", ((std::size_t part), part), 0, 1, 2, 3) {
  const std::vector<fs::path> files = config_files();
  for (std::size_t index = part; index < files.size(); index += 4) {
    const fs::path& path = files[index];
    CAPTURE(path.filename().string());
    Names missing = run_short(path, windows.front());
    const TemporaryFolder folder;
    const fs::path rest = fs::path(folder / path.filename().string());
    for (std::size_t attempt = 1; !missing.empty() && attempt < windows.size(); ++attempt) {
      write_sections_of(missing, path, rest);
      const Names still = run_short(rest, windows[attempt]);
      std::erase_if(missing, [&still](const std::string& name) { return !still.contains(name); });
    }
    CHECK(missing == Names());
  }
}
