#pragma once

#include <libwebsockets.h>
#include <uv.h>

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace krait::sessions {

/// One client of a gateway joined with its kernel: bytes go both ways, and each side is made to
/// wait for the other. Deletes itself when both are gone.
class Crossing {
 public:
  /// Of one piece.
  static constexpr size_t kReadBytes = 65536;

  /// @param kernel the socket that leads to it, which is taken over
  /// @param count of crossings that there are, which this is counted in
  Crossing(uv_loop_t& loop, int kernel, bool isWebSocket, size_t& count);
  Crossing(const Crossing&) = delete;
  Crossing& operator=(const Crossing&) = delete;

  /// The client may be written to from now on.
  void begin(lws* client);
  /// The client has sent bytes.
  void receive(std::span<const uint8_t> bytes);
  /// Writes what one turn takes. False when the client is to be let go of.
  bool writeOne();
  /// The client is gone: the kernel gets what is on its way to it, and then the end. Safe to
  /// repeat.
  void lose();

 private:
  template <typename HandleType>
  static Crossing& of(HandleType* handle) {
    return *static_cast<Crossing*>(handle->data);
  }

  uv_handle_t* handle() { return reinterpret_cast<uv_handle_t*>(&kernel_); }
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&kernel_); }
  void readKernel();
  void stopReading();
  void read(ssize_t count);
  void written();
  void close();

  const bool isWebSocket_;
  size_t& count_;
  lws* client_ = nullptr;
  uv_pipe_t kernel_{};
  uv_shutdown_t shutdown_{};
  std::vector<uint8_t> room_;
  std::deque<std::vector<uint8_t>> pieces_;  // for the client, each behind room for the library
  size_t queuedBytes_ = 0;
  bool isReading_ = false;
  bool isClientHeld_ = false;
  bool hasKernelEnded_ = false;
  bool isLost_ = false;
};

}  // namespace krait::sessions
