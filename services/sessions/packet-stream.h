#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "proxy/messages/channel.h"

namespace krait::sessions {

/// A packet as it came from a byte channel.
struct LanePacket {
  Lane lane = Lane::kernel;
  Packet packet;
};

/// What stands in front of each packet: its byte length and its lane, two little-endian words.
constexpr size_t kHeadBytes = 8;

void writeHead(uint8_t* head, size_t byteLength, Lane lane);
/// A copy of a packet behind its head; empty when memory is short.
Packet framed(std::span<const uint8_t> packet, Lane lane);

/// Cuts a stream of bytes into packets, whatever pieces it comes in. Takes no more memory than the
/// packet that is under way, and that only as its bytes arrive, so that a false length costs its
/// sender the bytes.
class PacketStream {
 public:
  explicit PacketStream(size_t maxPacketBytes) : maxPacketBytes_(maxPacketBytes) {}

  /// Takes the next bytes and adds the packets that they complete. False when the stream is none of
  /// packets: a length beyond the limit or no multiple of 8, an unknown lane, no memory. Nothing is
  /// taken afterwards.
  [[nodiscard]] bool take(std::span<const uint8_t> bytes, std::vector<LanePacket>& packets);

 private:
  bool readHead();
  bool grow(size_t wanted);

  size_t maxPacketBytes_;
  uint8_t head_[kHeadBytes] = {};
  size_t headBytes_ = 0;
  Lane lane_ = Lane::kernel;
  size_t byteLength_ = 0;
  Packet buffer_;  // room for the packet, as far as it has come
  size_t room_ = 0;
  size_t filled_ = 0;
  bool isBroken_ = false;
};

}  // namespace krait::sessions
