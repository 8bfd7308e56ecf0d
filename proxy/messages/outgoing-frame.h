#pragma once

#include <capnp/message.h>

#include <vector>

#include "kernel/values.h"
#include "proxy/messages/limits.h"
#include "proxy/messages/messages.h"
#include "proxy/messages/packet.h"

namespace krait {

/// Builds one packet: what was released so far, then one message.
class OutgoingFrame {
 public:
  /// `limits` are the receiver's. `hasReleases` keeps a place for a Release in front.
  OutgoingFrame(const Limits& limits, bool hasReleases);
  OutgoingFrame(const OutgoingFrame&) = delete;
  OutgoingFrame& operator=(const OutgoingFrame&) = delete;

  wire::Message::Builder message() { return message_; }
  /// Says how many packets of the receiver have come.
  void acknowledge(uint64_t count) { frame_.setAcknowledged(count); }
  bool hasReleases() const { return hasReleases_; }
  capnp::Orphanage orphanage() { return builder_.getOrphanage(); }

  /// Counts bytes that are about to be written into the frame; false when the receiver would not
  /// take so many.
  bool reserve(size_t byteLength);
  /// Whether bytes are too many for the frame and go beside it.
  bool isAttachment(size_t byteLength) const { return byteLength > limits_.maxInlineBytes; }
  /// Takes a copy of bytes to go beside the frame and gives their position; -1 when the receiver
  /// would not take so many.
  int64_t attach(std::span<const uint8_t> bytes);

  /// The packet. `releases` go in front when there is a place for them.
  Packet finish(std::span<const ReleaseMessage::Item> releases);

 private:
  kj::ArrayPtr<const capnp::word> flatten();

  const Limits& limits_;
  const bool hasReleases_;
  capnp::MallocMessageBuilder builder_;
  kj::Own<capnp::MallocMessageBuilder> flat_;  // when the message took more than one segment
  wire::Frame::Builder frame_;
  wire::Message::Builder message_;
  size_t reserved_ = 0;
  uint64_t attachedBytes_ = 0;
  std::vector<std::vector<uint8_t>> attachments_;
};

/// Writes the value that it stands on.
class MessageValueWriter final : public ValueWriter {
 public:
  explicit MessageValueWriter(OutgoingFrame& frame) : frame_(frame) {}
  void stand(wire::Value::Builder value) { value_ = value; }

  void none() override { value_.setNone(); }
  void jsNull() override { value_.setJsNull(); }
  void boolean(bool value) override { value_.setBool(value); }
  void integer(double safeInteger) override { value_.setInt(safeInteger); }
  void number(double value) override { value_.setFloat(value); }
  bool bigInt(std::span<const uint8_t> twosComplement) override;
  bool text(TextView value) override;
  bool blob(std::span<const uint8_t> bytes) override;
  bool graph(std::span<const uint8_t> records) override;
  void yours(Handle handle) override;
  void mine(Handle handle, uint32_t typeFlags) override;

 private:
  OutgoingFrame& frame_;
  wire::Value::Builder value_ = nullptr;
};

}  // namespace krait
