#pragma once

#include <optional>

namespace krait::sessions {

/// A client on its way from the server to a kernel process.
struct HandedOver {
  int descriptor = -1;  // of its stream socket
  bool isWebSocket = false;
};

/// The byte that goes over with the descriptor.
constexpr char kPlainClient = 's';
constexpr char kWebSocketClient = 'w';

/// Waits at the Unix socket `control` for a client. Empty when the server is gone.
std::optional<HandedOver> awaitClient(int control);

}  // namespace krait::sessions
