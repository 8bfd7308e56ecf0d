#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "proxy/messages/limits.h"

namespace krait::sessions {

class OutputPipes;
class SocketChannel;

/// A packet that carries output, in memory that is there before it is needed, since a process that
/// crashes can get none.
class OutputTemplate {
 public:
  static constexpr uint32_t kBytes = 4096;  // of output, at most

  /// Empty when memory is short.
  static std::optional<OutputTemplate> make(const Limits& limits, int descriptor);

  /// Where the output goes, `kBytes` of them.
  uint8_t* output() { return packet_.data() + packet_.size() - kBytes; }
  /// The packet, behind its head, with so many bytes of output.
  std::span<const uint8_t> packet(uint32_t byteLength);

 private:
  std::vector<uint8_t> packet_;
  size_t lengthAt_ = 0;  // the word with the number of bytes
};

/// Has a signal that ends the process for a fault send the client first what was written and not
/// passed on. Once a process; the two must live as long as it. Only what has handlers of its own
/// for such signals is left alone.
void sendLastWords(const Limits& limits, OutputPipes& pipes, SocketChannel& channel);
/// In a process that was forked off: what its parent has written is none of its business.
void forgetLastWords();

}  // namespace krait::sessions
