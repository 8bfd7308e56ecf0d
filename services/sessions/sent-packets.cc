#include "services/sessions/sent-packets.h"

namespace krait::sessions {

void SentPackets::add(std::span<const uint8_t> packet) {
  count_++;
  Packet copy = packet.size() <= maxBytes_ ? Packet::copyOf(packet) : Packet();
  // Without it nothing from before is of use either.
  while (!kept_.empty() && (!copy || keptBytes_ + packet.size() > maxBytes_)) forgetFirst();
  if (!copy) return;
  keptBytes_ += packet.size();
  kept_.push_back(std::move(copy));
}

void SentPackets::acknowledge(uint64_t count) {
  if (count > count_) return;
  while (kept_.size() > count_ - count) forgetFirst();
}

std::optional<std::vector<Packet>> SentPackets::since(uint64_t count) const {
  if (count > count_ || count_ - count > kept_.size()) return std::nullopt;
  std::vector<Packet> packets;
  const auto first = kept_.end() - static_cast<ptrdiff_t>(count_ - count);
  for (auto kept = first; kept != kept_.end(); ++kept) {
    packets.push_back(Packet::copyOf(kept->bytes()));
    if (!packets.back()) return std::nullopt;
  }
  return packets;
}

void SentPackets::forgetFirst() {
  keptBytes_ -= kept_.front().bytes().size();
  kept_.pop_front();
}

}  // namespace krait::sessions
