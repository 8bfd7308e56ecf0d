// Part of the Emscripten glue: there are no sockets. Emscripten's own make WebSockets, and throw a JavaScript exception
// through running Python where the package that they want is missing; `socket.socket()` should raise OSError.

addToLibrary({
  __syscall_socket__deps: ["$ERRNO_CODES"],
  __syscall_socket: () => -ERRNO_CODES.EAFNOSUPPORT,

  __syscall_accept4__deps: ["$ERRNO_CODES"],
  __syscall_accept4: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_bind__deps: ["$ERRNO_CODES"],
  __syscall_bind: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_connect__deps: ["$ERRNO_CODES"],
  __syscall_connect: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_getpeername__deps: ["$ERRNO_CODES"],
  __syscall_getpeername: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_getsockname__deps: ["$ERRNO_CODES"],
  __syscall_getsockname: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_getsockopt__deps: ["$ERRNO_CODES"],
  __syscall_getsockopt: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_listen__deps: ["$ERRNO_CODES"],
  __syscall_listen: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_recvfrom__deps: ["$ERRNO_CODES"],
  __syscall_recvfrom: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_recvmsg__deps: ["$ERRNO_CODES"],
  __syscall_recvmsg: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_sendmsg__deps: ["$ERRNO_CODES"],
  __syscall_sendmsg: () => -ERRNO_CODES.ENOTSOCK,
  __syscall_sendto__deps: ["$ERRNO_CODES"],
  __syscall_sendto: () => -ERRNO_CODES.ENOTSOCK,
});
