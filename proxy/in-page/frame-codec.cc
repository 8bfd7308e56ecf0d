#include "proxy/in-page/frame-codec.h"

#include <cstring>

namespace krait {

namespace {

bool pointsToBytes(wire::ValueTag tag) {
  return tag == wire::ValueTag::BIG_INT || tag == wire::ValueTag::TEXT ||
         tag == wire::ValueTag::BLOB || tag == wire::ValueTag::GRAPH;
}

/// `hi` of a text slot is its encoding. UTF-16 comes in whole units, at addresses that can be read
/// as such.
bool isSoundText(const Slot& slot) {
  if (slot.hi == static_cast<uint32_t>(wire::TextEncoding::UTF16)) {
    return slot.aux % 2 == 0 && slot.lo % 2 == 0;
  }
  return slot.hi < static_cast<uint32_t>(wire::TextEncoding::UTF16);
}

}  // namespace

void SlotReader::stand(const Slot& slot) {
  slot_ = slot;
  tag_ = isSound() ? static_cast<wire::ValueTag>(slot.tag) : kMalformed;
}

bool SlotReader::isSound() const {
  if (slot_.tag > static_cast<uint32_t>(wire::ValueTag::ABSENT)) return false;
  const auto tag = static_cast<wire::ValueTag>(slot_.tag);
  if (!pointsToBytes(tag)) return true;
  if (tag == wire::ValueTag::TEXT && !isSoundText(slot_)) return false;
  return slot_.aux == 0 || memory_.holds(slot_.lo, slot_.aux);
}

std::span<const uint8_t> SlotReader::bytes() const {
  if (slot_.aux == 0) return {};
  return {memory_.at(slot_.lo), slot_.aux};
}

TextView SlotReader::text() const {
  return {static_cast<wire::TextEncoding>(slot_.hi), bytes().data(), slot_.aux};
}

const ValueReader& FrameReader::at(uint32_t position) const {
  reader_.stand(position < count_ ? stack_.load(frame_, position)
                                  : Slot::of(wire::ValueTag::ABSENT));
  return reader_;
}

void SlotWriter::stand(uint32_t frame, uint32_t position) {
  frame_ = frame;
  position_ = position;
}

void SlotWriter::integer(double safeInteger) {
  store(Slot::ofNumber(wire::ValueTag::INT, safeInteger));
}

void SlotWriter::number(double value) { store(Slot::ofNumber(wire::ValueTag::FLOAT, value)); }

bool SlotWriter::bigInt(std::span<const uint8_t> twosComplement) {
  return storeBytes(wire::ValueTag::BIG_INT, twosComplement);
}

bool SlotWriter::text(TextView value) {
  const std::span bytes(static_cast<const uint8_t*>(value.data), value.byteLength);
  return storeBytes(wire::ValueTag::TEXT, bytes, static_cast<uint32_t>(value.encoding));
}

bool SlotWriter::blob(std::span<const uint8_t> bytes) {
  return storeBytes(wire::ValueTag::BLOB, bytes);
}

bool SlotWriter::graph(std::span<const uint8_t> records) {
  return storeBytes(wire::ValueTag::GRAPH, records);
}

void SlotWriter::yours(Handle handle) {
  store(Slot::of(wire::ValueTag::YOURS, 0, handle.index, handle.generation));
}

void SlotWriter::mine(Handle handle, uint32_t typeFlags) {
  store(Slot::of(wire::ValueTag::MINE, typeFlags, handle.index, handle.generation));
}

bool SlotWriter::graphInPlace(std::span<const uint8_t> records) {
  const uint32_t address = stack_.memory().addressOf(records.data());
  if (address == 0 || records.size() > UINT32_MAX) return graph(records);
  store(Slot::of(wire::ValueTag::GRAPH, static_cast<uint32_t>(records.size()), address));
  return true;
}

bool SlotWriter::storeBytes(wire::ValueTag tag, std::span<const uint8_t> bytes, uint32_t hi) {
  if (bytes.size() > UINT32_MAX) return false;
  const auto byteLength = static_cast<uint32_t>(bytes.size());
  uint32_t address = 0;
  if (byteLength > 0) {
    if (byteLength <= kMaxStackBytes) address = stack_.push(byteLength);
    if (address == 0) address = spilled_.allocate(byteLength);
    if (address == 0) return false;
    std::memcpy(stack_.memory().at(address), bytes.data(), byteLength);
  }
  store(Slot::of(tag, byteLength, address, hi));
  return true;
}

SlotWriter* FrameWriter::next() {
  if (written_ == capacity_) return nullptr;
  writer_.stand(frame_, written_++);
  return &writer_;
}

}  // namespace krait
