#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "proxy/messages/backlog.h"
#include "services/sessions/packet-stream.h"
#include "services/sessions/sent-packets.h"

namespace krait::sessions {

/// The kernel's end of a connection that another thread reads and writes (IoThread). The
/// interpreter's thread uses the members of Channel and `wait`; the other one the rest.
class SocketChannel final : public Channel {
 public:
  /// `wakeIo` makes the I/O thread look at `takeOutgoing`; it is called by the interpreter's
  /// thread.
  explicit SocketChannel(std::function<void()> wakeIo) : wakeIo_(std::move(wakeIo)) {}

  ChannelState send(std::span<const uint8_t> packet, Lane lane) override;
  ChannelState receive(Packet& packet, double timeoutMs) override;
  bool poll(Packet& packet) override;
  void schedule(Handle callable, double delayMs) override;
  bool isBusy() override;
  void close() override;

  /// What the interpreter's thread has to do next.
  struct Work {
    Packet packet;  // a packet, or
    std::optional<Handle>
        callable;  // a callable whose time has come; neither: the channel is closed
  };
  /// Waits, while nothing runs, for what is to be done.
  Work wait();

  /// A packet has come.
  void deliver(Packet packet);
  /// Makes a wait of Python look at its signals.
  void interrupt();
  /// The connection is gone.
  void drop();
  /// Has `before` called by the interpreter's thread, ahead of each packet that it sends.
  void beforeEachSend(std::function<void()> before) { beforeSend_ = std::move(before); }
  /// From now on the interpreter's thread writes to this stream socket itself what it takes at
  /// once, which saves a turn of the I/O thread; the rest goes the usual way.
  void writeDirectly(int descriptor);
  /// Writes a packet, with its head, behind all that is to be written, in a process that is about
  /// to end: takes no memory, waits for nobody, and does without where that cannot be.
  void sendLast(std::span<const uint8_t> framed);
  /// Around a fork of the process, by the thread that forks: the child has no part in the channel,
  /// which is closed there.
  void beforeFork() { mutex_.lock(); }
  void afterFork(bool isChild);
  /// Adds a packet, with its head, to what is to be written.
  void enqueue(Packet framed);
  /// As `enqueue`, for what the carriers tell each other, which is never sent again.
  void enqueueUncounted(Packet framed);
  /// Whether what is sent is kept until the client has it. To be called before anything is sent; no
  /// longer is possible at any time.
  void keepSent(bool isWanted);
  /// The client has the first `count` packets.
  void acknowledge(uint64_t count);
  /// The connection is lost, and may come back: what is sent meanwhile is kept.
  void hold();
  /// There is another connection, whose client has the first `count` packets: the others are what
  /// is to be written next, after what counts as being written now. False when they are not all
  /// there any more.
  bool resume(uint64_t count);
  /// Takes the packets that are to be written, each behind its head. True once the channel was
  /// closed: the connection ends behind them. What is taken counts as being written until
  /// `allWritten`.
  bool takeOutgoing(std::vector<Packet>& packets);
  void allWritten();

 private:
  struct Timer {
    Clock::time_point due;
    uint64_t number;  // timers of one moment go off in the order in which they were set
    Handle callable;
    bool operator>(const Timer& other) const {
      return due != other.due ? due > other.due : number > other.number;
    }
  };

  bool writeNow(Packet& framed);

  /// What is kept for a client that comes back.
  static constexpr size_t kMaxSentBytes = 8 << 20;

  const std::function<void()> wakeIo_;
  std::function<void()> beforeSend_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Packet> incoming_;
  std::vector<Packet> outgoing_;
  SentPackets sent_{kMaxSentBytes};
  bool isKeeping_ = false;
  bool isHeld_ = false;        // there is no connection
  int descriptor_ = -1;        // to write to directly, or none
  bool isWriting_ = false;     // the I/O thread is at it
  std::vector<Timer> timers_;  // a heap, the next one first
  uint64_t timersSet_ = 0;
  bool isInterrupted_ = false;
  bool isClosed_ = false;
};

}  // namespace krait::sessions
