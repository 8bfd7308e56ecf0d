#pragma once

#include "kernel/base/handle.h"
#include "proxy/messages/packet.h"

namespace krait {

/// Whom a packet is for.
enum class Lane : uint32_t {
  kernel = 0,
  services = 1,  // services whose halves are both TypeScript
  link = 2,      // the carriers of the two sides: what each has received
};

/// What is left of a channel. The numbers cross to JavaScript (ARCHITECTURE.md, "Messages").
enum class ChannelState : uint32_t {
  open = 0,
  closed = 1,
  noWait = 2,  // open, but this thread cannot wait for a packet
};

/// The kernel's end of what carries packets: in order, each at most once. The interpreter's thread
/// uses it. A platform has one implementation each.
class Channel {
 public:
  virtual ~Channel() = default;
  /// Queues a packet and returns at once; its bytes are copied. Only `open` and `closed`.
  virtual ChannelState send(std::span<const uint8_t> packet, Lane lane) = 0;
  /// Waits for the next packet of the kernel's lane, forever when `timeoutMs` is negative. Without
  /// one, `open` says that time is up or that a signal is to be looked at. Called without the GIL.
  virtual ChannelState receive(Packet& packet, double timeoutMs) = 0;
  /// A packet of the kernel's lane that has come already. Where packets are delivered by
  /// `Session::receive` alone there is none.
  virtual bool poll(Packet&) { return false; }
  /// Has `Session::runScheduled` called with the handle once after the delay, when nothing runs.
  virtual void schedule(Handle callable, double delayMs) = 0;
  /// Whether callables are scheduled that the client has to be told of, since it cannot know.
  virtual bool isBusy() { return false; }
  /// Nothing more is sent or received. Safe to repeat.
  virtual void close() = 0;
};

}  // namespace krait
