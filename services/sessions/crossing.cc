#include "services/sessions/crossing.h"

#include <memory>

namespace krait::sessions {

namespace {

/// What may wait for one side before the other is not read any more.
constexpr size_t kMaxQueuedBytes = 1 << 20;

struct Write {
  uv_write_t request;
  std::vector<uint8_t> bytes;
};

}  // namespace

Crossing::Crossing(uv_loop_t& loop, int kernel, bool isWebSocket, size_t& count)
    : isWebSocket_(isWebSocket), count_(count) {
  count_++;
  uv_pipe_init(&loop, &kernel_, 0);
  kernel_.data = this;
  uv_pipe_open(&kernel_, kernel);
}

void Crossing::begin(lws* client) {
  client_ = client;
  readKernel();
}

void Crossing::receive(std::span<const uint8_t> bytes) {
  auto write = std::make_unique<Write>(uv_write_t{}, std::vector(bytes.begin(), bytes.end()));
  write->request.data = write.get();
  const uv_buf_t buffer = uv_buf_init(reinterpret_cast<char*>(write->bytes.data()),
                                      static_cast<unsigned>(write->bytes.size()));
  const int failed = uv_write(&write->request, stream(), &buffer, 1, [](uv_write_t* done, int) {
    const std::unique_ptr<Write> written(static_cast<Write*>(done->data));
    of(done->handle).written();
  });
  if (failed != 0) return;  // the kernel is gone, which reading it tells
  [[maybe_unused]] const Write* underWay = write.release();
  if (uv_stream_get_write_queue_size(stream()) > kMaxQueuedBytes && !isClientHeld_) {
    isClientHeld_ = true;
    lws_rx_flow_control(client_, 0);
  }
}

bool Crossing::writeOne() {
  if (!pieces_.empty()) {
    std::vector<uint8_t> piece = std::move(pieces_.front());
    pieces_.pop_front();
    const size_t byteLength = piece.size() - LWS_PRE;
    queuedBytes_ -= byteLength;
    const auto kind = isWebSocket_ ? LWS_WRITE_BINARY : LWS_WRITE_RAW;
    if (lws_write(client_, piece.data() + LWS_PRE, byteLength, kind) < 0) return false;
  }
  if (queuedBytes_ < kMaxQueuedBytes) readKernel();
  if (!pieces_.empty()) lws_callback_on_writable(client_);
  return !pieces_.empty() || !hasKernelEnded_;
}

void Crossing::lose() {
  if (isLost_) return;
  isLost_ = true;
  client_ = nullptr;
  stopReading();
  const int failed = uv_shutdown(&shutdown_, stream(),
                                 [](uv_shutdown_t* request, int) { of(request->handle).close(); });
  if (failed != 0) close();
}

void Crossing::readKernel() {
  if (hasKernelEnded_ || client_ == nullptr || isReading_) return;
  isReading_ = true;
  uv_read_start(
      stream(),
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        // The library wants room in front of what it writes.
        auto& room = of(handle).room_;
        room.resize(LWS_PRE + kReadBytes);
        *buffer = uv_buf_init(reinterpret_cast<char*>(room.data()) + LWS_PRE, kReadBytes);
      },
      [](uv_stream_t* stream, ssize_t count, const uv_buf_t*) { of(stream).read(count); });
}

void Crossing::stopReading() {
  isReading_ = false;
  uv_read_stop(stream());
}

void Crossing::read(ssize_t count) {
  if (count == 0) return;
  if (count < 0) {
    hasKernelEnded_ = true;
    stopReading();
  } else {
    pieces_.emplace_back(room_.begin(), room_.begin() + LWS_PRE + count);
    queuedBytes_ += static_cast<size_t>(count);
    if (queuedBytes_ >= kMaxQueuedBytes) stopReading();
  }
  lws_callback_on_writable(client_);
}

void Crossing::written() {
  if (!isClientHeld_ || client_ == nullptr) return;
  if (uv_stream_get_write_queue_size(stream()) > kMaxQueuedBytes / 2) return;
  isClientHeld_ = false;
  lws_rx_flow_control(client_, 1);
}

void Crossing::close() {
  if (uv_is_closing(handle()) != 0) return;
  uv_close(handle(), [](uv_handle_t* handle) {
    Crossing& crossing = of(handle);
    crossing.count_--;
    delete &crossing;
  });
}

}  // namespace krait::sessions
