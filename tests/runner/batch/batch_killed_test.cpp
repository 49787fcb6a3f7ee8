// A batch is ended from outside, at many moments: what was finished stays, once, and going on ends
// in the whole plan.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/results/stored_batch.hpp"
#include "tests/catch.hpp"
#include "tests/marked_program.hpp"
#include "tests/temporary_folder.hpp"
#include "workloads/random.hpp"

using namespace bulkhead;

namespace {

constexpr const char* config =
    "[defaults]\n"
    "duration = 10ms\n"
    "warmup = 1ms\n"
    "trials = 8\n"
    "workers = 2\n"
    "[crash]\n"
    "workload = bank\n"
    "fault = kill-9@1:ms=3\n"
    "restart = one-for-one\n"
    "[price]\n"
    "workload = spin, counter\n";
constexpr std::uint64_t planned_trials = 8 * (2 * 2 + 2 * 2);

/// The lines that were complete when somebody looked.
std::string whole_lines(const std::string& text) {
  return text.substr(0, text.rfind('\n') + 1);
}

/// What a batch has kept, seen again and again.
class Kept {
 public:
  explicit Kept(const TemporaryFolder& place) : place_(place) {}

  /// Nothing that was there is gone or changed, nothing is there twice, and all of it reads.
  void check() {
    const std::string now = place_.content_of("r/results.jsonl");
    REQUIRE(now.starts_with(lines_));
    lines_ = whole_lines(now);
    if (lines_.empty()) return;
    const StoredBatch batch = read_results(place_ / "r");
    REQUIRE(batch.damage.empty());
    trials_ = batch.trial_count();
    REQUIRE(trials_ <= planned_trials);
  }

  [[nodiscard]] std::uint64_t trials() const noexcept { return trials_; }

 private:
  const TemporaryFolder& place_;
  std::string lines_;
  std::uint64_t trials_ = 0;
};

/// Whether it had ended by itself before the signal could do anything.
bool end_by_signal(pid_t batch, int signal, useconds_t after_us) {
  usleep(after_us);
  int status = 0;
  if (waitpid(batch, &status, WNOHANG) == batch) return true;
  kill(batch, signal);
  waitpid(batch, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void end_again_and_again(int ends) {
  const std::string mark = "BULKHEAD_TEST_MARK=" + std::to_string(getpid()) + "b";
  std::uint64_t random = 4;
  int done = 0;
  while (done < ends) {
    const TemporaryFolder place;
    const std::string file = place.file("x.ini", config);
    Kept kept(place);
    // Until the plan is complete; then from the beginning.
    for (bool complete = false; !complete && done < ends; ++done) {
      const pid_t batch = start_marked({"batch", file, "--output", place / "r"}, mark);
      REQUIRE(batch > 0);
      constexpr int signals[] = {SIGKILL, SIGTERM, SIGINT};
      complete = end_by_signal(batch, signals[next_random(random) % 3],
                               static_cast<useconds_t>(1'000 + next_random(random) % 150'000));
      REQUIRE(wait_until_unmarked(mark));
      kept.check();
      if (complete) REQUIRE(kept.trials() == planned_trials);
    }
    const pid_t batch = start_marked({"batch", file, "--output", place / "r"}, mark);
    int status = 0;
    waitpid(batch, &status, 0);
    REQUIRE(status == 0);
    kept.check();
    REQUIRE(kept.trials() == planned_trials);
  }
}

}  // namespace

TEST_CASE("a batch that is ended at ten moments loses and doubles nothing", "[batch][fork]") {
  end_again_and_again(10);
}

TEST_CASE("a batch that is ended at two hundred moments loses and doubles nothing",
          "[batch][fork][slow][long]") {
  end_again_and_again(200);
}
