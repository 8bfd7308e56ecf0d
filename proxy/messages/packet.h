#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

namespace krait {

/// The bytes of one packet: a message with its segment table, then the attachments
/// (ARCHITECTURE.md, "Messages"). Owned, and aligned as `malloc` does, since messages are read in
/// place. Empty after a move.
class Packet {
 public:
  Packet() = default;
  /// Takes over `byteLength` bytes that `malloc` or `posix_memalign` gave.
  Packet(void* bytes, size_t byteLength)
      : bytes_(static_cast<uint8_t*>(bytes)), byteLength_(byteLength) {}

  /// Bytes that are to be written; empty when memory is short.
  static Packet ofSize(size_t byteLength) {
    void* bytes = std::malloc(byteLength == 0 ? 1 : byteLength);
    return bytes != nullptr ? Packet(bytes, byteLength) : Packet();
  }
  /// A copy of the bytes; empty when memory is short.
  static Packet copyOf(std::span<const uint8_t> bytes) {
    // The analyzer does not see that the deleter frees what `ofSize` took.
    Packet copy = ofSize(bytes.size());  // NOLINT(clang-analyzer-unix.Malloc)
    if (copy && !bytes.empty()) std::memcpy(copy.data(), bytes.data(), bytes.size());
    return copy;
  }

  uint8_t* data() { return bytes_.get(); }
  /// Keeps the bytes as far as they fit in the new length. False when memory is short: then nothing
  /// has changed.
  [[nodiscard]] bool resize(size_t byteLength) {
    void* bytes = std::realloc(bytes_.get(), byteLength == 0 ? 1 : byteLength);
    if (bytes == nullptr) return false;
    [[maybe_unused]] const uint8_t* moved = bytes_.release();  // gone with `realloc`
    bytes_.reset(static_cast<uint8_t*>(bytes));
    byteLength_ = byteLength;
    return true;
  }

  std::span<const uint8_t> bytes() const { return {bytes_.get(), byteLength_}; }
  explicit operator bool() const { return bytes_ != nullptr; }

 private:
  struct Free {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };

  std::unique_ptr<uint8_t, Free> bytes_;
  size_t byteLength_ = 0;
};

}  // namespace krait
