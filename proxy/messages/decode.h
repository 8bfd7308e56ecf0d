#pragma once

#include <span>
#include <vector>

#include "kernel/base/result.h"
#include "proxy/messages/messages.h"

namespace krait {

/// The messages of a packet, in order: the border to Cap'n Proto's reader, which may throw. Fails
/// with `protocol` on anything malformed and with `limit` on what passes `limits`; time and memory
/// are in proportion to the packet whatever it says. The messages point into `packet`, whose bytes
/// are 8-aligned.
Result<std::vector<Message>> decodePacket(std::span<const uint8_t> packet, const Limits& limits);

}  // namespace krait
