#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "proxy/messages/messages.h"
#include "proxy/messages/packet.h"

namespace krait {

using Clock = std::chrono::steady_clock;

/// The messages of one packet, with the bytes that they point into.
struct Received {
  Packet packet;
  std::vector<Message> messages;
  Clock::time_point at;
};

/// One message of a packet.
struct Pending {
  std::shared_ptr<Received> received;
  size_t position = 0;
  bool isCancelled = false;

  const Message& message() const { return received->messages[position]; }
  const CallMessage* call() const { return std::get_if<CallMessage>(&message()); }
};

/// Messages that wait for their turn, in the order in which they were sent.
class Backlog {
 public:
  bool isEmpty() const { return pending_.empty(); }
  /// Calls among them.
  size_t calls() const { return calls_; }
  /// Bytes of the packets of those calls.
  size_t callBytes() const { return callBytes_; }

  void push(Pending pending) {
    count(pending, 1);
    pending_.push_back(std::move(pending));
  }

  std::optional<Pending> pop() {
    if (pending_.empty()) return std::nullopt;
    Pending first = std::move(pending_.front());
    pending_.pop_front();
    count(first, -1);
    return first;
  }

  /// Takes out the first call that `matches`.
  template <typename Matches>
  std::optional<Pending> take(Matches matches) {
    for (auto at = pending_.begin(); at != pending_.end(); ++at) {
      if (at->call() == nullptr || !matches(*at->call())) continue;
      Pending found = std::move(*at);
      pending_.erase(at);
      count(found, -1);
      return found;
    }
    return std::nullopt;
  }

  /// Marks the calls that `matches` as cancelled, and says how many there were.
  template <typename Matches>
  size_t cancel(Matches matches) {
    size_t found = 0;
    for (Pending& pending : pending_) {
      if (pending.call() == nullptr || !matches(*pending.call())) continue;
      pending.isCancelled = true;
      found++;
    }
    return found;
  }

 private:
  void count(const Pending& pending, int change) {
    if (pending.call() == nullptr) return;
    calls_ += static_cast<size_t>(change);
    callBytes_ += static_cast<size_t>(change) * pending.received->packet.bytes().size();
  }

  std::deque<Pending> pending_;
  size_t calls_ = 0;
  size_t callBytes_ = 0;
};

}  // namespace krait
