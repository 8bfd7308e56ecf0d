#pragma once

#include "proxy/messages/channel.h"

namespace krait {

/// The channel of a kernel in a worker: JavaScript moves the packets (imports.h).
class EmscriptenChannel final : public Channel {
 public:
  ChannelState send(std::span<const uint8_t> packet, Lane lane) override;
  ChannelState receive(Packet& packet, double timeoutMs) override;
  void schedule(Handle callable, double delayMs) override;
  void close() override;
};

}  // namespace krait
