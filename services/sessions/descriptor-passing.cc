#include "services/sessions/descriptor-passing.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace krait::sessions {

bool sendWithDescriptors(int socket, std::span<const std::byte> bytes,
                         std::span<const int> descriptors) {
  iovec data{.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> space{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    message.msg_control = space.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  }
  return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

ssize_t receiveWithDescriptors(int socket, std::span<std::byte> bytes, std::span<int> descriptors,
                               int flags) {
  iovec data{.iov_base = bytes.data(), .iov_len = bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> space{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  ssize_t count = -1;
  do {
    count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
  } while (count < 0 && errno == EINTR);
  const cmsghdr* const header = count > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  const bool isWhole = header != nullptr && header->cmsg_type == SCM_RIGHTS &&
                       header->cmsg_len == CMSG_LEN(descriptors.size_bytes());
  if (isWhole) std::memcpy(descriptors.data(), CMSG_DATA(header), descriptors.size_bytes());
  return count;
}

}  // namespace krait::sessions
