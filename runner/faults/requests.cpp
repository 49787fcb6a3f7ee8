#include "runner/faults/requests.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "ipc/clock.hpp"
#include "ipc/region.hpp"
#include "runner/faults/named_bits.hpp"
#include "runner/faults/opaque.hpp"

namespace bulkhead {
namespace {

constexpr std::size_t large_bytes = std::size_t{1} << 20;
// Often enough for a short window, and seldom enough to take about a hundredth of the time.
constexpr std::int64_t every_ns = 5 * ns_per_second / 1000;
constexpr mode_t owner_only = 0600;

bool can_allocate() {
  void* const block = opaque(std::malloc(large_bytes));
  std::free(block);
  return block != nullptr;
}

bool can_map() {
  void* const pages =
      mmap(nullptr, large_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return false;
  munmap(pages, large_bytes);
  return true;
}

bool can_open() {
  return UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC)).open();
}

void* return_at_once(void*) {
  return nullptr;
}

bool can_start_thread() {
  constexpr std::size_t stack_bytes = std::size_t{256} << 10;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_t thread{};
  const bool started = pthread_create(&thread, &attributes, return_at_once, nullptr) == 0;
  pthread_attr_destroy(&attributes);
  if (started) pthread_join(thread, nullptr);
  return started;
}

bool can_make_timer() {
  sigevent nothing{};
  nothing.sigev_notify = SIGEV_NONE;
  timer_t timer{};
  if (timer_create(CLOCK_MONOTONIC, &nothing, &timer) != 0) return false;
  timer_delete(timer);
  return true;
}

struct Kind {
  std::string_view name;
  bool (*gets)();  // Null: on the small disk.
};
constexpr std::array kinds = {
    Kind{"memory", can_allocate},  Kind{"mapping", can_map},
    Kind{"descriptor", can_open},  Kind{"thread", can_start_thread},
    Kind{"timer", can_make_timer}, Kind{"room on the disk", nullptr},
    Kind{"new file", nullptr},
};
constexpr std::uint32_t disk_room = 5;
constexpr std::uint32_t new_file = 6;

}  // namespace

Requests::Requests(AimsAt aim, int small_disk, std::uint32_t worker,
                   std::atomic<std::uint32_t>& refused)
    : aim_(aim),
      small_disk_(small_disk),
      new_name_("new-" + std::to_string(worker)),
      refused_(refused) {
  if (has(aim_, AimsAt::disk | AimsAt::disk_pages)) {
    const std::string name = "worker-" + std::to_string(worker);
    file_ = UniqueFd(openat(small_disk_, name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only));
  }
  if (has(aim_, AimsAt::disk_pages) && file_.open() &&
      ftruncate(file_.get(), static_cast<off_t>(page_bytes())) == 0) {
    void* const page =
        mmap(nullptr, page_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
    page_ = page == MAP_FAILED ? nullptr : page;
  }
  refused_before_ = refused_now();
  asked_ns_ = monotonic_ns();
}

Requests::~Requests() {
  if (page_ != nullptr) munmap(page_, page_bytes());
}

void Requests::ask(std::uint64_t unit) noexcept {
  if (page_ != nullptr) touch_page();
  const std::uint32_t news = refused_now() & ~refused_before_;
  if (news != 0) refused_.fetch_or(news, std::memory_order_relaxed);
  const std::int64_t now_ns = monotonic_ns();
  const std::int64_t elapsed_ns = now_ns - asked_ns_;
  asked_ns_ = now_ns;
  if (elapsed_ns < every_ns / 2) stride_ *= 2;
  if (elapsed_ns > every_ns * 2) stride_ = std::max<std::uint64_t>(stride_ / 2, 1);
  next_unit_ = unit + stride_;
}

std::uint32_t Requests::refused_now() const noexcept {
  std::uint32_t refused = 0;
  for (std::uint32_t kind = 0; kind < kinds.size(); ++kind) {
    if (!gets(kind)) refused |= std::uint32_t{1} << kind;
  }
  return refused;
}

/// What nothing aims at is not asked for, and so not refused.
bool Requests::gets(std::uint32_t kind) const noexcept {
  if (kind == disk_room) return !has(aim_, AimsAt::disk) || can_write();
  if (kind == new_file) return !has(aim_, AimsAt::disk) || can_make_file();
  return !has(aim_, AimsAt::requests) || kinds[kind].gets();
}

/// A page, which takes room, and back again.
bool Requests::can_write() const noexcept {
  const std::array<char, 512> text{};
  const bool written =
      pwrite(file_.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  static_cast<void>(!ftruncate(file_.get(), 0));
  return written;
}

bool Requests::can_make_file() const noexcept {
  const UniqueFd made(
      openat(small_disk_, new_name_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, owner_only));
  unlinkat(small_disk_, new_name_.c_str(), 0);
  return made.open();
}

/// There is no call that could fail, and so nobody who could be told.
BULKHEAD_FAULT void Requests::touch_page() noexcept {
  *opaque(static_cast<volatile char*>(page_)) = 1;
  fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
            static_cast<off_t>(page_bytes()));
}

std::string Requests::names(std::uint32_t refused) {
  return names_of_bits(refused, kinds);
}

}  // namespace bulkhead
