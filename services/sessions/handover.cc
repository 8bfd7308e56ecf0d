#include "services/sessions/handover.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace krait::sessions {

std::optional<HandedOver> awaitClient(int control) {
  char kind = 0;
  iovec data{.iov_base = &kind, .iov_len = 1};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = static_cast<char*>(space);
  message.msg_controllen = sizeof space;
  ssize_t count = -1;
  do {
    count = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  const cmsghdr* const header = count == 1 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return std::nullopt;
  HandedOver client{.isWebSocket = kind == kWebSocketClient};
  std::memcpy(&client.descriptor, CMSG_DATA(header), sizeof client.descriptor);
  return client;
}

}  // namespace krait::sessions
