// Clients of an HTTP server, all in one process of their own: so that they neither share the
// server's walls nor die with them. Measured from the client's side of the wire.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "ipc/cache_line.hpp"
#include "ipc/histogram.hpp"
#include "ipc/region.hpp"
#include "ipc/unique_fd.hpp"

namespace bulkhead {

struct LoadShape {
  std::uint16_t port = 0;  ///< On 127.0.0.1.
  std::uint32_t connections = 1;
  std::uint64_t requests_per_connection = 1;  ///< Then it is closed, and another one opened.
  /// Requests per second, all connections together, due at even distances whether or not the server
  /// keeps up; 0: each connection sends its next request when it has its answer.
  std::uint64_t rate_per_s = 0;
};

/// What the clients saw. In shared memory; the clients' process is the only writer of all but the
/// two flags.
struct LoadReport {
  std::atomic<std::uint32_t> serving{0};  ///< Set by a server: clients may begin.
  std::atomic<std::uint32_t> closing{
      0};  ///< Set by a server: what fails from now on is no failure.
  // A line that servers do not touch: the clients write to it with each answer.
  alignas(cache_line_bytes) std::atomic<std::uint64_t> answered{0};
  std::atomic<std::uint64_t> failed{0};          ///< Refused, cut off, or unanswered for a second.
  std::atomic<std::uint64_t> failed_clients{0};  ///< Connections that saw one of those.
  std::atomic<std::uint64_t> wrong{0};  ///< Answers to another request, or none that one can read.
  std::atomic<std::uint64_t> dropped{0};  ///< Due, but so many were waiting that it was left out.
  std::atomic<std::int64_t> first_ns{0};  ///< When the first answer came,
  std::atomic<std::int64_t> last_ns{0};   ///< and the last.
  /// Of a connection, from its first failure to its next answer; of those, the ones that ended,
  /// and the longest of these.
  std::atomic<std::uint64_t> outages{0};
  std::atomic<std::uint64_t> outages_ended{0};
  std::atomic<std::int64_t> longest_outage_ns{0};
  /// From when a request was due until its answer was there. Counted from the due time, a server
  /// that stands still is seen by every request that it keeps from being sent, and not by one
  /// (Gil Tene's coordinated omission).
  LatencyHistogram latency;
};

/// The clients' process, as long as this object lives in the process that made it.
class HttpLoad {
 public:
  /// Forks. The child waits until a server is `serving`, works until one is `closing`, and dies
  /// with the thread that made it. Single-threaded processes only. Throws std::system_error.
  explicit HttpLoad(const LoadShape& shape);
  ~HttpLoad();
  HttpLoad(const HttpLoad&) = delete;
  HttpLoad& operator=(const HttpLoad&) = delete;

  [[nodiscard]] pid_t process() const noexcept { return process_; }
  [[nodiscard]] LoadReport& report() const noexcept { return *report_; }

 private:
  Region region_;
  LoadReport* report_;
  pid_t owner_;
  pid_t process_ = -1;
  UniqueFd pidfd_;
};

}  // namespace bulkhead
