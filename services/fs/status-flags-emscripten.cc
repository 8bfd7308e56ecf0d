// Replaces libc's fcntl, which sets status flags and never clears one: linked with --wrap
// (tools/link/emscripten.py).

#include <fcntl.h>

#include <cerrno>
#include <cstdarg>

extern "C" {

/// Imported from library.js: makes these the status flags of a descriptor; errno or 0.
int krait_set_status_flags(int fd, int flags);

int __real_fcntl(int fd, int command, ...);

/// POSIX fcntl.
int __wrap_fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  // Not all commands have one; what is read then is not looked at.
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  if (command != F_SETFL) return __real_fcntl(fd, command, argument);
  const int error = krait_set_status_flags(fd, static_cast<int>(argument));
  if (error == 0) return 0;
  errno = error;
  return -1;
}
}
