#include "proxy/messages/outgoing-frame.h"

#include <capnp/serialize.h>

namespace krait {

namespace {

/// Most frames fit in it, so that they are one segment at once.
constexpr unsigned kFirstWords = 128;
constexpr size_t kTableBytes = 8;
constexpr size_t kWordBytes = sizeof(capnp::word);
/// What a frame has beside the bytes of its values: its structs and pointers, and the table.
constexpr size_t kFrameBytes = 4096;

constexpr size_t padded(size_t byteLength) {
  return (byteLength + kWordBytes - 1) & ~(kWordBytes - 1);
}

kj::ArrayPtr<const kj::byte> bytesOf(std::span<const uint8_t> bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace

OutgoingFrame::OutgoingFrame(const Limits& limits, bool hasReleases)
    : limits_(limits),
      hasReleases_(hasReleases),
      builder_(kFirstWords),
      frame_(builder_.initRoot<wire::Frame>()),
      message_(frame_.initMessages(hasReleases ? 2 : 1)[hasReleases ? 1 : 0]),
      reserved_(kFrameBytes) {}

bool OutgoingFrame::reserve(size_t byteLength) {
  if (byteLength > limits_.maxFrameBytes || reserved_ + byteLength > limits_.maxFrameBytes) {
    return false;
  }
  reserved_ += byteLength;
  return true;
}

int64_t OutgoingFrame::attach(std::span<const uint8_t> bytes) {
  if (bytes.size() > limits_.maxAttachedBytes - attachedBytes_) return -1;
  attachedBytes_ += bytes.size();
  attachments_.emplace_back(bytes.begin(), bytes.end());
  return static_cast<int64_t>(attachments_.size()) - 1;
}

Packet OutgoingFrame::finish(std::span<const ReleaseMessage::Item> releases) {
  if (hasReleases_) {
    auto list = frame_.getMessages()[0].initRelease(static_cast<unsigned>(releases.size()));
    for (unsigned i = 0; i < list.size(); i++) {
      list[i].setIndex(releases[i].handle.index);
      list[i].setGeneration(releases[i].handle.generation);
      list[i].setCount(releases[i].count);
    }
  }
  size_t byteLength = 0;
  if (!attachments_.empty()) {
    auto lengths = frame_.initAttachments(static_cast<unsigned>(attachments_.size()));
    for (unsigned i = 0; i < lengths.size(); i++) {
      lengths.set(i, static_cast<uint32_t>(attachments_[i].size()));
      byteLength += padded(attachments_[i].size());
    }
  }
  const auto words = flatten();
  byteLength += kTableBytes + words.size() * kWordBytes;
  auto* bytes = static_cast<uint8_t*>(std::malloc(byteLength));
  if (bytes == nullptr) return {};
  Packet packet(bytes, byteLength);

  const uint32_t table[] = {0, static_cast<uint32_t>(words.size())};
  std::memcpy(bytes, table, sizeof table);
  std::memcpy(bytes + kTableBytes, words.begin(), words.size() * kWordBytes);
  bytes += kTableBytes + words.size() * kWordBytes;
  for (const auto& attachment : attachments_) {
    std::memcpy(bytes, attachment.data(), attachment.size());
    std::memset(bytes + attachment.size(), 0, padded(attachment.size()) - attachment.size());
    bytes += padded(attachment.size());
  }
  return packet;
}

/// The one segment of the message; a message that grew over several is copied into one.
kj::ArrayPtr<const capnp::word> OutgoingFrame::flatten() {
  auto segments = builder_.getSegmentsForOutput();
  if (segments.size() == 1) return segments[0];
  size_t words = 1;
  for (const auto& segment : segments) words += segment.size();
  flat_ = kj::heap<capnp::MallocMessageBuilder>(static_cast<unsigned>(words));
  flat_->setRoot(frame_.asReader());
  return flat_->getSegmentsForOutput()[0];
}

bool MessageValueWriter::bigInt(std::span<const uint8_t> twosComplement) {
  if (!frame_.reserve(padded(twosComplement.size()))) return false;
  value_.setBigInt(bytesOf(twosComplement));
  return true;
}

bool MessageValueWriter::text(TextView value) {
  const std::span bytes(static_cast<const uint8_t*>(value.data), value.byteLength);
  if (frame_.isAttachment(bytes.size())) {
    const int64_t position = frame_.attach(bytes);
    if (position < 0) return false;
    auto text = value_.initAttachedText();
    text.setAttachedEncoding(value.encoding);
    text.setAttachment(static_cast<uint32_t>(position));
    return true;
  }
  if (!frame_.reserve(padded(bytes.size()))) return false;
  auto text = value_.initText();
  text.setEncoding(value.encoding);
  text.setBytes(bytesOf(bytes));
  return true;
}

bool MessageValueWriter::blob(std::span<const uint8_t> bytes) {
  if (frame_.isAttachment(bytes.size())) {
    const int64_t position = frame_.attach(bytes);
    if (position >= 0) value_.setAttachedBlob(static_cast<uint32_t>(position));
    return position >= 0;
  }
  if (!frame_.reserve(padded(bytes.size()))) return false;
  value_.setBlob(bytesOf(bytes));
  return true;
}

bool MessageValueWriter::graph(std::span<const uint8_t> records) {
  if (frame_.isAttachment(records.size())) {
    const int64_t position = frame_.attach(records);
    if (position >= 0) value_.setAttachedGraph(static_cast<uint32_t>(position));
    return position >= 0;
  }
  if (!frame_.reserve(padded(records.size()))) return false;
  value_.setGraph(bytesOf(records));
  return true;
}

void MessageValueWriter::yours(Handle handle) {
  auto yours = value_.initYours();
  yours.setIndex(handle.index);
  yours.setGeneration(handle.generation);
}

void MessageValueWriter::mine(Handle handle, uint32_t typeFlags) {
  auto mine = value_.initMine();
  mine.setIndex(handle.index);
  mine.setGeneration(handle.generation);
  mine.setFlags(typeFlags);
}

}  // namespace krait
