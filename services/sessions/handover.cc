#include "services/sessions/handover.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "proxy/messages/decode.h"
#include "services/sessions/descriptor-passing.h"
#include "services/sessions/packet-stream.h"

namespace krait::sessions {

namespace {

constexpr std::chrono::seconds kGreetingTime(15);
constexpr std::chrono::milliseconds kLook(2);

/// The greeting in the bytes that a client has sent so far, as far as it is whole.
std::optional<SessionName> nameIn(std::span<const uint8_t> bytes, bool& isWhole) {
  PacketStream stream(kMaxGreetingBytes);
  std::vector<LanePacket> packets;
  const bool isGood = stream.take(bytes, packets);
  isWhole = !isGood || !packets.empty() || bytes.size() == kMaxGreetingBytes;
  if (packets.empty()) return std::nullopt;
  const auto hello = helloIn(packets.front().packet, Limits());
  SessionName name{};
  if (!hello || !hello->resume || hello->resume->session.size() != name.size()) {
    return std::nullopt;
  }
  std::ranges::copy(hello->resume->session, name.begin());
  return name;
}

}  // namespace

std::optional<HelloMessage> helloIn(const Packet& packet, const Limits& limits) {
  auto messages = decodePacket(packet.bytes(), limits);
  if (!messages || messages->empty()) return std::nullopt;
  const auto* hello = std::get_if<HelloMessage>(&messages->front());
  return hello == nullptr ? std::nullopt : std::optional(*hello);
}

std::optional<HandedOver> takeClient(int control, bool isWanted) {
  char kind = 0;
  HandedOver client;
  receiveWithDescriptors(control, std::as_writable_bytes(std::span(&kind, 1)),
                         {&client.descriptor, 1}, isWanted ? 0 : MSG_DONTWAIT);
  if (client.descriptor < 0) return std::nullopt;
  client.mayReturn = kind == kReturningClient;
  return client;
}

void tell(int control, const News& news, int descriptor) {
  const size_t count = descriptor < 0 ? 0 : 1;
  sendWithDescriptors(control, std::as_bytes(std::span(&news, 1)), {&descriptor, count});
}

bool isPassedOn(int control) {
  char answer = kUnknown;
  ssize_t count = -1;
  do {
    count = read(control, &answer, 1);
  } while (count < 0 && errno == EINTR);
  return count == 1 && answer == kPassedOn;
}

std::optional<SessionName> wantedSession(int client) {
  std::vector<uint8_t> bytes(kMaxGreetingBytes);
  const auto end = std::chrono::steady_clock::now() + kGreetingTime;
  pollfd waiting{.fd = client, .events = POLLIN, .revents = 0};
  while (std::chrono::steady_clock::now() < end) {
    constexpr int kPollMs = 1000;
    if (poll(&waiting, 1, kPollMs) == 0) continue;
    const ssize_t count = recv(client, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    if (count <= 0) return std::nullopt;
    bool isWhole = false;
    auto name = nameIn(std::span(bytes).first(static_cast<size_t>(count)), isWhole);
    if (isWhole) return name;
    // What has come stays there, so that a wait would end at once.
    std::this_thread::sleep_for(kLook);
  }
  return std::nullopt;
}

}  // namespace krait::sessions
