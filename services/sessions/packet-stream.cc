#include "services/sessions/packet-stream.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace krait::sessions {

static_assert(std::endian::native == std::endian::little);

namespace {

constexpr size_t kFirstRoom = 4096;
constexpr size_t kMinPacketBytes = 16;  // a segment table and a root

}  // namespace

void writeHead(uint8_t* head, size_t byteLength, Lane lane) {
  const uint32_t words[] = {static_cast<uint32_t>(byteLength), static_cast<uint32_t>(lane)};
  std::memcpy(head, words, sizeof words);
}

Packet framed(std::span<const uint8_t> packet, Lane lane) {
  // The analyzer does not see that the deleter frees what `ofSize` took.
  // NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
  Packet whole = Packet::ofSize(kHeadBytes + packet.size());
  if (!whole) return {};
  writeHead(whole.data(), packet.size(), lane);
  std::memcpy(whole.data() + kHeadBytes, packet.data(), packet.size());
  return whole;
}

bool PacketStream::take(std::span<const uint8_t> bytes, std::vector<LanePacket>& packets) {
  while (!bytes.empty() && !isBroken_) {
    if (headBytes_ < kHeadBytes) {
      const size_t count = std::min(bytes.size(), kHeadBytes - headBytes_);
      std::memcpy(head_ + headBytes_, bytes.data(), count);
      headBytes_ += count;
      bytes = bytes.subspan(count);
      if (headBytes_ == kHeadBytes && !readHead()) isBroken_ = true;
      continue;
    }
    const size_t count = std::min(bytes.size(), byteLength_ - filled_);
    if (!grow(filled_ + count)) {
      isBroken_ = true;
      break;
    }
    std::memcpy(buffer_.data() + filled_, bytes.data(), count);
    filled_ += count;
    bytes = bytes.subspan(count);
    if (filled_ < byteLength_) continue;
    packets.push_back({lane_, std::move(buffer_)});
    buffer_ = Packet();
    headBytes_ = room_ = filled_ = 0;
  }
  return !isBroken_;
}

bool PacketStream::readHead() {
  uint32_t words[2];
  std::memcpy(words, head_, sizeof words);
  byteLength_ = words[0];
  lane_ = static_cast<Lane>(words[1]);
  const bool isKnownLane = words[1] <= static_cast<uint32_t>(Lane::link);
  return isKnownLane && byteLength_ >= kMinPacketBytes && byteLength_ <= maxPacketBytes_ &&
         byteLength_ % 8 == 0;
}

/// Room for `wanted` bytes of the packet: twice as much each time, at most all of it.
bool PacketStream::grow(size_t wanted) {
  if (wanted <= room_) return true;
  const size_t room = std::min(std::max({wanted, room_ * 2, kFirstRoom}), byteLength_);
  if (!buffer_.resize(room)) return false;
  room_ = room;
  return true;
}

}  // namespace krait::sessions
