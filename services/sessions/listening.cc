#include "services/sessions/listening.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

namespace krait::sessions {

namespace {

/// Whether nobody answers at a Unix socket's path: its server was killed.
bool isStale(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
  struct stat found{};
  if (lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  const bool isRefused =
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno == ECONNREFUSED;
  ::close(descriptor);
  return isRefused;
}

}  // namespace

void AnyStream::initialize(uv_loop_t* loop, Address::Kind kind) {
  if (kind == Address::Kind::unix_socket) {
    uv_pipe_init(loop, &pipe, 0);
  } else {
    uv_tcp_init(loop, &tcp);
  }
}

void AnyStream::close() {
  uv_close(&handle, [](uv_handle_t* closed) { delete reinterpret_cast<AnyStream*>(closed); });
}

int bindTo(AnyStream& stream, const Address& address) {
  if (address.kind != Address::Kind::unix_socket) {
    return uv_tcp_bind(&stream.tcp, address.socketAddress(), 0);
  }
  if (isStale(address.path)) unlink(address.path.c_str());
  // The socket is made with its mode, so that nobody else can connect before it is set.
  const mode_t before = umask(0177);
  const int failed = uv_pipe_bind(&stream.pipe, address.path.c_str());
  umask(before);
  return failed;
}

std::string boundName(const AnyStream& stream, const Address& address) {
  if (address.kind == Address::Kind::unix_socket) return address.text;
  sockaddr_storage bound{};
  int size = sizeof bound;
  std::array<char, INET6_ADDRSTRLEN> host{};
  uv_tcp_getsockname(&stream.tcp, reinterpret_cast<sockaddr*>(&bound), &size);
  uv_ip_name(reinterpret_cast<const sockaddr*>(&bound), host.data(), host.size());
  const bool isSix = bound.ss_family == AF_INET6;
  const uint16_t port = isSix ? reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port
                              : reinterpret_cast<const sockaddr_in*>(&bound)->sin_port;
  const std::string text(host.data());
  const std::string scheme = address.text.substr(0, address.text.find(':'));
  return scheme + "://" + (isSix ? "[" + text + "]" : text) + ":" + std::to_string(ntohs(port));
}

/// How clients speak that come by an address.
ClientKind clientKind(const Address& address) {
  return {.isWebSocket = address.kind == Address::Kind::websocket,
          .isEncrypted = address.isEncrypted};
}

/// Whether it listens there; said when not.
bool listensAt(int failed, const Address& address) {
  if (failed == 0) return true;
  std::fprintf(stderr, "kraitd: cannot listen on %s: %s\n", address.text.c_str(),
               uv_strerror(failed));
  return false;
}

}  // namespace krait::sessions
