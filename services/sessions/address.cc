#include "services/sessions/address.h"

#include <charconv>

namespace krait::sessions {

namespace {

constexpr std::string_view kUnix = "unix:";
constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kWebSocket = "ws://";
constexpr int kMaxPort = 65535;

/// -1 for what is no port.
int portOf(std::string_view text) {
  int port = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool isWhole = error == std::errc() && end == text.data() + text.size();
  return isWhole && port >= 0 && port <= kMaxPort ? port : -1;
}

bool isLoopback(const sockaddr_storage& ip) {
  if (ip.ss_family == AF_INET6) {
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(&ip)->sin6_addr) != 0;
  }
  constexpr uint32_t kLoopbackNet = 127;
  return ntohl(reinterpret_cast<const sockaddr_in*>(&ip)->sin_addr.s_addr) >> 24 == kLoopbackNet;
}

}  // namespace

std::optional<Address> parseAddress(std::string_view text, std::string& problem) {
  Address address;
  address.text = text;
  if (text.starts_with(kUnix) && text.size() > kUnix.size()) {
    address.path = text.substr(kUnix.size());
    return address;
  }
  const bool isTcp = text.starts_with(kTcp);
  const size_t begin = isTcp ? kTcp.size() : kWebSocket.size();
  const size_t colon = text.rfind(':');
  if ((!isTcp && !text.starts_with(kWebSocket)) || colon == text.npos || colon <= begin) {
    problem = "is neither unix:PATH nor tcp://HOST:PORT nor ws://HOST:PORT";
    return std::nullopt;
  }
  address.kind = isTcp ? Address::Kind::tcp : Address::Kind::websocket;
  std::string host(text.substr(begin, colon - begin));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const int port = portOf(text.substr(colon + 1));
  const bool isAddress =
      port >= 0 &&
      (uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(&address.ip)) == 0 ||
       uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(&address.ip)) == 0);
  if (!isAddress) {
    problem = "has no numeric address, or no port";
    return std::nullopt;
  }
  if (!isLoopback(address.ip)) {
    problem =
        "is beyond this machine: what clients send is not encrypted here. Listen on a loopback "
        "address, behind an SSH tunnel or a proxy that speaks TLS";
    return std::nullopt;
  }
  return address;
}

}  // namespace krait::sessions
