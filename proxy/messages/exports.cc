#include "proxy/messages/exports.h"

#include "proxy/in-page/kernel.h"
#include "proxy/messages/channel-emscripten.h"
#include "proxy/messages/message-client.h"

namespace {

/// The far end of the module's kernel: it shares everything with the in-page one but who the client
/// is.
struct ServedKernel {
  explicit ServedKernel(krait::KernelParts& parts)
      : session(parts, channel, {.python = Py_GetVersion()}), client(session, parts) {
    parts.objects.connect(client, parts.lastError);
  }

  krait::EmscriptenChannel channel;
  krait::Session session;
  krait::MessageClient client;
};

/// Null until `krait_serve_channel`. It lives as long as the module.
ServedKernel* served = nullptr;

}  // namespace

extern "C" {

[[gnu::used, gnu::visibility("default")]] void krait_serve_channel() {
  if (served == nullptr) served = new ServedKernel(krait::theKernel().parts());
}

[[gnu::used, gnu::visibility("default")]] uint32_t krait_receive(void* packet,
                                                                 uint32_t byteLength) {
  krait::Packet owned(packet, byteLength);
  if (served == nullptr) return static_cast<uint32_t>(krait::ChannelState::closed);
  served->session.receive(std::move(owned));
  const bool isClosed = served->session.link().isClosed();
  return static_cast<uint32_t>(isClosed ? krait::ChannelState::closed : krait::ChannelState::open);
}

[[gnu::used, gnu::visibility("default")]] void krait_run_scheduled(uint32_t index,
                                                                   uint32_t generation) {
  if (served != nullptr) served->session.runScheduled({index, generation});
}

}  // extern "C"
