#include "services/sessions/last-words.h"

#include <signal.h>
#include <unistd.h>

#include <bit>
#include <cstring>

#include "proxy/messages/outgoing-frame.h"
#include "services/sessions/output-pipes.h"
#include "services/sessions/packet-stream.h"
#include "services/sessions/socket-channel.h"

namespace krait::sessions {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::array<int, 5> kFaults = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
/// Upper half of a Cap'n Proto pointer to a list of bytes: how many there are, and that they are
/// bytes.
constexpr uint32_t listOfBytes(uint32_t count) { return count << 3 | 2; }

struct Speaker {
  OutputPipes* pipes;
  SocketChannel* channel;
  std::array<OutputTemplate, OutputPipes::kPipes> templates;
};
Speaker* speaker = nullptr;

/// In a handler: no memory is taken, nothing waited for.
void speak(int signal) {
  if (speaker != nullptr) speaker->pipes->stop();
  for (size_t i = 0; speaker != nullptr && i < OutputPipes::kPipes; i++) {
    OutputTemplate& words = speaker->templates[i];
    for (;;) {
      const ssize_t count =
          read(speaker->pipes->readEnd(i), words.output(), OutputTemplate::kBytes);
      if (count <= 0) break;
      speaker->channel->sendLast(words.packet(static_cast<uint32_t>(count)));
    }
  }
  raise(signal);  // it has no handler any more
}

}  // namespace

std::optional<OutputTemplate> OutputTemplate::make(const Limits& limits, int descriptor) {
  OutgoingFrame frame(limits, false);
  auto output = frame.message().initEvent().initOutput();
  output.setDescriptor(static_cast<uint8_t>(descriptor));
  output.initData(kBytes);
  const Packet packet = frame.finish({});
  if (!packet) return std::nullopt;
  const Packet whole = framed(packet.bytes(), Lane::kernel);
  if (!whole) return std::nullopt;
  OutputTemplate made;
  made.packet_.assign(whole.bytes().begin(), whole.bytes().end());
  // The one pointer to that many bytes; what it points to was written last.
  const size_t end = made.packet_.size() - kBytes;
  for (size_t at = kHeadBytes; at + sizeof(uint64_t) <= end; at += sizeof(uint64_t)) {
    uint32_t upper = 0;
    std::memcpy(&upper, made.packet_.data() + at + sizeof upper, sizeof upper);
    if (upper == listOfBytes(kBytes)) made.lengthAt_ = at + sizeof upper;
  }
  if (made.lengthAt_ == 0) return std::nullopt;
  return made;
}

std::span<const uint8_t> OutputTemplate::packet(uint32_t byteLength) {
  const uint32_t upper = listOfBytes(byteLength);
  std::memcpy(packet_.data() + lengthAt_, &upper, sizeof upper);
  return packet_;
}

void sendLastWords(const Limits& limits, OutputPipes& pipes, SocketChannel& channel) {
  auto out = OutputTemplate::make(limits, STDOUT_FILENO);
  auto err = OutputTemplate::make(limits, STDERR_FILENO);
  if (!out || !err || speaker != nullptr) return;
  speaker = new Speaker{&pipes, &channel, {*std::move(out), *std::move(err)}};
  // Where the stack is full there is another.
  constexpr size_t kStackBytes = 65536;
  static std::array<uint8_t, kStackBytes> stack;
  stack_t other{};
  other.ss_sp = stack.data();
  other.ss_size = stack.size();
  sigaltstack(&other, nullptr);
  struct sigaction action{};
  action.sa_handler = speak;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
  for (const int fault : kFaults) {
    struct sigaction before{};
    sigaction(fault, nullptr, &before);
    if (before.sa_handler == SIG_DFL) sigaction(fault, &action, nullptr);
  }
}

void forgetLastWords() { speaker = nullptr; }

}  // namespace krait::sessions
