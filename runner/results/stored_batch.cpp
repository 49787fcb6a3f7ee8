#include "runner/results/stored_batch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ipc/histogram.hpp"
#include "runner/json/host_json.hpp"
#include "runner/json/json_archive.hpp"
#include "runner/json/plan_json.hpp"
#include "runner/json/record_json.hpp"

namespace bulkhead {
namespace {

constexpr const char* kind_key = "record";
constexpr const char* batch_kind = "batch";
constexpr const char* experiment_kind = "experiment";
constexpr const char* trial_kind = "trial";

std::string to_line(const Json& json) {
  // Without an indent there is no line feed in it.
  return json.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

const Json& member(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) json_damaged(std::string("\"") + key + "\" is missing");
  return *found;
}

std::string text_member(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_string()) json_damaged(std::string("\"") + key + "\" is no text");
  return value.get<std::string>();
}

/// Whether the record can be of this plan: everything that reports use as an index.
void require_fit(const TrialRecord& trial, const Plan& plan) {
  if (trial.id.mode >= plan.modes.size()) json_damaged("a mode that its plan does not have");
  if (trial.id.with_faults && plan.faults.empty()) json_damaged("faults that its plan has not");
  const std::uint32_t compartments = plan.modes[trial.id.mode].compartments;
  for (const WorkerRecord& worker : trial.workers) {
    if (worker.compartment >= compartments) json_damaged("a compartment that its mode has not");
  }
  for (const WindowRecord& window : trial.windows) {
    for (const auto& [bucket, samples] : window.latency) {
      if (bucket >= LatencyHistogram::bucket_count) json_damaged("an unknown histogram bucket");
    }
  }
}

class RecordReader {
 public:
  void read(const std::string& line) {
    Json json;
    try {
      json = Json::parse(line);
    } catch (const Json::exception&) {
      json_damaged("is no JSON");
    }
    if (!json.is_object()) json_damaged("is no JSON object");
    const std::string kind = text_member(json, kind_key);
    if (kind == batch_kind) return read_session(json);
    if (kind == experiment_kind) return read_experiment(json);
    if (kind == trial_kind) return read_trial(json);
    json_damaged("an unknown kind of record: '" + kind + "'");
  }

  [[nodiscard]] StoredBatch& batch() noexcept { return batch_; }

  [[nodiscard]] StoredBatch finish() {
    for (std::size_t index = 0; index < last_session_.size(); ++index) {
      if (batch_.sessions.empty()) break;
      batch_.experiments[index].course.result().host = batch_.sessions[last_session_[index]].host;
    }
    return std::move(batch_);
  }

 private:
  void read_session(const Json& json) {
    const Json& schema = member(json, "schema");
    if (!schema.is_number_integer()) json_damaged("\"schema\" is no number");
    if (schema.get<std::int64_t>() > results_schema) {
      throw ResultsUnreadable("was written by a newer bulkhead: schema " + schema.dump() +
                              ", and this one reads up to " + std::to_string(results_schema));
    }
    // Whatever else is wrong with it: the trials that follow are of this session.
    StoredSession& session = batch_.sessions.emplace_back();
    session.begun = text_member(json, "begun");
    for (const Json& word : member(json, "command")) {
      if (word.is_string()) session.command.push_back(word.get<std::string>());
    }
    session.host = host_facts_from_json(member(json, "host"));
  }

  void read_experiment(const Json& json) {
    const std::string name = text_member(json, "name");
    if (batch_.find(name) != nullptr) json_damaged("the experiment is there already");
    batch_.experiments.push_back({name, ExperimentCourse(plan_from_json(member(json, "plan"))), 0});
    last_session_.push_back(0);
  }

  void read_trial(const Json& json) {
    const std::string name = text_member(json, "experiment");
    StoredExperiment* experiment = batch_.find(name);
    if (experiment == nullptr) json_damaged("a trial of an experiment that is not there");
    if (batch_.sessions.empty()) json_damaged("a trial before the record of its machine");
    TrialRecord trial = trial_record_from_json(member(json, "trial"));
    require_fit(trial, experiment->course.result().plan);
    const Json& took = member(json, "took_ns");
    if (!experiment->course.add(std::move(trial))) json_damaged("the trial is there already");
    if (took.is_number_integer()) experiment->took_ns += took.get<std::int64_t>();
    last_session_[static_cast<std::size_t>(experiment - batch_.experiments.data())] =
        batch_.sessions.size() - 1;
  }

  StoredBatch batch_;
  std::vector<std::size_t> last_session_;  // Of each experiment; its host is the experiment's.
};

}  // namespace

StoredExperiment* StoredBatch::find(std::string_view name) noexcept {
  const auto found = std::find_if(experiments.begin(), experiments.end(),
                                  [name](const StoredExperiment& one) { return one.name == name; });
  return found == experiments.end() ? nullptr : &*found;
}

std::uint64_t StoredBatch::trial_count() const noexcept {
  std::uint64_t count = 0;
  for (const StoredExperiment& one : experiments) count += one.course.result().trials.size();
  return count;
}

StoredBatch parse_results(std::istream& text) {
  RecordReader reader;
  std::size_t number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    if (text.eof()) {
      // Whoever wrote it was stopped before the line feed.
      reader.batch().torn_bytes = line.size();
      break;
    }
    reader.batch().whole_bytes += line.size() + 1;
    try {
      reader.read(line);
    } catch (const ResultsUnreadable&) {
      throw;
    } catch (const std::runtime_error& error) {
      reader.batch().damage.push_back("line " + std::to_string(number) + ": " + error.what());
    }
  }
  return reader.finish();
}

StoredBatch read_results(const std::string& directory) {
  const std::string name(results_file);
  const std::filesystem::path path = std::filesystem::path(directory) / name;
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw ResultsUnreadable("has no results: there is no " + name);
  }
  // A device might never end.
  if (!std::filesystem::is_regular_file(status)) {
    throw ResultsUnreadable("has no results: " + name + " is no regular file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ResultsUnreadable("cannot be read: " + name);
  return parse_results(file);
}

std::string session_line(const StoredSession& session) {
  return to_line({{kind_key, batch_kind},
                  {"schema", results_schema},
                  {"begun", session.begun},
                  {"command", session.command},
                  {"host", to_json(session.host)}});
}

std::string experiment_line(const std::string& name, const Plan& plan) {
  return to_line({{kind_key, experiment_kind}, {"name", name}, {"plan", to_json(plan)}});
}

std::string trial_line(const std::string& experiment, std::int64_t took_ns,
                       const TrialRecord& trial) {
  return to_line({{kind_key, trial_kind},
                  {"experiment", experiment},
                  {"took_ns", took_ns},
                  {"trial", json_of(trial)}});
}

}  // namespace bulkhead
