// The directory of a batch: what is written stays whole.

#include "runner/results/result_store.hpp"

#include <signal.h>
#include <sys/resource.h>

#include <filesystem>

#include "tests/catch.hpp"
#include "tests/in_child.hpp"
#include "tests/small_plan.hpp"
#include "tests/temporary_folder.hpp"

using namespace bulkhead;

namespace {

const Plan& small() {
  static const Plan plan = small_plan("bank", 2, {"thread", "process"});
  return plan;
}

std::string trial(std::uint32_t round) {
  TrialRecord record;
  record.id.round = round;
  return trial_line("x/a", 1, record);
}

void begin(ResultStore& store) {
  store.append(session_line({"2026-11-24T12:00:00Z", {}, {}}));
  store.append(experiment_line("x/a", small()));
}

}  // namespace

TEST_CASE("a store makes its directory and finds what an earlier one wrote", "[results]") {
  const TemporaryFolder folder;
  {
    ResultStore store(folder / "deep/r");
    CHECK(store.found().experiments.empty());
    begin(store);
    store.append(trial(0));
  }
  ResultStore again(folder / "deep/r");
  CHECK(again.found().trial_count() == 1);
}

TEST_CASE("a store cuts a torn line off before it goes on", "[results]") {
  const TemporaryFolder folder;
  {
    ResultStore store(folder / "r");
    begin(store);
    store.append(trial(0));
    store.append(trial(1).substr(0, 40));  // As a power cut leaves it.
  }
  {
    ResultStore store(folder / "r");
    CHECK(store.found().torn_bytes == 40);
    store.append(trial(1));
  }
  const StoredBatch batch = read_results(folder / "r");
  CHECK(batch.damage.empty());
  CHECK(batch.trial_count() == 2);
}

TEST_CASE("a line that has no room leaves no part of itself", "[results][fork]") {
  const TemporaryFolder folder;
  const ExitCause end = in_child([&folder] {
    ResultStore store(folder / "r");
    begin(store);
    signal(SIGXFSZ, SIG_IGN);
    const auto size = std::filesystem::file_size(folder / "r/results.jsonl");
    const rlim_t room = size + trial(0).size() + 100;
    const rlimit limit{room, room};
    setrlimit(RLIMIT_FSIZE, &limit);
    store.append(trial(0));
    try {
      store.append(trial(1));
    } catch (const std::system_error& error) {
      return error.code().value() == EFBIG ? 0 : 1;
    }
    return 2;
  });
  CHECK(end.number == 0);
  const StoredBatch batch = read_results(folder / "r");
  CHECK(batch.torn_bytes == 0);
  CHECK(batch.damage.empty());
  CHECK(batch.trial_count() == 1);
}

TEST_CASE("a directory in use is refused to another process, and free when its holder is gone",
          "[results][fork]") {
  const TemporaryFolder folder;
  const auto try_it = [&folder] {
    return in_child([&folder] {
      try {
        ResultStore store(folder / "r");
        return 0;
      } catch (const ResultsBusy&) {
        return 1;
      }
    });
  };
  {
    ResultStore store(folder / "r");
    CHECK(try_it().number == 1);
    // A child does not have the lock, so its end does not free it.
    CHECK(in_child([] { return 0; }).number == 0);
    CHECK(try_it().number == 1);
  }
  CHECK(try_it().number == 0);
}

TEST_CASE("a device in the place of the results is no results", "[results]") {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("/dev/zero", folder / "results.jsonl");
  CHECK_THROWS_AS(read_results(folder / ""), ResultsUnreadable);
}
