#include "services/sessions/handover.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "proxy/messages/decode.h"
#include "services/sessions/packet-stream.h"

namespace krait::sessions {

namespace {

/// No greeting is longer.
constexpr size_t kMaxGreetingBytes = 16384;
constexpr std::chrono::seconds kGreetingTime(15);
constexpr std::chrono::milliseconds kLook(2);

/// The greeting in the bytes that a client has sent so far, as far as it is whole.
std::optional<SessionName> nameIn(std::span<const uint8_t> bytes, bool& isWhole) {
  PacketStream stream(kMaxGreetingBytes);
  std::vector<LanePacket> packets;
  const bool isGood = stream.take(bytes, packets);
  isWhole = !isGood || !packets.empty() || bytes.size() == kMaxGreetingBytes;
  if (packets.empty()) return std::nullopt;
  auto messages = decodePacket(packets.front().packet.bytes(), Limits());
  const auto* hello =
      messages && !messages->empty() ? std::get_if<HelloMessage>(&messages->front()) : nullptr;
  SessionName name{};
  if (hello == nullptr || !hello->resume || hello->resume->session.size() != name.size()) {
    return std::nullopt;
  }
  std::ranges::copy(hello->resume->session, name.begin());
  return name;
}

}  // namespace

std::optional<HandedOver> takeClient(int control, bool isWanted) {
  char kind = 0;
  iovec data{.iov_base = &kind, .iov_len = 1};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = static_cast<char*>(space);
  message.msg_controllen = sizeof space;
  ssize_t count = -1;
  do {
    count = recvmsg(control, &message, MSG_CMSG_CLOEXEC | (isWanted ? 0 : MSG_DONTWAIT));
  } while (count < 0 && errno == EINTR);
  const cmsghdr* const header = count == 1 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return std::nullopt;
  HandedOver client{.mayReturn = kind == kReturningClient};
  std::memcpy(&client.descriptor, CMSG_DATA(header), sizeof client.descriptor);
  return client;
}

void tell(int control, const News& news, int descriptor) {
  News copy = news;
  iovec data{.iov_base = &copy, .iov_len = sizeof copy};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = static_cast<char*>(space);
    message.msg_controllen = sizeof space;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  [[maybe_unused]] const ssize_t sent = sendmsg(control, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
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
