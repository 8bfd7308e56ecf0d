#include "services/sessions/sent-packets.h"

#include <doctest/doctest.h>

using krait::Packet;
using krait::sessions::SentPackets;

namespace {

/// Adds a packet of so many bytes, each of which is `byte`.
void add(SentPackets& sent, size_t byteLength, uint8_t byte) {
  const std::vector<uint8_t> bytes(byteLength, byte);
  sent.add(bytes);
}

/// The first byte of each packet after the first `count`; empty when they are not all there.
std::vector<uint8_t> firstBytes(const SentPackets& sent, uint64_t count) {
  const auto packets = sent.since(count);
  std::vector<uint8_t> bytes;
  if (!packets) {
    FAIL("not all of them are there");
    return bytes;
  }
  for (const Packet& packet : *packets) bytes.push_back(packet.bytes()[0]);
  return bytes;
}

}  // namespace

TEST_CASE("what the other side lacks is there, in order") {
  SentPackets sent(100);
  for (uint8_t i = 1; i <= 4; i++) add(sent, 8, i);

  CHECK(sent.count() == 4);
  CHECK(firstBytes(sent, 0) == std::vector<uint8_t>{1, 2, 3, 4});
  CHECK(firstBytes(sent, 3) == std::vector<uint8_t>{4});
  CHECK(firstBytes(sent, 4).empty());
  CHECK_FALSE(sent.since(5));

  sent.acknowledge(2);
  CHECK_FALSE(sent.since(1));
  CHECK(firstBytes(sent, 2) == std::vector<uint8_t>{3, 4});
  sent.acknowledge(1);  // old news
  sent.acknowledge(9);  // a false claim
  CHECK(firstBytes(sent, 2) == std::vector<uint8_t>{3, 4});
}

TEST_CASE("no more is kept than fits, the last packets first") {
  SentPackets sent(20);
  for (uint8_t i = 1; i <= 3; i++) add(sent, 8, i);
  CHECK_FALSE(sent.since(0));
  CHECK(firstBytes(sent, 1) == std::vector<uint8_t>{2, 3});

  add(sent, 21, 4);  // never fits, and so nothing from before it can be sent again
  CHECK_FALSE(sent.since(3));
  CHECK(firstBytes(sent, 4).empty());
  add(sent, 20, 5);
  CHECK(firstBytes(sent, 4) == std::vector<uint8_t>{5});
}
