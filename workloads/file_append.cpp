// Appends records to a file that has no name, so that nothing can be left behind. One file for all
// workers makes them wait for its lock in the kernel, in every mode; a file for each does not. The
// size of the file tells exactly how many records went in, and the last of them are looked at.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "ipc/arena.hpp"
#include "ipc/start_path.hpp"
#include "ipc/system_error.hpp"
#include "ipc/unique_fd.hpp"
#include "workloads/random.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

constexpr std::size_t largest_record = 65536;
// What all files together may hold in memory or on disk, about; what lies further back is given
// back.
constexpr std::uint64_t held_bytes = std::uint64_t{16} << 20;
constexpr std::uint64_t fewest_kept_records = 4;

/// How a record says who wrote it; the rest of it follows from that.
struct Header {
  std::uint64_t number;  ///< The unit's, plus one.
  std::uint64_t worker;
};

using Record = std::array<std::byte, largest_record>;

void fill(Record& record, std::size_t bytes, Header header) {
  std::uint64_t state = mix(header.worker, header.number);
  for (std::size_t at = sizeof header; at < bytes; ++at) {
    record[at] = static_cast<std::byte>(next_random(state));
  }
  std::memcpy(record.data(), &header, sizeof header);
}

UniqueFd make_file(bool on_disk) {
  if (!on_disk) {
    UniqueFd file(memfd_create("bulkhead-append", MFD_CLOEXEC));
    if (!file.open()) throw_errno("memfd_create: a file in memory to append to");
    if (fcntl(file.get(), F_SETFL, O_APPEND) != 0) throw_errno("fcntl: append to a memfd");
    return file;
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it.
  const char* const folder = std::getenv("TMPDIR");
  const std::string path = folder != nullptr ? folder : "/tmp";
  UniqueFd file(open(path.c_str(), O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600));
  if (!file.open()) throw_errno("open: a file without a name in " + path + " (see TMPDIR)");
  return file;
}

class FileAppend final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    record_bytes_ = setup.parameters.count("size");
    worker_count_ = setup.worker_count;
    const bool one_for_all = setup.parameters.text("file") == "one";
    files_.clear();
    for (std::uint32_t file = 0; file < (one_for_all ? 1 : worker_count_); ++file) {
      files_.push_back(make_file(setup.parameters.text("on") == "disk"));
    }
    kept_records_ = std::max(fewest_kept_records, held_bytes / 2 / record_bytes_ / files_.size());
  }

  BULKHEAD_START_PATH void run(Worker& worker) override {
    const int file = file_of(worker.index()).get();
    // Once a file holds twice what is kept, one of its workers has had its turn.
    const std::uint64_t turn =
        std::max<std::uint64_t>(1, kept_records_ * files_.size() / worker_count_);
    const auto record = std::make_unique<Record>();
    fill(*record, record_bytes_, {0, worker.index()});
    worker.repeat([&](auto& unit) {
      const Header header{unit.number() + 1, worker.index()};
      std::memcpy(record->data(), &header, sizeof header);
      const ssize_t written = write(file, record->data(), record_bytes_);
      if (written != static_cast<ssize_t>(record_bytes_)) {
        throw WorkerStuck("the file took less than a record: is the disk full?");
      }
      if (unit.number() % turn == turn - 1) give_back(file);
    });
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    Verdict verdict;
    std::uint64_t broken = 0, looked_at = 0;
    for (std::uint32_t index = 0; index < files_.size(); ++index) {
      const int file = files_[index].get();
      const auto size = static_cast<std::uint64_t>(lseek(file, 0, SEEK_END));
      broken += size % record_bytes_ == 0 ? 0 : 1;
      compare(index, size / record_bytes_, acknowledged, verdict);
      look_at_last(file, size / record_bytes_, looked_at, broken);
    }
    if (verdict.missing_units + verdict.surplus_units != 0) verdict.health = StateHealth::lossy;
    if (broken != 0) verdict.health = StateHealth::torn;
    verdict.finding =
        std::to_string(broken) + " broken among the last " + std::to_string(looked_at) + " records";
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues&, std::uint32_t) const override {
    return cache_line_bytes;  // Nothing: the state is in the kernel.
  }

 private:
  [[nodiscard]] const UniqueFd& file_of(std::uint32_t worker) const {
    return files_[files_.size() == 1 ? 0 : worker];
  }

  /// Makes a hole of all but the last records. The file's size stays what it was.
  void give_back(int file) const {
    const off_t end = lseek(file, 0, SEEK_END);
    const off_t hole_end = end - static_cast<off_t>(kept_records_ * record_bytes_);
    if (hole_end <= 0) return;
    if (fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, hole_end) != 0) {
      throw WorkerStuck("the file system cannot give part of a file back (fallocate)");
    }
  }

  /// Adds up what the workers of one file should have put there.
  void compare(std::uint32_t file, std::uint64_t found, const Acknowledged& acknowledged,
               Verdict& verdict) const {
    std::uint64_t at_least = 0, at_most = 0;
    for (std::uint32_t worker = 0; worker < worker_count_; ++worker) {
      if (files_.size() != 1 && worker != file) continue;
      at_least += acknowledged.finished[worker];
      at_most += acknowledged.finished[worker] + acknowledged.interrupted[worker];
    }
    if (found < at_least) verdict.missing_units += at_least - found;
    if (found > at_most) verdict.surplus_units += found - at_most;
  }

  void look_at_last(int file, std::uint64_t records, std::uint64_t& looked_at,
                    std::uint64_t& broken) const {
    const std::uint64_t enough = std::min<std::uint64_t>(1000, kept_records_);
    const auto found = std::make_unique<Record>();
    const auto expected = std::make_unique<Record>();
    const std::uint64_t first = records > enough ? records - enough : 0;
    for (std::uint64_t index = first; index < records; ++index, ++looked_at) {
      const ssize_t got =
          pread(file, found->data(), record_bytes_, static_cast<off_t>(index * record_bytes_));
      Header header{};
      std::memcpy(&header, found->data(), sizeof header);
      const bool known = header.worker < worker_count_ && header.number != 0;
      if (known) fill(*expected, record_bytes_, {0, header.worker});
      const bool whole =
          got == static_cast<ssize_t>(record_bytes_) && known &&
          std::memcmp(found->data() + sizeof header, expected->data() + sizeof header,
                      record_bytes_ - sizeof header) == 0;
      broken += whole ? 0 : 1;
    }
  }

  std::size_t record_bytes_ = 0;
  std::uint64_t kept_records_ = 0;  // In each file.
  std::uint32_t worker_count_ = 0;
  std::vector<UniqueFd> files_;  // Made before the fork: every worker inherits all of them.
};

const WorkloadRegistry::Registration registered{{
    .name = "file-append",
    .help = "appends records to a file without a name; each record is accounted for",
    .operation = "append",
    .takes_lock = TakesLock::no,
    .parameters = {{.name = "size",
                    .kind = ParameterKind::bytes,
                    .default_text = "256",
                    .help = "bytes in a record",
                    .min = sizeof(Header),
                    .max = largest_record},
                   {.name = "file",
                    .kind = ParameterKind::choice,
                    .default_text = "one",
                    .help = "one: all workers append to the same; own: one for each worker",
                    .choices = {"one", "own"}},
                   {.name = "on",
                    .kind = ParameterKind::choice,
                    .default_text = "memory",
                    .help = "where it is: memory (a memfd) or disk (in TMPDIR or /tmp)",
                    .choices = {"memory", "disk"}}},
    .make = make_workload<FileAppend>,
}};

}  // namespace
}  // namespace bulkhead
