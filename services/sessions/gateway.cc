#include "services/sessions/gateway.h"

#include <libwebsockets.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>

#include "services/sessions/crossing.h"
#include "services/sessions/descriptor-passing.h"

namespace krait::sessions {

namespace {

using Clock = std::chrono::steady_clock;

/// How long a client may take to speak TLS, or to become a WebSocket.
constexpr unsigned kHandshakeSeconds = 10;
/// How long a gateway may take to start.
constexpr std::chrono::seconds kStartTime{10};
constexpr size_t kMaxOriginBytes = 512;
constexpr const char* kPackets =
    "krait";  // the protocol of TLS clients, which send packets as they are
constexpr char kReady = 'r';
constexpr unsigned char kWebSocketBit = 1;
constexpr unsigned char kEncryptedBit = 2;

/// A client and the socket that leads to its kernel, as the server hands them over.
struct Pair {
  ClientKind kind;
  int client = -1;
  int kernel = -1;
};

/// Empty when there is none now; `isOver` when there will be none any more.
std::optional<Pair> takePair(int control, bool& isOver) {
  unsigned char kind = 0;
  std::array<int, 2> descriptors = {-1, -1};
  const ssize_t count = receiveWithDescriptors(control, std::as_writable_bytes(std::span(&kind, 1)),
                                               descriptors, MSG_DONTWAIT);
  isOver = count == 0 || (count < 0 && errno != EAGAIN);
  if (descriptors[0] < 0) return std::nullopt;
  return Pair{.kind = {.isWebSocket = (kind & kWebSocketBit) != 0,
                       .isEncrypted = (kind & kEncryptedBit) != 0},
              .client = descriptors[0],
              .kernel = descriptors[1]};
}

/// The loop of the process: takes clients, and ends when there will be no more.
class Gateway {
 public:
  explicit Gateway(const GatewayOptions& options) : options_(options) { uv_loop_init(&loop_); }
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  ~Gateway() { uv_loop_close(&loop_); }

  int run() {
    if (!open()) return 1;
    uv_poll_init(&loop_, &control_, options_.control);
    uv_timer_init(&loop_, &end_);
    control_.data = end_.data = this;
    uv_poll_start(&control_, UV_READABLE, [](uv_poll_t* ready, int, int) {
      static_cast<Gateway*>(ready->data)->takeClients();
    });
    if (write(options_.control, &kReady, 1) != 1) return 1;
    uv_run(&loop_, UV_RUN_DEFAULT);
    return 0;
  }

 private:
  static Gateway& of(lws* socket) {
    return *static_cast<Gateway*>(lws_context_user(lws_get_context(socket)));
  }

  static Crossing* crossingOf(lws* socket) {
    return static_cast<Crossing*>(lws_get_opaque_user_data(socket));
  }

  /// A host for clients of either kind, with TLS and without.
  bool open() {
    lws_set_log_level(LLL_ERR, nullptr);
    void* loops[] = {&loop_};
    lws_context_creation_info info{};
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    if (options_.certificate >= 0) info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.foreign_loops = static_cast<void**>(loops);
    info.protocols = static_cast<const lws_protocols*>(kProtocols);
    info.timeout_secs = kHandshakeSeconds;
    info.user = this;
    context_ = lws_create_context(&info);
    if (context_ == nullptr) return false;
    info.vhost_name = "plain";
    plain_ = lws_create_vhost(context_, &info);
    if (options_.certificate < 0) return plain_ != nullptr;
    // By their descriptors, since no path leads to them from where this process runs.
    const std::string certificate = "/proc/self/fd/" + std::to_string(options_.certificate);
    const std::string key = "/proc/self/fd/" + std::to_string(options_.key);
    info.vhost_name = "encrypted";
    info.ssl_cert_filepath = certificate.c_str();
    info.ssl_private_key_filepath = key.c_str();
    encrypted_ = lws_create_vhost(context_, &info);
    if (encrypted_ == nullptr) {
      std::fputs("kraitd: the certificate and the private key cannot be used for TLS\n", stderr);
    }
    return plain_ != nullptr && encrypted_ != nullptr;
  }

  void takeClients() {
    bool isOver = false;
    while (const auto pair = takePair(options_.control, isOver)) adopt(*pair);
    if (!isOver) return;
    uv_close(reinterpret_cast<uv_handle_t*>(&control_), nullptr);
    constexpr uint64_t kLookMs = 100;
    uv_timer_start(
        &end_, [](uv_timer_t* timer) { static_cast<Gateway*>(timer->data)->endIfUnused(); }, 0,
        kLookMs);
  }

  void endIfUnused() {
    if (crossings_ > 0) return;
    uv_close(reinterpret_cast<uv_handle_t*>(&end_), nullptr);
    lws_context_destroy(context_);
  }

  /// From here on the library tells what becomes of the client, to the end.
  void adopt(const Pair& pair) {
    auto crossing =
        std::make_unique<Crossing>(loop_, pair.kernel, pair.kind.isWebSocket, crossings_);
    lws_adopt_desc_t adoption{};
    adoption.vh = pair.kind.isEncrypted ? encrypted_ : plain_;
    // That flags are an enumeration is libwebsockets' way.
    // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
    adoption.type = static_cast<lws_adoption_type>(LWS_ADOPT_SOCKET | LWS_ADOPT_ALLOW_SSL |
                                                   (pair.kind.isWebSocket ? LWS_ADOPT_HTTP : 0));
    if (!pair.kind.isWebSocket) adoption.vh_prot_name = kPackets;
    adoption.fd.sockfd = pair.client;
    adoption.opaque = crossing.get();
    Crossing* const underWay = crossing.release();
    if (adoption.vh == nullptr) {
      ::close(pair.client);
      underWay->lose();
    } else if (lws_adopt_descriptor_vhost_via_info(&adoption) == nullptr) {
      underWay->lose();
    }
  }

  /// What libwebsockets tells; anything but 0 ends the connection.
  static int told(lws* socket, lws_callback_reasons reason, void*, void* bytes, size_t count) {
    Crossing* const crossing = crossingOf(socket);
    switch (reason) {
      case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return of(socket).isWelcome(socket) ? 0 : -1;
      case LWS_CALLBACK_HTTP:
        lws_return_http_status(socket, HTTP_STATUS_BAD_REQUEST,
                               "this is a server of krait's kernels: connect by WebSocket");
        return -1;
      case LWS_CALLBACK_ESTABLISHED:
      case LWS_CALLBACK_RAW_ADOPT:
        if (crossing != nullptr) crossing->begin(socket);
        return 0;
      case LWS_CALLBACK_RECEIVE:
      case LWS_CALLBACK_RAW_RX:
        if (crossing != nullptr && count > 0) {
          crossing->receive({static_cast<const uint8_t*>(bytes), count});
        }
        return 0;
      case LWS_CALLBACK_SERVER_WRITEABLE:
      case LWS_CALLBACK_RAW_WRITEABLE:
        return crossing == nullptr || crossing->writeOne() ? 0 : -1;
      case LWS_CALLBACK_WSI_DESTROY:
        if (crossing != nullptr) crossing->lose();
        lws_set_opaque_user_data(socket, nullptr);
        return 0;
      default:
        return 0;
    }
  }

  /// Pages of other origins could use a server that only this machine reaches.
  bool isWelcome(lws* socket) const {
    std::array<char, kMaxOriginBytes> origin{};
    const int length =
        lws_hdr_copy(socket, origin.data(), static_cast<int>(origin.size()), WSI_TOKEN_ORIGIN);
    if (length == 0 || lws_hdr_total_length(socket, WSI_TOKEN_ORIGIN) == 0) return true;
    return length > 0 &&
           std::ranges::find(options_.origins, origin.data()) != options_.origins.end();
  }

  static const lws_protocols kProtocols[2];

  const GatewayOptions& options_;
  uv_loop_t loop_{};
  uv_poll_t control_{};
  uv_timer_t end_{};
  lws_context* context_ = nullptr;
  lws_vhost* plain_ = nullptr;
  lws_vhost* encrypted_ = nullptr;
  size_t crossings_ = 0;
};

const lws_protocols Gateway::kProtocols[2] = {
    {kPackets, told, 0, Crossing::kReadBytes, 0, nullptr, 0}, LWS_PROTOCOL_LIST_TERM};

}  // namespace

int runGateway(const GatewayOptions& options) {
  // It loads its part for libuv by itself, from where this names or from the system's folder.
  if (!options.libraries.empty()) setenv("LD_LIBRARY_PATH", options.libraries.c_str(), 1);
  return Gateway(options).run();
}

bool passToGateway(int control, ClientKind kind, int client, int kernel) {
  const unsigned char bits =
      (kind.isWebSocket ? kWebSocketBit : 0) | (kind.isEncrypted ? kEncryptedBit : 0);
  const std::array<int, 2> descriptors = {client, kernel};
  return sendWithDescriptors(control, std::as_bytes(std::span(&bits, 1)), descriptors);
}

bool isGatewayReady(int control) {
  pollfd waiting{.fd = control, .events = POLLIN, .revents = 0};
  const auto deadline = Clock::now() + kStartTime;
  int count = -1;
  do {  // a process that ends meanwhile interrupts it, by its signal
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    count = poll(&waiting, 1, static_cast<int>(std::max(rest.count(), decltype(rest.count()){0})));
  } while (count < 0 && errno == EINTR);
  char said = 0;
  return count == 1 && read(control, &said, 1) == 1 && said == kReady;
}

}  // namespace krait::sessions
