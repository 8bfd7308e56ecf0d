#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "proxy/messages/messages.h"
#include "proxy/messages/packet.h"

namespace krait::sessions {

/// What names a session; no secret.
using SessionName = std::array<uint8_t, 16>;

/// A client on its way from the server to a kernel process.
struct HandedOver {
  int descriptor = -1;     // of its stream socket
  bool mayReturn = false;  // when its connection is lost
};

/// The byte that goes over with the descriptor.
constexpr char kPassingClient = 'p';
constexpr char kReturningClient = 'r';

/// What a kernel process tells its server: first its name, then, once, what its client wants, and
/// from then on only whether its client is lost. All but `elsewhere` have the kernel's own name.
struct News {
  enum class Kind : char {
    name = 'n',
    begun = 'b',      // the client has a session here
    elsewhere = 'e',  // the client, which goes with it, has had another session, which it names
    lost = 'l',
    found = 'f',
  };
  Kind kind = Kind::name;
  SessionName session = {};
};
static_assert(sizeof(News) == 1 + sizeof(SessionName));

/// The server's answer to `elsewhere`: the client is with its session, or there is none.
constexpr char kPassedOn = 'p';
constexpr char kUnknown = 'u';

/// Takes the next client from the Unix socket `control`. Empty when the server is gone, or where
/// `isWanted` is false and none has come.
std::optional<HandedOver> takeClient(int control, bool isWanted);
/// Tells the server; it does not wait for a server that does not listen.
/// @param descriptor goes along, or is negative
void tell(int control, const News& news, int descriptor = -1);
/// Whether the client of `elsewhere` is with its session now.
bool isPassedOn(int control);
/// No greeting is longer.
constexpr size_t kMaxGreetingBytes = 16384;
/// The greeting that a packet is; views in it live as long as the packet's bytes.
std::optional<HelloMessage> helloIn(const Packet& packet, const Limits& limits);
/// The session that a client wants back, from what it says first, which stays unread. Empty when it
/// wants a new one, or says nothing of that kind for some seconds.
std::optional<SessionName> wantedSession(int client);

}  // namespace krait::sessions
