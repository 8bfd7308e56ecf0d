import type { GlueModule } from "../../kernel/glue.ts";
import { POLL } from "../../kernel/polling.ts";
import { LOOK_MS, type Waiting } from "../../kernel/waiting.ts";
import { KernelSocket } from "./kernel-socket.ts";
import { MAX_UNDER_WAY, type SocketAddress, type SocketOption } from "./socket-messages.ts";
import type { SocketThread } from "./socket-thread.ts";

/** The part of Emscripten's stream object that is read here. */
interface SocketStream {
  readonly fd: number;
  flags: number;
  readonly node: { readonly krait?: KernelSocket };
}

/** Numbers of Emscripten's (musl's) headers. */
const AF = { inet: 2, inet6: 10 };
const SOCK = { stream: 1, kindBits: 0xf };
/** Of a descriptor, and of the type that `socket()` is asked for. */
const O_NONBLOCK = 0o4000;
const O_RDWR = 2;
const S_IFSOCK = 0o140000;
const MSG = { peek: 0x2, dontWait: 0x40, waitAll: 0x100 };
const SOL_SOCKET = 1;
const SO = { type: 3, error: 4, keepAlive: 9, sendBuffer: 7, receiveBuffer: 8 };
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const SHUT = { read: 0, write: 1 };
/** Offsets in `struct msghdr`. */
const MESSAGE = { nameLength: 4, parts: 8, partCount: 12, controlLength: 20, flags: 24 };
const PART_BYTES = 8;

/** Options that may be set and change nothing: SO_REUSEADDR, the sizes of buffers, SO_LINGER, SO_REUSEPORT. */
const IGNORED: ReadonlySet<number> = new Set([2, SO.sendBuffer, SO.receiveBuffer, 13, 15]);

/** System calls of sockets (services/sockets/library.js), over Node's. Each gives a negative errno when it fails. */
export class SocketCalls {
  readonly #glue: GlueModule;
  readonly #thread: SocketThread;
  readonly #waiting: Waiting;
  readonly #sockets = new Map<number, KernelSocket>();
  /** Root of the nodes that the descriptors are open on. */
  readonly #root: unknown;
  #lastId = 0;

  constructor(glue: GlueModule, thread: SocketThread, waiting: Waiting) {
    this.#glue = glue;
    this.#thread = thread;
    this.#waiting = waiting;
    const files = { mount: () => glue.FS.createNode(null, "/", 0o40777, 0) };
    this.#root = glue.FS.mount(files, {}, null);
  }

  open(domain: number, type: number, _protocol: number): number {
    if (domain !== AF.inet && domain !== AF.inet6) return this.#failed("EAFNOSUPPORT");
    if ((type & SOCK.kindBits) !== SOCK.stream) return this.#failed("EPROTONOSUPPORT");
    const { FS } = this.#glue;
    const socket = new KernelSocket(++this.#lastId, domain);
    const node = FS.createNode(this.#root, `socket:[${socket.id}]`, S_IFSOCK | 0o777, 0);
    node.krait = socket;
    const stream = FS.createStream({
      path: node.name,
      node,
      flags: O_RDWR | (type & O_NONBLOCK),
      seekable: false,
      stream_ops: this.#operations,
    });
    this.#sockets.set(socket.id, socket);
    return stream.fd;
  }

  connect(fd: number, host: string, port: number): number {
    return this.#of(fd, (stream) => {
      const { socket } = stream;
      if (socket.phase === "connecting") return this.#failed("EALREADY");
      if (socket.phase === "connected") return this.#failed("EISCONN");
      if (socket.phase === "failed") return this.#failed(takeError(socket) ?? "ECONNABORTED");
      socket.phase = "connecting";
      const { id, options } = socket;
      this.#thread.post({ kind: "connect", id, fd, host, port, options: { ...options } });
      if (isNonBlocking(stream, 0)) return this.#failed("EINPROGRESS");
      const waited = this.#await(stream, 0, () => socket.phase !== "connecting");
      if (waited < 0) return waited;
      const error = takeError(socket);
      return error === undefined ? 0 : this.#failed(error);
    });
  }

  /** `bind`, `listen` and `accept`: connections are made from here alone. */
  serve(fd: number): number {
    return this.#of(fd, () => this.#failed("EOPNOTSUPP"));
  }

  localAddress(fd: number): SocketAddress | number {
    return this.#of(fd, ({ socket: { local, family } }) => {
      return local ?? { address: family === AF.inet6 ? "::" : "0.0.0.0", family, port: 0 };
    });
  }

  peerAddress(fd: number): SocketAddress | number {
    return this.#of(fd, ({ socket }) => socket.peer ?? this.#failed("ENOTCONN"));
  }

  getOption(fd: number, level: number, name: number, value: number, length: number): number {
    return this.#of(fd, ({ socket }) => {
      const answer = this.#option(socket, level, name);
      if (answer === undefined) return this.#failed("ENOPROTOOPT");
      const words = this.#words();
      words[value >> 2] = answer;
      words[length >> 2] = Int32Array.BYTES_PER_ELEMENT;
      return 0;
    });
  }

  setOption(fd: number, level: number, name: number, value: number, length: number): number {
    return this.#of(fd, ({ socket }) => {
      if (level === SOL_SOCKET && IGNORED.has(name)) return 0;
      const option = optionNamed(level, name);
      if (option === undefined) return this.#failed("ENOPROTOOPT");
      if (length < Int32Array.BYTES_PER_ELEMENT) return this.#failed("EINVAL");
      const isOn = this.#words()[value >> 2] !== 0;
      socket.options[option] = isOn;
      if (socket.phase !== "fresh") {
        this.#thread.post({ kind: "option", id: socket.id, name: option, isOn });
      }
      return 0;
    });
  }

  send(fd: number, address: number, length: number, flags: number): number {
    return this.#of(fd, (stream) => this.#send(stream, [this.#bytes(address, length)], flags));
  }

  sendMessage(fd: number, message: number, flags: number): number {
    return this.#of(fd, (stream) => this.#send(stream, this.#parts(message), flags));
  }

  /** @param addressLength where to say that no address is told, or 0: of a connection it is known */
  receive(fd: number, address: number, length: number, flags: number, addressLength = 0): number {
    return this.#of(fd, (stream) => {
      if (addressLength !== 0) this.#words()[addressLength >> 2] = 0;
      return this.#receive(stream, this.#bytes(address, length), flags);
    });
  }

  receiveMessage(fd: number, message: number, flags: number): number {
    return this.#of(fd, (stream) => {
      const words = this.#words();
      for (const field of [MESSAGE.nameLength, MESSAGE.controlLength, MESSAGE.flags]) {
        words[(message + field) >> 2] = 0;
      }
      let total = 0;
      for (const part of this.#parts(message)) {
        const count = this.#receive(stream, part, total === 0 ? flags : flags | MSG.dontWait);
        if (count < 0) return total > 0 ? total : count;
        total += count;
        if (count < part.length) break;
      }
      return total;
    });
  }

  shutDown(fd: number, how: number): number {
    return this.#of(fd, ({ socket }) => {
      if (socket.phase !== "connected") return this.#failed("ENOTCONN");
      if (how !== SHUT.read) this.#finish(socket);
      if (how !== SHUT.write) socket.hasEnded = true;
      return 0;
    });
  }

  /** Sleeps until something has happened to a socket, or so long; not at all when something has meanwhile. */
  wait(milliseconds: number): void {
    if (!this.#take()) this.#thread.wait(Math.min(milliseconds, LOOK_MS));
  }

  get #operations() {
    return {
      poll: (stream: SocketStream) => this.#ready(stream),
      read: (stream: SocketStream, bytes: Uint8Array, offset: number, length: number) =>
        this.#orThrow(
          this.#receive(this.#known(stream), bytes.subarray(offset, offset + length), 0),
        ),
      write: (stream: SocketStream, bytes: Uint8Array, offset: number, length: number) =>
        this.#orThrow(
          this.#send(this.#known(stream), [bytes.subarray(offset, offset + length)], 0),
        ),
      close: (stream: SocketStream) => {
        const { id, phase } = this.#known(stream).socket;
        this.#sockets.delete(id);
        if (phase !== "fresh") this.#thread.post({ kind: "close", id });
      },
    };
  }

  /** What `poll` says of a socket. */
  #ready(stream: SocketStream): number {
    this.#take();
    const { socket } = this.#known(stream);
    const error = socket.phase === "failed" ? POLL.error : 0;
    return (socket.isReadable ? POLL.in : 0) | (socket.isWritable ? POLL.out : 0) | error;
  }

  #send(stream: KnownStream, parts: readonly Uint8Array[], flags: number): number {
    const { socket } = stream;
    this.#take();
    const error = takeError(socket);
    if (error !== undefined) return this.#failed(error);
    if (socket.isFinished || socket.phase === "failed") return this.#failed("EPIPE");
    if (socket.phase === "fresh") return this.#failed("ENOTCONN");
    const waited = this.#await(stream, flags, () => socket.isWritable);
    if (waited < 0) return waited;
    if (hasFailed(socket)) return this.#failed(takeError(socket) ?? "EPIPE");
    let count = 0;
    for (const part of parts) {
      const bytes = part.slice(0, MAX_UNDER_WAY - socket.unsent);
      const { length } = bytes; // of what is posted nothing is left here
      if (length > 0) this.#thread.post({ kind: "write", id: socket.id, bytes });
      socket.unsent += length;
      count += length;
      if (length < part.length) break;
    }
    return count;
  }

  #receive(stream: KnownStream, into: Uint8Array, flags: number): number {
    const { socket } = stream;
    const isPeek = (flags & MSG.peek) !== 0;
    const wanted = flags & MSG.waitAll ? into.length : 1;
    let count = 0;
    while (count < into.length) {
      this.#take();
      if (socket.phase === "fresh") return this.#failed("ENOTCONN");
      if (count >= wanted && !socket.isReadable) return count;
      const waited = this.#await(stream, flags, () => socket.isReadable);
      if (waited < 0) return count > 0 ? count : waited;
      const got = socket.read(into.subarray(count), isPeek);
      if (got === 0) {
        const error = count === 0 ? takeError(socket) : undefined;
        return error === undefined ? count : this.#failed(error);
      }
      count += got;
      if (isPeek) return count;
      this.#thread.post({ kind: "consumed", id: socket.id, count: got });
    }
    return count;
  }

  /** Waits until that is so: then 0. A descriptor that may not block, and an interrupt, end it with a negative errno. */
  #await(stream: KnownStream, flags: number, isSo: () => boolean): number {
    for (;;) {
      this.#take();
      if (isSo()) return 0;
      if (isNonBlocking(stream, flags)) return this.#failed("EAGAIN");
      if (this.#waiting.isInterruptRequested) return this.#failed("EINTR");
      this.#thread.wait(LOOK_MS);
    }
  }

  /** Notes what the thread has told; whether it was anything. */
  #take(): boolean {
    let isNews = false;
    for (const message of this.#thread.arrived()) {
      isNews = true;
      const socket = this.#sockets.get(message.id);
      if (socket === undefined) continue;
      if (message.kind === "connected") {
        socket.phase = "connected";
        socket.local = message.local;
        socket.peer = message.peer;
      } else if (message.kind === "data") {
        socket.add(message.bytes);
      } else if (message.kind === "written") {
        socket.unsent -= message.count;
      } else if (message.kind === "ended") {
        socket.hasEnded = true;
      } else {
        socket.phase = "failed";
        socket.error = message.code;
      }
    }
    return isNews;
  }

  #finish(socket: KernelSocket): void {
    if (socket.isFinished) return;
    socket.isFinished = true;
    this.#thread.post({ kind: "finish", id: socket.id });
  }

  #option(socket: KernelSocket, level: number, name: number): number | undefined {
    if (level === SOL_SOCKET && name === SO.error) {
      const error = takeError(socket);
      return error === undefined ? 0 : -this.#failed(error);
    }
    if (level === SOL_SOCKET && name === SO.type) return SOCK.stream;
    if (level === SOL_SOCKET && (name === SO.sendBuffer || name === SO.receiveBuffer)) {
      return MAX_UNDER_WAY;
    }
    const option = optionNamed(level, name);
    return option && Number(socket.options[option]);
  }

  /** Does something with the socket of a descriptor, once what was told of it is noted. */
  #of<T>(fd: number, act: (stream: KnownStream) => T): T | number {
    const stream: SocketStream | null | undefined = this.#glue.FS.getStream(fd);
    if (!stream) return this.#failed("EBADF");
    if (stream.node.krait === undefined) return this.#failed("ENOTSOCK");
    this.#take();
    return act(this.#known(stream));
  }

  #known(stream: SocketStream): KnownStream {
    return { stream, socket: stream.node.krait as KernelSocket };
  }

  /** The bytes that the parts of a `struct msghdr` name. */
  #parts(message: number): Uint8Array[] {
    const words = this.#words();
    const first = words[(message + MESSAGE.parts) >> 2] as number;
    const count = words[(message + MESSAGE.partCount) >> 2] as number;
    return Array.from({ length: count }, (_, i) => {
      const part = (first + i * PART_BYTES) >> 2;
      const address = (words[part] as number) >>> 0;
      return this.#bytes(address, words[part + 1] as number);
    });
  }

  #words(): Int32Array {
    return new Int32Array(this.#glue.wasmMemory.buffer);
  }

  #bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#glue.wasmMemory.buffer, address, length);
  }

  /** A negative errno. Names that POSIX does not have are Node's of failed look-ups. */
  #failed(code: string): number {
    const { ERRNO_CODES } = this.#glue;
    return -(ERRNO_CODES[code] ?? (ERRNO_CODES.EHOSTUNREACH as number));
  }

  #orThrow(result: number): number {
    if (result < 0) throw new this.#glue.FS.ErrnoError(-result);
    return result;
  }
}

interface KnownStream {
  readonly stream: SocketStream;
  readonly socket: KernelSocket;
}

/** Asked anew: while this thread waits the phase changes, which types cannot tell. */
function hasFailed({ phase }: KernelSocket): boolean {
  return phase === "failed";
}

/** The error that was not told yet; it is told once. */
function takeError(socket: KernelSocket): string | undefined {
  const { error } = socket;
  socket.error = undefined;
  return error;
}

function isNonBlocking({ stream }: KnownStream, flags: number): boolean {
  return (stream.flags & O_NONBLOCK) !== 0 || (flags & MSG.dontWait) !== 0;
}

function optionNamed(level: number, name: number): SocketOption | undefined {
  if (level === SOL_SOCKET && name === SO.keepAlive) return "keepAlive";
  return level === IPPROTO_TCP && name === TCP_NODELAY ? "noDelay" : undefined;
}
