#include <libwebsockets.h>

#include <algorithm>
#include <cstring>
#include <deque>

#include "services/sessions/connection.h"

namespace krait::sessions {

namespace {

/// How long a client may take to become a WebSocket.
constexpr unsigned kHandshakeSeconds = 10;
constexpr size_t kReadBytes = 65536;
constexpr size_t kMaxOriginBytes = 512;

class WebSocketConnection final : public Connection {
 public:
  WebSocketConnection(uv_loop_t& loop, int descriptor, std::vector<std::string> origins,
                      ConnectionEvents events)
      : events_(std::move(events)), origins_(std::move(origins)), descriptor_(descriptor) {
    lws_set_log_level(LLL_ERR, nullptr);
    void* loops[] = {&loop};
    lws_context_creation_info info{};
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.options = LWS_SERVER_OPTION_LIBUV;
    info.foreign_loops = static_cast<void**>(loops);
    info.protocols = static_cast<const lws_protocols*>(kProtocols);
    info.timeout_secs = kHandshakeSeconds;
    info.user = this;
    context_ = lws_create_context(&info);
    uv_timer_init(&loop, &end_);
    end_.data = this;
  }

  bool begin() override {
    if (context_ == nullptr) return false;
    lws_vhost* const host = lws_get_vhost_by_name(context_, "default");
    return host != nullptr && lws_adopt_socket_vhost(host, descriptor_) != nullptr;
  }

  void write(std::vector<Packet> packets) override {
    for (Packet& packet : packets) packets_.push_back(std::move(packet));
    if (socket_ != nullptr && !packets_.empty()) lws_callback_on_writable(socket_);
  }

  bool isWriting() const override { return !packets_.empty(); }

  /// Not at once: it may be called from what the library tells, in which it cannot be ended.
  void close() override {
    if (isClosed_) return;
    isClosed_ = true;
    packets_.clear();
    uv_timer_start(
        &end_,
        [](uv_timer_t* timer) {
          auto* self = static_cast<WebSocketConnection*>(timer->data);
          if (self->context_ != nullptr) lws_context_destroy(self->context_);
          uv_close(reinterpret_cast<uv_handle_t*>(timer), nullptr);
        },
        0, 0);
  }

 private:
  static WebSocketConnection& of(lws* socket) {
    return *static_cast<WebSocketConnection*>(lws_context_user(lws_get_context(socket)));
  }

  /// What libwebsockets tells; anything but 0 ends the connection.
  static int told(lws* socket, lws_callback_reasons reason, void*, void* bytes, size_t count) {
    switch (reason) {
      case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return of(socket).isWelcome(socket) ? 0 : -1;
      case LWS_CALLBACK_ESTABLISHED:
        of(socket).socket_ = socket;
        of(socket).write({});
        return 0;
      case LWS_CALLBACK_RECEIVE:
        of(socket).receive({static_cast<const uint8_t*>(bytes), count});
        return 0;
      case LWS_CALLBACK_SERVER_WRITEABLE:
        return of(socket).writeOne(socket) ? 0 : -1;
      case LWS_CALLBACK_HTTP:
        lws_return_http_status(socket, HTTP_STATUS_BAD_REQUEST,
                               "this is a server of krait's kernels: connect by WebSocket");
        return -1;
      case LWS_CALLBACK_CLOSED:
      case LWS_CALLBACK_CLOSED_HTTP:
        of(socket).lose();
        return 0;
      default:
        return 0;
    }
  }

  /// Pages of other origins could use a server that only this machine reaches.
  bool isWelcome(lws* socket) const {
    char origin[kMaxOriginBytes];
    const int length =
        lws_hdr_copy(socket, static_cast<char*>(origin), sizeof origin, WSI_TOKEN_ORIGIN);
    if (length == 0 || lws_hdr_total_length(socket, WSI_TOKEN_ORIGIN) == 0) return true;
    return length > 0 && std::ranges::find(origins_, static_cast<char*>(origin)) != origins_.end();
  }

  void receive(std::span<const uint8_t> bytes) {
    if (!isClosed_) events_.received(bytes);
  }

  /// One packet, as one message; the library wants room in front of it.
  bool writeOne(lws* socket) {
    if (packets_.empty()) return true;
    const std::span<const uint8_t> bytes = packets_.front().bytes();
    std::vector<uint8_t> padded(LWS_PRE + bytes.size());
    std::memcpy(padded.data() + LWS_PRE, bytes.data(), bytes.size());
    const int written = lws_write(socket, padded.data() + LWS_PRE, bytes.size(), LWS_WRITE_BINARY);
    if (written < 0) return false;
    packets_.pop_front();
    if (!packets_.empty()) {
      lws_callback_on_writable(socket);
    } else {
      events_.written();
    }
    return true;
  }

  void lose() {
    socket_ = nullptr;
    packets_.clear();
    if (!isClosed_) events_.lost();
  }

  static const lws_protocols kProtocols[2];

  const ConnectionEvents events_;
  const std::vector<std::string> origins_;
  const int descriptor_;
  lws_context* context_ = nullptr;
  lws* socket_ = nullptr;
  std::deque<Packet> packets_;
  uv_timer_t end_{};
  bool isClosed_ = false;
};

const lws_protocols WebSocketConnection::kProtocols[2] = {
    {"krait", told, 0, kReadBytes, 0, nullptr, 0}, LWS_PROTOCOL_LIST_TERM};

}  // namespace

std::unique_ptr<Connection> makeWebSocketConnection(uv_loop_t& loop, int descriptor,
                                                    std::vector<std::string> origins,
                                                    ConnectionEvents events) {
  return std::make_unique<WebSocketConnection>(loop, descriptor, std::move(origins),
                                               std::move(events));
}

}  // namespace krait::sessions
