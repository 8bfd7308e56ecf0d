#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>

namespace krait::sessions {

/// No message carries more.
constexpr size_t kMaxDescriptors = 2;

/// Sends bytes and copies of descriptors over a Unix socket, as one message. False when that cannot
/// be done at once.
bool sendWithDescriptors(int socket, std::span<const std::byte> bytes,
                         std::span<const int> descriptors);
/// Takes a message of so many bytes and descriptors, which the caller then owns. As `recvmsg` with
/// these flags gives; `descriptors` is as it was unless the message has as many.
ssize_t receiveWithDescriptors(int socket, std::span<std::byte> bytes, std::span<int> descriptors,
                               int flags);

}  // namespace krait::sessions
