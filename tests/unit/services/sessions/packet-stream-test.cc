#include "services/sessions/packet-stream.h"

#include <doctest/doctest.h>

#include <numeric>

using krait::Lane;
using krait::sessions::kHeadBytes;
using krait::sessions::LanePacket;
using krait::sessions::PacketStream;

namespace {

constexpr size_t kMax = 1 << 20;

/// A packet of `byteLength` bytes that count up, behind its head.
std::vector<uint8_t> framed(size_t byteLength, Lane lane = Lane::kernel) {
  std::vector<uint8_t> bytes(kHeadBytes + byteLength);
  krait::sessions::writeHead(bytes.data(), byteLength, lane);
  std::iota(bytes.begin() + kHeadBytes, bytes.end(), uint8_t{0});
  return bytes;
}

std::vector<uint8_t> joined(const std::vector<std::vector<uint8_t>>& parts) {
  std::vector<uint8_t> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

TEST_CASE("services/sessions/packet-stream: packets come out whole, whatever pieces came in") {
  const auto bytes = joined({framed(16), framed(10000, Lane::services), framed(24)});
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{4096}, bytes.size()}) {
    PacketStream stream(kMax);
    std::vector<LanePacket> packets;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      REQUIRE(
          stream.take(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)), packets));
    }

    REQUIRE(packets.size() == 3);
    CHECK(packets[1].lane == Lane::services);
    for (const LanePacket& packet : packets) {
      const auto found = packet.packet.bytes();
      for (size_t i = 0; i < found.size(); i++) REQUIRE(found[i] == static_cast<uint8_t>(i));
    }
    CHECK(packets[0].packet.bytes().size() == 16);
    CHECK(packets[1].packet.bytes().size() == 10000);
    CHECK(packets[2].packet.bytes().size() == 24);
  }
}

TEST_CASE("services/sessions/packet-stream: what is no packet ends the stream for good") {
  const auto withHead = [](uint32_t byteLength, uint32_t lane) {
    std::vector<uint8_t> bytes = framed(16);
    // A lane that does not exist is among what is tested.
    // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
    krait::sessions::writeHead(bytes.data(), byteLength, static_cast<Lane>(lane));
    return bytes;
  };
  const std::string_view http = "GET / HTTP/1.1\r\n\r\n";
  const std::vector<uint8_t> inputs[] = {
      withHead(0, 0),
      withHead(8, 0),
      withHead(17, 0),
      withHead(kMax + 8, 0),
      withHead(0xfffffff8, 0),
      withHead(16, 3),
      {http.begin(), http.end()},
  };
  for (const auto& input : inputs) {
    PacketStream stream(kMax);
    std::vector<LanePacket> packets;

    CHECK_FALSE(stream.take(input, packets));
    CHECK_FALSE(stream.take(framed(16), packets));
    CHECK(packets.empty());
  }
}

TEST_CASE("services/sessions/packet-stream: a length that is only announced takes no memory") {
  std::vector<PacketStream> streams;
  streams.reserve(1000);
  std::vector<LanePacket> packets;
  const auto bytes = framed(size_t{1} << 20);
  // A thousand senders that announce a gibibyte and send a little.
  for (int i = 0; i < 1000; i++) {
    auto& stream = streams.emplace_back(size_t{1} << 30);
    auto head = std::vector<uint8_t>(bytes.begin(), bytes.begin() + 100);
    krait::sessions::writeHead(head.data(), size_t{1} << 30, Lane::kernel);
    REQUIRE(stream.take(head, packets));
  }

  CHECK(packets.empty());
}
