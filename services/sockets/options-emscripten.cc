// The two system calls of sockets that libc leaves to stubs in C. What JavaScript offers in their
// place would never be linked, hence these.

#include <cstddef>
#include <cstdint>

extern "C" {

/// Imported from library.js; negative errno on failure.
int krait_socket_option(int fd, int level, int name, intptr_t value, size_t length);
int krait_socket_shutdown(int fd, int how);

// NOLINTBEGIN(bugprone-reserved-identifier): libc's names
int __syscall_setsockopt(int fd, int level, int name, intptr_t value, size_t length,
                         int /*unused*/) {
  return krait_socket_option(fd, level, name, value, length);
}

int __syscall_shutdown(int fd, int how, int /*unused*/, int /*unused*/, int /*unused*/,
                       int /*unused*/) {
  return krait_socket_shutdown(fd, how);
}
// NOLINTEND(bugprone-reserved-identifier)
}
