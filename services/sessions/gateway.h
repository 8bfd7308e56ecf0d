#pragma once

#include <string>
#include <vector>

namespace krait::sessions {

/// How a client speaks that does not send packets as they are.
struct ClientKind {
  bool isWebSocket = false;
  bool isEncrypted = false;  // by TLS

  bool isPlain() const { return !isWebSocket && !isEncrypted; }
};

/// What the process of the gateway works with.
struct GatewayOptions {
  int control = -1;                  // a socket by which its server hands clients over
  std::vector<std::string> origins;  // of pages that may connect
  int certificate = -1;              // a file with a chain of certificates (PEM); negative: no TLS
  int key = -1;                      // the same with the private key
  std::string libraries;             // a folder where libwebsockets finds its parts; empty: its own
};

/// Joins clients that speak TLS, or WebSocket, with kernels, which see the packets alone. It is a
/// process of its own, so that neither the server nor any kernel reads what nobody has checked, or
/// has the private key. Ends when its server is gone, or does not want it any more, and its last
/// client too. Gives the exit status.
int runGateway(const GatewayOptions& options);

/// Hands a client over to a gateway, with the socket whose other end a kernel has; both are
/// copied. False when the gateway takes none now.
bool passToGateway(int control, ClientKind kind, int client, int kernel);
/// Waits until a gateway that was just started says that it is ready. False when it ended instead.
bool isGatewayReady(int control);

}  // namespace krait::sessions
