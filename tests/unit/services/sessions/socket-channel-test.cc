#include "services/sessions/socket-channel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using krait::ChannelState;
using krait::Handle;
using krait::Lane;
using krait::Packet;
using krait::sessions::SocketChannel;

namespace {

Packet packetOf(uint8_t mark) { return Packet::copyOf(std::vector<uint8_t>(16, mark)); }

}  // namespace

TEST_CASE("services/sessions/socket-channel: packets arrive in order, also while one waits") {
  SocketChannel channel([] {});
  channel.deliver(packetOf(1));
  std::thread other([&] {
    for (uint8_t mark = 2; mark < 100; mark++) channel.deliver(packetOf(mark));
  });

  for (uint8_t mark = 1; mark < 100; mark++) {
    Packet packet;
    while (!packet) REQUIRE(channel.receive(packet, -1) == ChannelState::open);
    CHECK(packet.bytes()[0] == mark);
  }
  other.join();
}

TEST_CASE("services/sessions/socket-channel: a wait ends in time, by a signal, and by the end") {
  SocketChannel channel([] {});
  Packet packet;
  CHECK(channel.receive(packet, 5) == ChannelState::open);
  CHECK_FALSE(packet);

  std::thread interrupting([&] { channel.interrupt(); });
  CHECK(channel.receive(packet, -1) == ChannelState::open);
  interrupting.join();

  std::thread dropping([&] { channel.drop(); });
  CHECK(channel.receive(packet, -1) == ChannelState::closed);
  dropping.join();
  CHECK(channel.send(std::vector<uint8_t>(16), Lane::kernel) == ChannelState::closed);
}

TEST_CASE("services/sessions/socket-channel: what came before the end is still received") {
  SocketChannel channel([] {});
  channel.deliver(packetOf(1));
  channel.drop();

  Packet packet;
  CHECK(channel.receive(packet, -1) == ChannelState::open);
  CHECK(packet);
  CHECK(channel.receive(packet, -1) == ChannelState::closed);
}

TEST_CASE("services/sessions/socket-channel: callables come due in order, when nothing runs") {
  SocketChannel channel([] {});
  channel.schedule({1, 1}, 20);
  channel.schedule({2, 1}, 0);
  channel.schedule({3, 1}, 0);
  channel.schedule({4, 1}, -5);

  for (const uint32_t index : {2u, 3u, 4u, 1u}) {
    const auto work = channel.wait();
    CHECK(work.callable.value_or(Handle{}).index == index);
  }
}

TEST_CASE("services/sessions/socket-channel: sent packets stand behind their heads") {
  std::atomic<int> wakes = 0;
  SocketChannel channel([&] { wakes++; });
  CHECK(channel.send(std::vector<uint8_t>(16, 7), Lane::services) == ChannelState::open);

  std::vector<Packet> packets;
  CHECK_FALSE(channel.takeOutgoing(packets));
  REQUIRE(packets.size() == 1);
  CHECK(packets[0].bytes().size() == 24);
  CHECK(packets[0].bytes()[0] == 16);
  CHECK(packets[0].bytes()[4] == 1);
  CHECK(packets[0].bytes()[8] == 7);
  CHECK(wakes == 1);
  channel.close();
  CHECK(channel.takeOutgoing(packets));
}
