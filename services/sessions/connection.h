#pragma once

#include <uv.h>

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "proxy/messages/packet.h"

namespace krait::sessions {

/// What a connection tells its owner, on the thread of its loop.
struct ConnectionEvents {
  std::function<void(std::span<const uint8_t>)> received;
  std::function<void()> written;  // everything that was to be written is
  std::function<void()> lost;     // the other side is gone
};

/// The bytes of one client over a stream socket of either kind, on a libuv loop.
class Connection {
 public:
  /// Takes over the descriptor.
  Connection(uv_loop_t& loop, int descriptor, ConnectionEvents events);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Begins to read. False when it cannot; then nothing else is to be called but `close`.
  bool begin();
  void write(std::vector<Packet> packets);
  /// Whether something is being written.
  bool isWriting() const { return writes_ > 0; }
  /// Its stream socket.
  int descriptor() const { return descriptor_; }
  /// Ends it at once, and gives what it has back to the loop. Nothing is told afterwards. Safe to
  /// repeat.
  void close();
  /// Whether it was closed, and the loop needs it no more.
  bool isClosed() const { return isClosed_; }

 private:
  template <typename HandleType>
  static Connection& of(HandleType* handle) {
    return *static_cast<Connection*>(handle->data);
  }
  void read(ssize_t count);
  void written(int status);

  const ConnectionEvents events_;
  const int descriptor_;
  union {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_pipe_t pipe;
    uv_tcp_t tcp;
  } socket_{};
  static constexpr size_t kReadBytes = 65536;
  std::array<char, kReadBytes> bytes_{};
  size_t writes_ = 0;
  bool isOpen_ = false;
  bool isClosed_ = false;
};

}  // namespace krait::sessions
