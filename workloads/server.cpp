// An HTTP/1.1 server on loopback in the shape that the mode gives it: pre-forked processes,
// threads, or threads in processes, each worker with an event loop of its own. Clients in a process
// of their own ask; what they see of a crash is what a server's users would see.

#include <memory>
#include <optional>

#include "ipc/arena.hpp"
#include "ipc/cache_line.hpp"
#include "workloads/http_load.hpp"
#include "workloads/http_server.hpp"
#include "workloads/latency_measures.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

class Server final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    const ParameterValues& values = setup.parameters;
    work_ = {values.count("steps"), std::string(values.count("body"), '.')};
    answers_ = {setup.arena.construct_array<Line>(setup.worker_count), setup.worker_count};
    // When the state is made anew, the sockets stay and the clients wait.
    if (!listeners_.empty()) return;
    auto port = static_cast<std::uint16_t>(values.count("port"));
    const bool own = values.text("accept") == "own";
    for (std::uint32_t socket = 0; socket < (own ? setup.worker_count : 1); ++socket) {
      listeners_.push_back(listen_on(port, own));
      port = port_of(listeners_.front().get());
    }
    const auto connections = static_cast<std::uint32_t>(values.count("connections"));
    if (connections == 0) return;
    load_.emplace(LoadShape{port, connections, values.count("keep-alive"), values.count("rate")});
  }

  void run(Worker& worker) override {
    const std::size_t own = listeners_.size() > 1 ? worker.index() : 0;
    HttpServer server(listeners_[own].get(), work_);
    PlainWord<std::uint64_t>& answers = answers_[worker.index()].word;
    if (load_) load_->report().serving.store(1, std::memory_order_relaxed);
    worker.repeat([&](auto&) {
      // It waits for clients, so there is no worker whose end would make that vain but itself.
      Patience patience(worker, worker.index());
      server.answer_one(patience);
      answers.set(answers.get() + 1);
    });
    // Whoever has done his share hangs up, so that his clients go to those who have not.
    if (!worker.is_over()) return;
    if (load_) load_->report().closing.store(1, std::memory_order_relaxed);
  }

  [[nodiscard]] std::vector<pid_t> helpers() const override {
    if (!load_) return {};
    return {load_->process()};
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    std::uint64_t answered = 0;
    for (std::uint32_t worker = 0; worker < answers_.size(); ++worker) {
      const std::uint64_t own = answers_[worker].word.get();
      answered += own;
      if (own < acknowledged.finished[worker]) {
        verdict.missing_units += acknowledged.finished[worker] - own;
      }
    }
    if (verdict.missing_units > 0) verdict.health = StateHealth::lossy;
    verdict.finding = std::to_string(answered) + " requests answered";
    // An answer is sent before it is counted, and a worker may die in between.
    std::uint64_t at_most = answered;
    for (const std::uint64_t units : acknowledged.interrupted) at_most += units;
    if (load_) judge_clients(load_->report(), at_most, verdict);
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&,
                                        std::uint32_t worker_count) const override {
    return worker_count * sizeof(Line);
  }

  /// See WorkloadEntry::objection.
  static Objection objection(const ParameterValues& values, std::uint32_t) {
    const auto port = static_cast<std::uint16_t>(values.count("port"));
    if (port == 0) {
      if (values.count("connections") != 0) return {};
      return {"port", "connections=0 leaves the asking to others, who need to know it: name one"};
    }
    try {
      static_cast<void>(listen_on(port, false));
    } catch (const std::exception& error) {
      return {"port", std::string(error.what()) + "; another port, or 0 for any that is free"};
    }
    return {};
  }

  /// See WorkloadEntry::announcement.
  static std::string announcement(const ParameterValues& values) {
    if (values.count("connections") != 0) return "";
    return "serving http://127.0.0.1:" + std::to_string(values.count("port")) +
           "/ while a trial runs; Ctrl-C ends it";
  }

 private:
  struct alignas(cache_line_bytes) Line {
    PlainWord<std::uint64_t> word;
  };

  static void judge_clients(const LoadReport& report, std::uint64_t at_most, Verdict& verdict) {
    const std::uint64_t seen = report.answered.load();
    const std::uint64_t failed = report.failed.load();
    const std::uint64_t wrong = report.wrong.load();
    verdict.finding += ", " + std::to_string(seen) + " answers seen by clients, " +
                       std::to_string(failed) + " requests failed";
    if (seen > at_most) {
      verdict.surplus_units = seen - at_most;
      verdict.health = StateHealth::lossy;
    }
    if (wrong > 0) {
      verdict.health = StateHealth::torn;
      verdict.finding += ", " + std::to_string(wrong) + " wrong answers";
    }
    const auto add = [&verdict](std::string_view name, double value) {
      verdict.measures.emplace_back(name, value);
    };
    const double seconds =
        static_cast<double>(report.last_ns.load() - report.first_ns.load()) / 1e9;
    if (seconds > 0) add("answers_per_s", static_cast<double>(seen) / seconds);
    LatencyHistogram::Counts counts{};
    report.latency.add_to(counts);
    add_percentiles(verdict, counts,
                    {{"client_p50_ns", 0.5}, {"client_p99_ns", 0.99}, {"client_max_ns", 1}});
    add("failed_requests", static_cast<double>(failed));
    add("failed_clients", static_cast<double>(report.failed_clients.load()));
    add("dropped_requests", static_cast<double>(report.dropped.load()));
    const std::uint64_t outages = report.outages.load();
    const std::uint64_t ended = report.outages_ended.load();
    add("abandoned_clients", static_cast<double>(outages - ended));
    // Of outages that nobody ended the length would be that of the trial, which ends with its
    // workers.
    if (ended > 0 || outages == 0) {
      add("longest_outage_ns", static_cast<double>(report.longest_outage_ns.load()));
    }
  }

  HttpServer::Work work_;
  std::span<Line> answers_;
  std::vector<UniqueFd> listeners_;  // One for all workers, or one for each.
  std::optional<HttpLoad> load_;
};

constexpr auto count_kind = ParameterKind::count;

const WorkloadRegistry::Registration registered{{
    .name = "server",
    .help = "an HTTP/1.1 server on loopback, asked by clients in a process of their own",
    .operation = "request",
    .parameters = {{.name = "connections",
                    .kind = count_kind,
                    .default_text = "8",
                    .help = "clients that ask at once; 0: none but those from outside, such as wrk",
                    .min = 0,
                    .max = 10'000},
                   {.name = "rate",
                    .kind = count_kind,
                    .default_text = "0",
                    .help = "requests per second, due at even distances; 0: each client asks again "
                            "when it has its answer",
                    .min = 0,
                    .max = 10'000'000},
                   {.name = "keep-alive",
                    .kind = count_kind,
                    .default_text = "100",
                    .help = "requests over one connection before the client opens another",
                    .min = 1,
                    .max = 1'000'000'000},
                   {.name = "accept",
                    .kind = ParameterKind::choice,
                    .default_text = "shared",
                    .help = "one listening socket for all workers, or one SO_REUSEPORT socket each",
                    .choices = {"shared", "own"}},
                   {.name = "steps",
                    .kind = count_kind,
                    .default_text = "2000",
                    .help = "of arithmetic for each answer, about a nanosecond each",
                    .min = 0,
                    .max = 1'000'000'000},
                   {.name = "body",
                    .kind = ParameterKind::bytes,
                    .default_text = "128",
                    .help = "size of an answer's body",
                    .min = 0,
                    .max = 1 << 20},
                   {.name = "port",
                    .kind = count_kind,
                    .default_text = "0",
                    .help = "on 127.0.0.1; 0: any that is free",
                    .min = 0,
                    .max = 65'535}},
    .measures = {{.name = "answers_per_s",
                  .label = "answers seen by clients",
                  .unit = MeasureUnit::per_second,
                  .help = "from the first answer to the last"},
                 {.name = "client_p50_ns",
                  .label = "client waits, p50",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "from when a request was due until its answer was there"},
                 {.name = "client_p99_ns",
                  .label = "client waits, p99",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "the same for the slowest hundredth",
                  .telling = true},
                 {.name = "client_max_ns",
                  .label = "client waits, max",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "the longest of them"},
                 {.name = "failed_requests",
                  .label = "requests failed",
                  .unit = MeasureUnit::count,
                  .help = "refused, cut off, or unanswered for a second",
                  .telling = true},
                 {.name = "failed_clients",
                  .label = "clients with a failed request",
                  .unit = MeasureUnit::count,
                  .help = "of --connections",
                  .telling = true,
                  .harm = true},
                 {.name = "abandoned_clients",
                  .label = "clients never answered again",
                  .unit = MeasureUnit::count,
                  .help = "of those with a failed request",
                  .telling = true,
                  .harm = true},
                 {.name = "dropped_requests",
                  .label = "requests never sent",
                  .unit = MeasureUnit::count,
                  .help = "due while 65,536 others were waiting to be sent"},
                 {.name = "longest_outage_ns",
                  .label = "longest outage of a client",
                  .unit = MeasureUnit::nanoseconds,
                  .help = "from a connection's first failure to its next answer",
                  .telling = true,
                  .harm = true}},
    .shorthands = {{"serve",
                    "keep it up for clients from outside: --connections 0 --port 8080 --mode "
                    "process --trials 1 --warmup 0s --duration 1h",
                    {{"connections", "0"},
                     {"port", "8080"},
                     {"mode", "process"},
                     {"trials", "1"},
                     {"warmup", "0s"},
                     {"duration", "1h"}}}},
    .make = make_workload<Server>,
    .objection = Server::objection,
    .announcement = Server::announcement,
}};

}  // namespace
}  // namespace bulkhead
