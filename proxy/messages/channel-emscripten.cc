#include "proxy/messages/channel-emscripten.h"

#include "proxy/messages/imports.h"

namespace krait {

namespace {

ChannelState stateOf(uint32_t number) {
  const bool isKnown = number <= static_cast<uint32_t>(ChannelState::noWait);
  return isKnown ? static_cast<ChannelState>(number) : ChannelState::closed;
}

}  // namespace

ChannelState EmscriptenChannel::send(std::span<const uint8_t> packet, Lane lane) {
  return stateOf(krait_channel_send(packet.data(), static_cast<uint32_t>(packet.size()),
                                    static_cast<uint32_t>(lane)));
}

ChannelState EmscriptenChannel::receive(Packet& packet, double timeoutMs) {
  uint32_t word = 0;
  void* bytes = krait_channel_receive(&word, timeoutMs);
  if (bytes == nullptr) return stateOf(word);
  packet = Packet(bytes, word);
  return ChannelState::open;
}

void EmscriptenChannel::schedule(Handle callable, double delayMs) {
  krait_channel_schedule(callable.index, callable.generation, delayMs);
}

void EmscriptenChannel::close() { krait_channel_close(); }

}  // namespace krait
