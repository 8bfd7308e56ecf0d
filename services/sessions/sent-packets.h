#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "proxy/messages/packet.h"

namespace krait::sessions {

/// The packets of one direction that the other side may not have yet, so that they can be sent
/// again when the connection that they went over was lost. Keeps the last of them, as many as fit.
class SentPackets {
 public:
  explicit SentPackets(size_t maxBytes) : maxBytes_(maxBytes) {}

  /// Counts a packet, and keeps a copy.
  void add(std::span<const uint8_t> packet);
  /// The other side has the first `count`. One that claims more than there were is not believed.
  void acknowledge(uint64_t count);
  /// Copies of what follows the first `count`. Empty when not all of it is kept, or there was none
  /// such.
  std::optional<std::vector<Packet>> since(uint64_t count) const;
  /// How many there were.
  uint64_t count() const { return count_; }

 private:
  void forgetFirst();

  const size_t maxBytes_;
  uint64_t count_ = 0;
  std::deque<Packet> kept_;  // the last of them
  size_t keptBytes_ = 0;
};

}  // namespace krait::sessions
