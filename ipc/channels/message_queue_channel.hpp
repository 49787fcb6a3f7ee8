// Boost.Interprocess's own message_queue. In 1.74 it exists under a name only, so the name is taken
// away as soon as it is open and both ends use the mapping that they inherit. Inside are a mutex
// and conditions that are not robust: whoever dies holding them leaves the other end in a wait that
// no patience reaches, until the trial's end kills it.
#pragma once

#include <unistd.h>
#include <boost/date_time/posix_time/posix_time_types.hpp>
#include <boost/interprocess/ipc/message_queue.hpp>

#include <atomic>
#include <memory>
#include <string>

#include "ipc/channel.hpp"
#include "ipc/clock.hpp"
#include "ipc/message_counts.hpp"

namespace bulkhead {

class MessageQueueChannel {
 public:
  static constexpr ChannelDescription description{"message-queue",
                                                  "boost::interprocess::message_queue"};

  MessageQueueChannel(Arena& arena, ChannelShape shape)
      : counts_(arena),
        message_bytes_(shape.message_bytes),
        queue_(open_without_name(shape.capacity, shape.message_bytes)) {}
  [[nodiscard]] static std::size_t arena_bytes(ChannelShape) noexcept {
    return MessageCounts::arena_bytes();
  }

  template <class Patience>
  void send(Message& message, Patience&& patience) {
    message.words[0] = sent() + 1;
    if (!queue_->try_send(&message, message_bytes_, 0)) {
      while (!queue_->timed_send(&message, message_bytes_, 0, slice_end())) patience();
    }
    counts_.note_sent(message.number());
  }

  template <class Patience>
  void receive(Message& message, Patience&& patience) {
    Queue::size_type got = 0;
    unsigned priority = 0;
    do {
      if (!queue_->try_receive(&message, message_bytes_, got, priority)) {
        while (!queue_->timed_receive(&message, message_bytes_, got, priority, slice_end())) {
          patience();
        }
      }
    } while (!counts_.note_received(message.number()));
  }

  [[nodiscard]] std::uint64_t sent() const noexcept { return counts_.sent(); }
  [[nodiscard]] std::uint64_t received() const noexcept { return counts_.received(); }

 private:
  using Queue = boost::interprocess::message_queue;

  static std::unique_ptr<Queue> open_without_name(std::size_t capacity, std::size_t message_bytes) {
    static std::atomic<unsigned> made{0};
    const std::string name =
        "bulkhead-" + std::to_string(getpid()) + "-" + std::to_string(made.fetch_add(1));
    auto queue = std::make_unique<Queue>(boost::interprocess::create_only, name.c_str(), capacity,
                                         message_bytes);
    Queue::remove(name.c_str());
    return queue;
  }

  /// Its deadlines are absolute UTC times.
  static boost::posix_time::ptime slice_end() {
    return boost::posix_time::microsec_clock::universal_time() +
           boost::posix_time::milliseconds(20);
  }

  MessageCounts counts_;
  std::size_t message_bytes_;
  std::unique_ptr<Queue> queue_;
};

}  // namespace bulkhead
