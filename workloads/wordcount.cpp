// Counts the words of real text: each worker counts a chunk by itself, then merges its counts into
// one Boost.Interprocess map in the arena. Held against a serial count of the same text at the end.
//
// The merge changes many words of shared memory, so it is journalled: all old values are written
// first, then the journal is armed, then the counts change, then it is disarmed. Whoever takes a
// robust lock from a dead holder puts the old values back; doing that twice does no harm. A new
// word is put into the map before any of that; a death inside the map itself cannot be repaired.

#include <algorithm>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "ipc/any_lock.hpp"
#include "workloads/ledger.hpp"
#include "workloads/plain_word.hpp"
#include "workloads/text.hpp"
#include "workloads/worker.hpp"
#include "workloads/workload.hpp"

namespace bulkhead {
namespace {

using Count = PlainWord<std::uint64_t>;

struct WordOrder {
  using is_transparent = void;
  static std::string_view view(const ArenaString& word) { return {word.data(), word.size()}; }
  static std::string_view view(std::string_view word) { return word; }
  template <class Left, class Right>
  bool operator()(const Left& left, const Right& right) const {
    return view(left) < view(right);
  }
};

using WordMap = ArenaMap<ArenaString, Count, WordOrder>;

enum class Phase : std::uint32_t { idle, changing_map, changing_counts };

struct JournalEntry {
  Count* count;
  std::uint64_t old_value;
};

/// What the merge in work has changed. One is enough: only the holder of the lock merges.
struct Journal {
  PlainWord<Phase> phase;
  PlainWord<std::uint64_t> size;
};

/// What one worker knows by itself: the words it has met, where each is in the map, and how often
/// it stood in the present chunk.
class PrivateCounts {
 public:
  struct Word {
    Count* shared = nullptr;
    std::uint64_t here = 0;
  };
  using Entry = std::pair<const std::string, Word>;

  void count(std::string_view chunk) {
    for (Entry* entry : touched_) entry->second.here = 0;
    touched_.clear();
    for_each_word(chunk, scratch_, [&](const std::string& word) {
      Entry& entry = *words_.try_emplace(word).first;
      if (entry.second.here++ == 0) touched_.push_back(&entry);
    });
  }
  [[nodiscard]] const std::vector<Entry*>& touched() const { return touched_; }

 private:
  std::unordered_map<std::string, Word> words_;
  std::vector<Entry*> touched_;
  std::string scratch_;
};

class WordCount final : public Workload {
 public:
  void prepare(const Setup& setup) override {
    lock_ = &setup.lock;
    arena_ = &setup.arena;
    worker_count_ = setup.worker_count;
    source_ = choose_text(setup.parameters.text("input"));
    const std::size_t capacity = text_bytes(source_);
    char* text = setup.arena.construct_array<char>(capacity);
    const std::size_t size = read_text(source_, setup.seed, text, capacity);
    const std::size_t chunk_bytes = setup.parameters.count("chunk");
    chunks_ = cut_text({text, size}, chunk_bytes);
    std::size_t longest = 0;
    for (const std::string_view chunk : chunks_) longest = std::max(longest, chunk.size());

    map_ =
        setup.arena.construct<WordMap>(WordOrder(), setup.arena.allocator<WordMap::value_type>());
    journal_ = setup.arena.construct<Journal>();
    entries_ = {setup.arena.construct_array<JournalEntry>(longest / 2 + 3), longest / 2 + 3};
    chunk_times_ = {setup.arena.construct_array<Count>(chunks_.size()), chunks_.size()};
    ledger_ = Ledger(setup.arena, setup.worker_count);
  }

  void run(Worker& worker) override {
    lock_->with([&](auto& lock) {
      PrivateCounts counts;
      worker.repeat([&](auto& unit) {
        const std::size_t chunk = chunk_of(worker.index(), unit.number());
        counts.count(chunks_[chunk]);
        unit.critical(
            lock, [&](auto& steps) { return repair(steps); },
            [&](auto& steps) {
              // A unit that took effect before a crash is not merged twice.
              if (ledger_.applied(worker.index()).get() == unit.number()) {
                merge(counts, chunk, worker.index(), steps);
              }
            });
      });
    });
  }

  [[nodiscard]] bool recover() override {
    NoSteps steps;
    return repair(steps);
  }

  [[nodiscard]] Verdict verify(const Acknowledged& acknowledged) override {
    const std::map<std::string, std::uint64_t> expected = count_serially();
    Verdict verdict;
    std::uint64_t wrong = 0, total = 0;
    for (const auto& [word, count] : expected) {
      const auto found = map_->find(std::string_view(word));
      const std::uint64_t in_map = found == map_->end() ? 0 : found->second.get();
      if (in_map != count) ++wrong;
      total += count;
    }
    // Words that only an undone merge brought along stay with a count of zero.
    for (const auto& [word, count] : *map_) {
      if (count.get() != 0 && !expected.contains(std::string(WordOrder::view(word)))) ++wrong;
    }
    if (wrong != 0) verdict.health = StateHealth::torn;
    ledger_.compare(acknowledged, verdict);
    verdict.finding = describe(expected, total, wrong);
    return verdict;
  }

  [[nodiscard]] std::size_t arena_bytes(const ParameterValues& parameters,
                                        std::uint32_t worker_count) const override {
    const std::size_t text = text_bytes(choose_text(parameters.text("input")));
    // The map: a text of nothing but different short words needs a node for every two bytes.
    constexpr std::size_t node_bytes = 128;
    return text + text / 2 * node_bytes + parameters.count("chunk") * sizeof(JournalEntry) +
           Ledger::arena_bytes(worker_count);
  }

 private:
  [[nodiscard]] std::size_t chunk_of(std::uint32_t worker, std::uint64_t unit) const {
    return (unit * worker_count_ + worker) % chunks_.size();
  }

  template <class Steps>
  void merge(PrivateCounts& counts, std::size_t chunk, std::uint32_t worker, Steps& steps) {
    find_in_map(counts, steps);
    Count& applied = ledger_.applied(worker);
    std::uint64_t size = 0;
    const auto note = [&](Count& count) { entries_[size++] = {&count, count.get()}; };
    for (const PrivateCounts::Entry* entry : counts.touched()) note(*entry->second.shared);
    note(chunk_times_[chunk]);
    note(applied);
    journal_->size.set(size);
    steps.step();
    journal_->phase.set(Phase::changing_counts);
    steps.step();

    bool half_done = false;
    for (const PrivateCounts::Entry* entry : counts.touched()) {
      Count& count = *entry->second.shared;
      count.set(count.get() + entry->second.here);
      if (half_done) continue;
      half_done = true;
      steps.half_done();
    }
    chunk_times_[chunk].set(chunk_times_[chunk].get() + 1);
    applied.set(applied.get() + 1);
    steps.step();
    journal_->phase.set(Phase::idle);
  }

  /// Puts words into the map that nobody has met before.
  template <class Steps>
  void find_in_map(PrivateCounts& counts, Steps& steps) {
    for (PrivateCounts::Entry* entry : counts.touched()) {
      if (entry->second.shared != nullptr) continue;
      const std::string_view word = entry->first;
      auto found = map_->find(word);
      if (found == map_->end()) {
        journal_->phase.set(Phase::changing_map);
        steps.step();
        found = map_->try_emplace(ArenaString(word.data(), word.size(), arena_->allocator<char>()))
                    .first;
        steps.step();
        journal_->phase.set(Phase::idle);
      }
      entry->second.shared = &found->second;
    }
  }

  template <class Steps>
  [[nodiscard]] bool repair(Steps& steps) {
    switch (journal_->phase.get()) {
      case Phase::idle:
        return true;
      case Phase::changing_map:
        return false;
      case Phase::changing_counts:
        break;
    }
    const std::uint64_t size = std::min<std::uint64_t>(journal_->size.get(), entries_.size());
    for (std::uint64_t index = size; index-- > 0;) {
      if (!arena_->contains(entries_[index].count)) return false;
      entries_[index].count->set(entries_[index].old_value);
    }
    steps.step();
    journal_->phase.set(Phase::idle);
    return true;
  }

  /// The counts that the map should hold, by another way: a serial count of each chunk, as many
  /// times as the chunk was merged.
  [[nodiscard]] std::map<std::string, std::uint64_t> count_serially() const {
    std::map<std::string, std::uint64_t> counts;
    std::string scratch;
    for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
      const std::uint64_t times = chunk_times_[chunk].get();
      if (times == 0) continue;
      for_each_word(chunks_[chunk], scratch,
                    [&](const std::string& word) { counts[word] += times; });
    }
    return counts;
  }

  [[nodiscard]] std::string describe(const std::map<std::string, std::uint64_t>& expected,
                                     std::uint64_t total, std::uint64_t wrong) const {
    const auto most_common = std::max_element(
        expected.begin(), expected.end(),
        [](const auto& left, const auto& right) { return left.second < right.second; });
    std::string finding = source_.description + ": " + std::to_string(expected.size()) +
                          " different words, " + std::to_string(total) + " counted, " +
                          std::to_string(wrong) + " differ from a serial count";
    if (most_common != expected.end()) finding += "; most common: " + most_common->first;
    return finding;
  }

  const AnyLock* lock_ = nullptr;
  Arena* arena_ = nullptr;
  std::uint32_t worker_count_ = 0;
  TextSource source_;
  std::vector<std::string_view> chunks_;  // Into the arena, so the same text in every process.
  WordMap* map_ = nullptr;
  Journal* journal_ = nullptr;
  std::span<JournalEntry> entries_;
  std::span<Count> chunk_times_;
  Ledger ledger_;
};

const WorkloadRegistry::Registration registered{{
    .name = "wordcount",
    .help = "counts the words of text files into one shared map",
    .operation = "chunk",
    .takes_lock = TakesLock::yes,
    .default_lock = "robust",
    .parameters = {{.name = "input",
                    .kind = ParameterKind::text_files,
                    .default_text = "",
                    .help = "text files to count (default: the machine's licence texts)"},
                   {.name = "chunk",
                    .kind = ParameterKind::bytes,
                    .default_text = "16K",
                    .help = "text that is counted before it is merged",
                    .min = 64,
                    .max = 1 << 28}},
    .make = make_workload<WordCount>,
}};

}  // namespace
}  // namespace bulkhead
