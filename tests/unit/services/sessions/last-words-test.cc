#include "services/sessions/last-words.h"

#include <capnp/serialize.h>
#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "services/sessions/packet-stream.h"

using krait::Limits;
using krait::sessions::LanePacket;
using krait::sessions::OutputTemplate;
using krait::sessions::PacketStream;

namespace {

/// The output in the packet of a template, as whoever receives it reads it.
std::string outputIn(std::span<const uint8_t> packet, int descriptor) {
  PacketStream stream(Limits().maxFrameBytes);
  std::vector<LanePacket> packets;
  if (!stream.take(packet, packets) || packets.size() != 1) return "no packet";
  const auto bytes = packets.front().packet.bytes();
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.data(), bytes.data(), bytes.size());
  capnp::FlatArrayMessageReader reader({words.data(), words.size()});
  const auto messages = reader.getRoot<krait::wire::Frame>().getMessages();
  const auto output = messages[0].getEvent().getOutput();
  if (output.getDescriptor() != descriptor) return "another descriptor";
  return {output.getData().asChars().begin(), output.getData().size()};
}

}  // namespace

TEST_CASE("a template carries as much output as there is, again and again") {
  for (const int descriptor : {1, 2}) {
    auto words = OutputTemplate::make(Limits(), descriptor);
    REQUIRE(words.has_value());
    if (!words) return;
    for (const std::string& text : {std::string("last words"), std::string(), std::string("again"),
                                    std::string(OutputTemplate::kBytes, 'x')}) {
      std::memcpy(words->output(), text.data(), text.size());
      CHECK(outputIn(words->packet(static_cast<uint32_t>(text.size())), descriptor) == text);
    }
  }
}
