#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "proxy/messages/channel.h"

namespace krait::sessions {

/// What a connection tells its owner, on the thread of its loop.
struct ConnectionEvents {
  std::function<void(std::span<const uint8_t>)> received;
  std::function<void()> written;  // everything that was to be written is
  std::function<void()> lost;     // the other side is gone, or has sent what cannot be read
};

/// One connection of bytes to a client, on a libuv loop.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// Begins to read. False when it cannot; then nothing else is to be called but `close`.
  virtual bool begin() = 0;
  virtual void write(std::vector<Packet> packets) = 0;
  /// Whether something is being written.
  virtual bool isWriting() const = 0;
  /// The stream socket that what is written goes to as it is, or -1.
  virtual int descriptor() const { return -1; }
  /// Ends it at once, and gives what it has back to the loop. Safe to repeat.
  virtual void close() = 0;
};

/// Over a stream socket of either kind. Takes over the descriptor.
std::unique_ptr<Connection> makeStreamConnection(uv_loop_t& loop, int descriptor,
                                                 ConnectionEvents events);
/// Over a TCP socket whose client begins as HTTP and goes on as a WebSocket; bytes travel in binary
/// messages of any size. Takes over the descriptor.
/// @param origins of pages that may connect; what is no page sends none, and may
std::unique_ptr<Connection> makeWebSocketConnection(uv_loop_t& loop, int descriptor,
                                                    std::vector<std::string> origins,
                                                    ConnectionEvents events);

}  // namespace krait::sessions
