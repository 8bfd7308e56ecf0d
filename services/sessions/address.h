#pragma once

#include <uv.h>

#include <optional>
#include <string>
#include <string_view>

namespace krait::sessions {

/// Where a server listens.
struct Address {
  enum class Kind { unix_socket, tcp, websocket };
  Kind kind = Kind::unix_socket;
  bool isEncrypted = false;  // by TLS
  std::string text;          // as it was given
  std::string path;          // of a Unix socket
  sockaddr_storage ip = {};  // of the others

  const sockaddr* socketAddress() const { return reinterpret_cast<const sockaddr*>(&ip); }
};

/// Takes `unix:PATH`, or `tcp://`, `ws://`, `tls://`, `wss://` and HOST:PORT apart. The host is
/// `localhost` or a numeric address, of loopback where nothing is encrypted. Empty, with what is
/// wrong in `problem`, when it is none of them.
std::optional<Address> parseAddress(std::string_view text, std::string& problem);

}  // namespace krait::sessions
