#include "services/sessions/connection.h"

#include <memory>

namespace krait::sessions {

namespace {

/// A client that nothing is heard of is asked for a sign of life after so many seconds.
constexpr unsigned kKeepAliveSeconds = 15;

/// Packets that are being written.
struct Write {
  uv_write_t request;
  std::vector<Packet> packets;
};

}  // namespace

Connection::Connection(uv_loop_t& loop, int descriptor, ConnectionEvents events)
    : events_(std::move(events)), descriptor_(descriptor) {
  const bool isTcp = uv_guess_handle(descriptor) == UV_TCP;
  if (isTcp) {
    uv_tcp_init(&loop, &socket_.tcp);
  } else {
    uv_pipe_init(&loop, &socket_.pipe, 0);
  }
  socket_.handle.data = this;
  isOpen_ = (isTcp ? uv_tcp_open(&socket_.tcp, descriptor)
                   : uv_pipe_open(&socket_.pipe, descriptor)) == 0;
  if (isOpen_ && isTcp) uv_tcp_keepalive(&socket_.tcp, 1, kKeepAliveSeconds);
}

bool Connection::begin() {
  if (!isOpen_) return false;
  return uv_read_start(
             &socket_.stream,
             [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
               auto& bytes = of(handle).bytes_;
               *buffer = uv_buf_init(bytes.data(), bytes.size());
             },
             [](uv_stream_t* stream, ssize_t count, const uv_buf_t*) { of(stream).read(count); }) ==
         0;
}

void Connection::write(std::vector<Packet> packets) {
  if (packets.empty() || !isOpen_) return;
  auto write = std::make_unique<Write>(uv_write_t{}, std::move(packets));
  std::vector<uv_buf_t> buffers;
  for (Packet& packet : write->packets) {
    buffers.push_back(uv_buf_init(reinterpret_cast<char*>(packet.data()),
                                  static_cast<unsigned>(packet.bytes().size())));
  }
  write->request.data = write.get();
  const int failed =
      uv_write(&write->request, &socket_.stream, buffers.data(),
               static_cast<unsigned>(buffers.size()), [](uv_write_t* request, int status) {
                 const std::unique_ptr<Write> done(static_cast<Write*>(request->data));
                 of(request->handle).written(status);
               });
  if (failed != 0) return events_.lost();
  writes_++;
  [[maybe_unused]] const Write* underWay = write.release();  // until it is written
}

void Connection::close() {
  isOpen_ = false;
  if (uv_is_closing(&socket_.handle) != 0) return;
  uv_close(&socket_.handle, [](uv_handle_t* handle) { of(handle).isClosed_ = true; });
}

void Connection::read(ssize_t count) {
  if (count < 0) return events_.lost();
  events_.received({reinterpret_cast<const uint8_t*>(bytes_.data()), static_cast<size_t>(count)});
}

void Connection::written(int status) {
  writes_--;
  if (!isOpen_) return;
  if (status < 0) return events_.lost();
  if (writes_ == 0) events_.written();
}

}  // namespace krait::sessions
