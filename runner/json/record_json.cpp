#include "runner/json/record_json.hpp"

#include "runner/json/json_archive.hpp"

namespace bulkhead {

template <>
inline constexpr auto json_names<TrialStatus> =
    std::array{JsonName<TrialStatus>{TrialStatus::completed, "completed"},
               JsonName<TrialStatus>{TrialStatus::interrupted, "interrupted"},
               JsonName<TrialStatus>{TrialStatus::failed, "failed"}};
template <>
inline constexpr auto json_names<ExitCause::Kind> =
    std::array{JsonName<ExitCause::Kind>{ExitCause::Kind::finished, "finished"},
               JsonName<ExitCause::Kind>{ExitCause::Kind::exited, "exited"},
               JsonName<ExitCause::Kind>{ExitCause::Kind::signalled, "signalled"},
               JsonName<ExitCause::Kind>{ExitCause::Kind::stopped_by_us, "stopped_by_us"},
               JsonName<ExitCause::Kind>{ExitCause::Kind::stalled, "stalled"},
               JsonName<ExitCause::Kind>{ExitCause::Kind::recovered, "recovered"}};
template <>
inline constexpr auto json_names<VerifyRecord::Health> =
    std::array{JsonName<VerifyRecord::Health>{VerifyRecord::Health::sound, "sound"},
               JsonName<VerifyRecord::Health>{VerifyRecord::Health::lossy, "lossy"},
               JsonName<VerifyRecord::Health>{VerifyRecord::Health::torn, "torn"},
               JsonName<VerifyRecord::Health>{VerifyRecord::Health::unreachable, "unreachable"}};

template <class Archive>
void fields(Archive& archive, TrialId& id) {
  archive("round", id.round);
  archive("mode_index", id.mode);
  archive("with_faults", id.with_faults);
  archive("seed", id.seed);
  archive("fault", id.fault);
}

template <class Archive>
void fields(Archive& archive, Disturbance& disturbance) {
  archive("others_share", disturbance.others_share);
  archive("steal_share", disturbance.steal_share);
  archive("frequency_drift", disturbance.frequency_drift);
  archive("over_limit", disturbance.over_limit);
}

template <class Archive>
void fields(Archive& archive, HardwareCounts& counts) {
  archive("instructions", counts.instructions);
  archive("cycles", counts.cycles);
  archive("cache_misses", counts.cache_misses);
}

template <class Archive>
void fields(Archive& archive, WindowRecord& window) {
  archive("start_ns", window.start_ns);
  archive("end_ns", window.end_ns);
  archive("operations", window.operations);
  archive("cpu_ns", window.cpu_ns);
  archive("voluntary_switches", window.voluntary_switches);
  archive("involuntary_switches", window.involuntary_switches);
  archive("minor_faults", window.minor_faults);
  archive("run_delay_ns", window.run_delay_ns);
  archive("major_faults", window.major_faults);
  archive("migrations", window.migrations);
  archive("user_cpu_ns", window.user_cpu_ns);
  archive("kernel_cpu_ns", window.kernel_cpu_ns);
  archive("hardware", window.hardware);
  archive("latency_bucket_samples", window.latency);
  archive("disturbance", window.disturbance);
}

template <class Archive>
void fields(Archive& archive, MemoryRecord& memory) {
  archive("rss_bytes", memory.rss_bytes);
  archive("pss_bytes", memory.pss_bytes);
  archive("uss_bytes", memory.uss_bytes);
  archive("page_table_bytes", memory.page_table_bytes);
}

template <class Archive>
void fields(Archive& archive, WorkerRecord& worker) {
  archive("compartment_index", worker.compartment);
  archive("finished_units", worker.finished);
  archive("interrupted_units", worker.interrupted);
  archive("redone_units", worker.redone);
  archive("contended_locks", worker.contended);
  archive("repairs", worker.repairs);
  archive("half_done_repairs", worker.half_done);
  archive("abandoned_units", worker.abandoned);
  archive("thrown_away_units", worker.thrown_away);
  archive("caught_crashes", worker.caught);
  archive("strikes", worker.strikes);
  archive("deaths", worker.deaths);
  archive("stopped_for_recovery", worker.stopped);
  archive("ended_well", worker.ended_well);
  archive("waiting_at_end", worker.waiting_at_end);
  archive("left_locked", worker.left_locked);
  archive("canary_broken", worker.canary_broken);
  archive.unless_empty("refused", worker.refused);
  archive("saw_shared_object", worker.saw_shared_object);
  archive("start_ns", worker.start_ns);
  archive("gate_to_first_ns", worker.gate_to_first_ns);
  archive("failure", worker.failure);
}

template <class Archive>
void fields(Archive& archive, ExitCause& cause) {
  archive("kind", cause.kind);
  archive("number", cause.number);
  archive.unless_zero("out_of_memory", cause.out_of_memory);
}

template <class Archive>
void fields(Archive& archive, CrashRecord& crash) {
  archive("worker_index", crash.worker);
  archive("number", crash.number);
  archive("code", crash.code);
  archive("what", crash.what);
  archive("stack", crash.stack);
}

template <class Archive>
void fields(Archive& archive, DeathRecord& death) {
  archive("compartment_index", death.compartment);
  archive("cause", death.cause);
  archive("noticed_ns", death.noticed_ns);
  archive("struck_ns", death.struck_ns);
  archive("recovered_ns", death.recovered_ns);
  archive("restarted", death.restarted);
  archive("crash", death.crash);
}

template <class Archive>
void fields(Archive& archive, SurvivorsRecord& survivors) {
  archive("count", survivors.count);
  archive("units_per_s", survivors.rate);
  archive("before_units_per_s", survivors.rate_before);
  archive("longest_gap_ns", survivors.longest_gap_ns);
}

template <class Archive>
void fields(Archive& archive, OrphansRecord& orphans) {
  archive("count", orphans.count);
  archive("gone_ns", orphans.gone_ns);
  archive("left_over", orphans.left_over);
}

template <class Archive>
void fields(Archive& archive, Span& span) {
  archive("worker_index", span.worker);
  archive("begin_ns", span.begin_ns);
  archive("end_ns", span.end_ns);
}

template <class Archive>
void fields(Archive& archive, VerifyRecord& verify) {
  archive("health", verify.health);
  archive("missing_units", verify.missing_units);
  archive("surplus_units", verify.surplus_units);
  archive("finding", verify.finding);
  archive.unless_empty("measures", verify.measures);
  archive.unless_empty("exhibit", verify.exhibit);
  archive.unless_empty("spans", verify.spans);
}

template <class Archive>
void fields(Archive& archive, HazardRecord& hazard) {
  archive("fault", hazard.fault);
  archive("corrupts", hazard.corrupts);
  archive("tries", hazard.tries);
  archive("seen", hazard.seen);
  archive("waited_ns", hazard.waited_ns);
}

template <class Archive>
void fields(Archive& archive, TrialRecord& record) {
  archive("id", record.id);
  archive("status", record.status);
  archive("reason", record.reason);
  archive("begun_ns", record.begun_ns);
  archive("gate_ns", record.gate_ns);
  archive("warm_up_ns", record.warm_up_ns);
  archive("warmed_up", record.warmed_up);
  archive("windows", record.windows);
  archive("chosen_window_index", record.chosen_window);
  archive("memory", record.memory);
  archive("idle_memory", record.idle_memory);
  archive("workers", record.workers);
  archive("deaths", record.deaths);
  archive("survivors", record.survivors);
  archive("restarts", record.restarts);
  archive("resets", record.resets);
  archive("supervisor_repairs", record.supervisor_repairs);
  archive("spares_taken", record.spares_taken);
  archive("gave_up_restarting", record.gave_up_restarting);
  archive("progress_ns_units", record.progress);
  archive("process_changes", record.process_changes);
  archive.unless_empty("hazards", record.hazards);
  archive("fault_struck", record.fault_struck);
  archive("struck_ns", record.struck_ns);
  archive("back_to_speed_ns", record.back_to_speed_ns);
  archive("killed_at_end_compartments", record.killed_at_end);
  archive.unless_zero("outlived_kill_compartments", record.outlived_kill);
  archive("verify", record.verify);
  archive("one_object", record.one_object);
  archive("orphans", record.orphans);
  archive.unless_empty("supervisor_priority", record.supervisor_priority);
  archive("error_output", record.error_output);
}

Json json_of(const TrialRecord& record) {
  // `fields` serves both directions and so takes a record that may be changed.
  TrialRecord copy = record;
  JsonWriter writer;
  fields(writer, copy);
  return std::move(writer.json);
}

TrialRecord trial_record_from_json(const Json& json) {
  if (!json.is_object()) json_damaged("not a trial record: not an object");
  TrialRecord record;
  JsonReader reader(json);
  fields(reader, record);
  return record;
}

std::string to_json(const TrialRecord& record) {
  // Without an indent there is no line feed; ASCII only; what is not UTF-8, such as a crashing
  // worker's last words, is replaced.
  return json_of(record).dump(-1, ' ', true, Json::error_handler_t::replace);
}

TrialRecord trial_record_from_json(const std::string& text) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& error) {
    json_damaged(std::string("not a trial record: ") + error.what());
  }
  return trial_record_from_json(json);
}

}  // namespace bulkhead
