#include "services/sessions/address.h"

#include <algorithm>
#include <charconv>

namespace krait::sessions {

namespace {

constexpr std::string_view kUnix = "unix:";
constexpr struct {
  std::string_view begin;
  Address::Kind kind;
  bool isEncrypted;
} kSchemes[] = {
    {"tcp://", Address::Kind::tcp, false},
    {"tls://", Address::Kind::tcp, true},
    {"ws://", Address::Kind::websocket, false},
    {"wss://", Address::Kind::websocket, true},
};
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
  const auto* const scheme = std::ranges::find_if(
      kSchemes, [&](const auto& known) { return text.starts_with(known.begin); });
  const size_t colon = text.rfind(':');
  if (scheme == std::end(kSchemes) || colon == text.npos || colon <= scheme->begin.size()) {
    problem = "is neither unix:PATH nor tcp://, ws://, tls:// or wss:// and HOST:PORT";
    return std::nullopt;
  }
  address.kind = scheme->kind;
  address.isEncrypted = scheme->isEncrypted;
  const size_t begin = scheme->begin.size();
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
  if (!address.isEncrypted && !isLoopback(address.ip)) {
    problem =
        "is beyond this machine, and nothing would be encrypted: listen on tls:// or wss://, or on "
        "a loopback address behind an SSH tunnel";
    return std::nullopt;
  }
  return address;
}

}  // namespace krait::sessions
