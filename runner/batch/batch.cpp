#include "runner/batch/batch.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "ipc/clock.hpp"
#include "runner/json/plan_json.hpp"
#include "runner/reports/number.hpp"
#include "runner/trial/run_trial.hpp"
#include "runner/trial/strays.hpp"
#include "workloads/random.hpp"

namespace bulkhead {
namespace {

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace

Batch::Batch(BatchPlan plan, ResultStore& store, Mistakes& mistakes)
    : plan_(std::move(plan)), store_(store), groups_(plan_.groups.size()) {
  for (const BatchExperiment& experiment : plan_.experiments) {
    Course course{&experiment, ExperimentCourse(experiment.plan), 0, false, false};
    take_stored(course, mistakes);
    groups_[experiment.group].push_back(std::move(course));
  }
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    if (plan_.groups[group].order != BatchOrder::random || groups_[group].empty()) continue;
    shuffle(groups_[group], mix(groups_[group].front().course.result().plan.seed, group));
  }
}

void Batch::take_stored(Course& course, Mistakes& mistakes) {
  StoredExperiment* stored = store_.found().find(course.experiment->name);
  if (stored == nullptr) return;
  Plan wanted = course.experiment->plan;
  const Plan& there = stored->course.result().plan;
  if (!course.experiment->seed_given) wanted.seed = there.seed;
  const std::vector<std::string> changes = plan_changes(there, wanted);
  if (!changes.empty()) {
    mistakes.push_back({course.experiment->name,
                        fmt::format("{} holds results of another plan: {}; another --output keeps "
                                    "both",
                                    store_.directory(), enumerate(changes))});
    return;
  }
  course.course = std::move(stored->course);
  course.took_ns = stored->took_ns;
  course.stored = true;
  totals_.stored += course.course.result().trials.size();
}

bool Batch::is_open(const Course& course) const {
  return !course.closed && !course.course.enough();
}

std::uint64_t Batch::missing_of(const Course& course) const {
  if (!is_open(course)) return 0;
  const std::uint64_t all = most_trials(course.course.result().plan);
  return all - std::min<std::uint64_t>(all, course.course.result().trials.size());
}

Batch::Totals Batch::totals() const {
  Totals totals = totals_;
  for (const auto& group : groups_) {
    for (const Course& course : group) totals.missing += missing_of(course);
  }
  return totals;
}

/// How much longer trials take than planned; 1 as long as none has run.
double Batch::slowness() const {
  double took_ns = 0, planned_ns = 0;
  for (const auto& group : groups_) {
    for (const Course& course : group) {
      const ExperimentResult& result = course.course.result();
      took_ns += static_cast<double>(course.took_ns);
      planned_ns += static_cast<double>(result.trials.size()) *
                    static_cast<double>(planned_trial_ns(result.plan));
    }
  }
  return took_ns > 0 && planned_ns > 0 ? took_ns / planned_ns : 1;
}

std::int64_t Batch::left_ns() const {
  const double factor = slowness();
  double all_ns = 0;
  for (std::size_t index = 0; index < groups_.size(); ++index) {
    double group_ns = 0, spent_ns = 0;
    for (const Course& course : groups_[index]) {
      const ExperimentResult& result = course.course.result();
      const double each_ns =
          result.trials.empty()
              ? factor * static_cast<double>(planned_trial_ns(result.plan))
              : static_cast<double>(course.took_ns) / static_cast<double>(result.trials.size());
      group_ns += each_ns * static_cast<double>(missing_of(course));
      spent_ns += static_cast<double>(course.took_ns);
    }
    if (const auto budget_ns = plan_.groups[index].budget_ns) {
      group_ns = std::clamp(static_cast<double>(*budget_ns) - spent_ns, 0.0, group_ns);
    }
    all_ns += group_ns;
  }
  return static_cast<std::int64_t>(all_ns);
}

Batch::Course* Batch::pick(const std::vector<Course*>& open, BatchOrder order) const {
  if (open.empty()) return nullptr;
  if (order != BatchOrder::interleaved) return open.front();
  // Whoever is in the middle of a round goes on; else whoever is furthest behind.
  for (Course* course : open) {
    if (course->course.trials_of_present_round() > 0) return course;
  }
  return *std::min_element(open.begin(), open.end(), [](const Course* left, const Course* right) {
    return left->course.result().rounds < right->course.result().rounds;
  });
}

Batch::Course* Batch::next_course() {
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    std::vector<Course*> open;
    for (Course& course : groups_[group]) {
      close_if_spent(course);
      if (is_open(course)) open.push_back(&course);
    }
    if (Course* course = pick(open, plan_.groups[group].order)) return course;
  }
  return nullptr;
}

/// An experiment ends with the last round that its share of the budget has room for.
void Batch::close_if_spent(Course& course) {
  const auto& group = groups_[course.experiment->group];
  const auto budget_ns = plan_.groups[course.experiment->group].budget_ns;
  const std::uint32_t rounds = course.course.result().rounds;
  const bool between_rounds = course.course.trials_of_present_round() == 0;
  if (!budget_ns || rounds == 0 || !between_rounds || !is_open(course)) return;
  std::int64_t spent_by_closed_ns = 0, open = 0;
  for (const Course& other : group) {
    if (&other == &course || is_open(other)) {
      ++open;
    } else {
      spent_by_closed_ns += other.took_ns;
    }
  }
  const std::int64_t share_ns = (*budget_ns - spent_by_closed_ns) / open;
  course.closed = course.took_ns + course.took_ns / rounds > share_ns;
}

BatchProgress Batch::progress_at(const Course& course, const TrialId& trial) const {
  BatchProgress state;
  const Plan& plan = course.course.result().plan;
  state.experiment = course.experiment->name;
  state.experiments = plan_.experiments.size();
  for (const auto& group : groups_) {
    state.experiments_done += static_cast<std::size_t>(std::count_if(
        group.begin(), group.end(), [this](const Course& one) { return !is_open(one); }));
  }
  state.round = trial.round;
  state.rounds = plan.rounds.at_most;
  state.mode = plan.modes[trial.mode].name;
  state.with_faults = trial.with_faults;
  state.trials_done = totals_.stored + totals_.run;
  state.trials = state.trials_done + totals().missing;
  state.left_ns = left_ns();
  state.deaths = deaths_;
  return state;
}

void Batch::run_trial_of(Course& course, const TrialId& trial, Interrupts& interrupts) {
  const Plan& plan = course.course.result().plan;
  if (!course.stored) {
    store_.append(experiment_line(course.experiment->name, plan));
    course.stored = true;
  }
  const std::int64_t begun_ns = monotonic_ns();
  TrialRecord record = run_trial(plan, trial, interrupts);
  // An unfinished one is not a result; whoever goes on runs it again.
  if (interrupts.count() > 0) return;
  const std::int64_t took_ns = monotonic_ns() - begun_ns;
  store_.append(trial_line(course.experiment->name, took_ns, record));
  deaths_ += record.deaths.size();
  course.took_ns += took_ns;
  course.course.add(std::move(record));
  ++totals_.run;
}

Batch::Totals Batch::run(const std::vector<std::string>& command,
                         const std::function<void(const BatchProgress&)>& progress) {
  Interrupts interrupts;
  adopt_orphans();
  bool begun = false;
  while (Course* course = next_course()) {
    if (!begun) store_.append(session_line({utc_now(), read_host_facts(), command}));
    begun = true;
    const TrialId trial = *course->course.next();
    progress(progress_at(*course, trial));
    run_trial_of(*course, trial, interrupts);
    if (interrupts.count() > 0) {
      totals_.interrupted = true;
      break;
    }
  }
  return totals();
}

}  // namespace bulkhead
