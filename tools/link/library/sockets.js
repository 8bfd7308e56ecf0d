// Part of the Emscripten glue: there are no sockets. Emscripten's own make WebSockets, and throw a JavaScript exception
// through running Python where the package that they want is missing; `socket.socket()` should raise OSError.

addToLibrary({
  __syscall_socket__deps: ["$ERRNO_CODES"],
  __syscall_socket: (_domain, _type, _protocol) => -ERRNO_CODES.EAFNOSUPPORT,
});
