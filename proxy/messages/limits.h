#pragma once

#include <cstdint>

#include "proxy/protocol.capnp.h"

namespace krait {

/// What one side takes (protocol.capnp, Limits): the defaults, unless the side said otherwise.
struct Limits {
  uint32_t maxFrameBytes = 16u << 20;
  uint32_t maxInlineBytes = 64u << 10;
  uint32_t maxAttachedBytes = 1u << 30;
  uint32_t maxMessages = 1024;
  uint16_t maxNesting = 32;
  uint32_t maxArguments = 65536;
  uint32_t maxCalls = 1024;
  uint32_t maxAnswers = 1024;
  uint32_t maxHandles = 1u << 20;
  uint16_t maxChainDepth = 128;
  uint16_t maxStreams = 256;
  uint32_t streamWindowBytes = 256u << 10;
  uint32_t maxCallBytes = 64u << 20;
};

/// What the other side stated; 0 is the default. May throw as Cap'n Proto does.
Limits limitsFrom(wire::Limits::Reader reader);
void writeLimits(const Limits& limits, wire::Limits::Builder builder);

}  // namespace krait
