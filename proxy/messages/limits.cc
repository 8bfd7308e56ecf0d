#include "proxy/messages/limits.h"

namespace krait {

namespace {

template <typename T>
T orDefault(T stated, T standard) {
  return stated != 0 ? stated : standard;
}

}  // namespace

Limits limitsFrom(wire::Limits::Reader reader) {
  constexpr Limits kDefault;
  return {
      .maxFrameBytes = orDefault(reader.getMaxFrameBytes(), kDefault.maxFrameBytes),
      .maxInlineBytes = orDefault(reader.getMaxInlineBytes(), kDefault.maxInlineBytes),
      .maxAttachedBytes = orDefault(reader.getMaxAttachedBytes(), kDefault.maxAttachedBytes),
      .maxMessages = orDefault(reader.getMaxMessages(), kDefault.maxMessages),
      .maxNesting = orDefault(reader.getMaxNesting(), kDefault.maxNesting),
      .maxArguments = orDefault(reader.getMaxArguments(), kDefault.maxArguments),
      .maxCalls = orDefault(reader.getMaxCalls(), kDefault.maxCalls),
      .maxAnswers = orDefault(reader.getMaxAnswers(), kDefault.maxAnswers),
      .maxHandles = orDefault(reader.getMaxHandles(), kDefault.maxHandles),
      .maxChainDepth = orDefault(reader.getMaxChainDepth(), kDefault.maxChainDepth),
      .maxStreams = orDefault(reader.getMaxStreams(), kDefault.maxStreams),
      .streamWindowBytes = orDefault(reader.getStreamWindowBytes(), kDefault.streamWindowBytes),
      .maxCallBytes = orDefault(reader.getMaxCallBytes(), kDefault.maxCallBytes),
  };
}

void writeLimits(const Limits& limits, wire::Limits::Builder builder) {
  builder.setMaxFrameBytes(limits.maxFrameBytes);
  builder.setMaxInlineBytes(limits.maxInlineBytes);
  builder.setMaxAttachedBytes(limits.maxAttachedBytes);
  builder.setMaxMessages(limits.maxMessages);
  builder.setMaxNesting(limits.maxNesting);
  builder.setMaxArguments(limits.maxArguments);
  builder.setMaxCalls(limits.maxCalls);
  builder.setMaxAnswers(limits.maxAnswers);
  builder.setMaxHandles(limits.maxHandles);
  builder.setMaxChainDepth(limits.maxChainDepth);
  builder.setMaxStreams(limits.maxStreams);
  builder.setStreamWindowBytes(limits.streamWindowBytes);
  builder.setMaxCallBytes(limits.maxCallBytes);
}

}  // namespace krait
