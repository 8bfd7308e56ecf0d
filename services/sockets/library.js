// Part of the Emscripten glue: sockets. Emscripten's own make WebSockets, and throw a JavaScript exception through
// running Python where the package that they want is missing. `Module.kraitSockets` is js/services/sockets once the
// program has asked for Node's; before, `socket.socket()` raises OSError. `wait` serves devices that can be polled too.

// Emscripten knows their signatures, unused parameters included.
addToLibrary({
  __syscall_socket__deps: ["$ERRNO_CODES"],
  __syscall_socket: (domain, type, protocol) =>
    Module["kraitSockets"]?.open(domain, type, protocol) ?? -ERRNO_CODES.EAFNOSUPPORT,

  $kraitSocketCall__deps: ["$ERRNO_CODES"],
  $kraitSocketCall: (name, fd, ...args) =>
    Module["kraitSockets"]?.[name](fd, ...args) ?? -ERRNO_CODES.ENOTSOCK,

  __syscall_connect__deps: ["$kraitSocketCall", "$readSockaddr", "$DNS"],
  __syscall_connect: (fd, address, length, _d1, _d2, _d3) => {
    const { errno, addr, port } = readSockaddr(address, length);
    if (errno) return -errno;
    return kraitSocketCall("connect", fd, DNS.lookup_addr(addr) ?? addr, port);
  },
  __syscall_bind__deps: ["$kraitSocketCall"],
  __syscall_bind: (fd, _address, _length, _d1, _d2, _d3) => kraitSocketCall("serve", fd),
  __syscall_listen__deps: ["$kraitSocketCall"],
  __syscall_listen: (fd, _backlog, _d1, _d2, _d3, _d4) => kraitSocketCall("serve", fd),
  __syscall_accept4__deps: ["$kraitSocketCall"],
  __syscall_accept4: (fd, _address, _length, _flags, _d1, _d2) => kraitSocketCall("serve", fd),
  $kraitSocketName__deps: ["$kraitSocketCall", "$writeSockaddr"],
  $kraitSocketName: (name, fd, address, length) => {
    const found = kraitSocketCall(name, fd);
    if (typeof found === "number") return found;
    return -writeSockaddr(address, found.family, found.address, found.port, length);
  },
  __syscall_getsockname__deps: ["$kraitSocketName"],
  __syscall_getsockname: (fd, address, length, _d1, _d2, _d3) =>
    kraitSocketName("localAddress", fd, address, length),
  __syscall_getpeername__deps: ["$kraitSocketName"],
  __syscall_getpeername: (fd, address, length, _d1, _d2, _d3) =>
    kraitSocketName("peerAddress", fd, address, length),
  __syscall_getsockopt__deps: ["$kraitSocketCall"],
  __syscall_getsockopt: (fd, level, name, value, length, _d1) =>
    kraitSocketCall("getOption", fd, level, name, value, length),
  __syscall_sendto__deps: ["$kraitSocketCall"],
  __syscall_sendto: (fd, bytes, length, flags, _address, _addressLength) => kraitSocketCall("send", fd, bytes, length, flags),
  __syscall_recvfrom__deps: ["$kraitSocketCall"],
  __syscall_recvfrom: (fd, bytes, length, flags, _address, addressLength) =>
    kraitSocketCall("receive", fd, bytes, length, flags, addressLength),
  __syscall_sendmsg__deps: ["$kraitSocketCall"],
  __syscall_sendmsg: (fd, message, flags, _d1, _d2, _d3) => kraitSocketCall("sendMessage", fd, message, flags),
  __syscall_recvmsg__deps: ["$kraitSocketCall"],
  __syscall_recvmsg: (fd, message, flags, _d1, _d2, _d3) => kraitSocketCall("receiveMessage", fd, message, flags),

  // libc's stubs of these are in C: see options-emscripten.cc.
  krait_socket_option__deps: ["$kraitSocketCall"],
  krait_socket_option: (fd, level, name, value, length) =>
    kraitSocketCall("setOption", fd, level, name, value, length),
  krait_socket_shutdown__deps: ["$kraitSocketCall"],
  krait_socket_shutdown: (fd, how) => kraitSocketCall("shutDown", fd, how),

  __syscall_poll: (fds, count, timeoutMs) => Module["kraitPoll"].poll(fds, count, timeoutMs),
  __syscall__newselect: (count, reading, writing, excepting, timeout) =>
    Module["kraitPoll"].select(count, reading, writing, excepting, timeout),
});
