/** What services are asked with and answer: immediate values, text and bytes. */
export type Plain = undefined | null | boolean | number | string | Uint8Array;

/** What a service of the other side failed with. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** The POSIX name of the error, or the name that its thrower gave it. */
  readonly code: string | undefined;
  /** As the kernel's platform numbers it. */
  readonly errno: number | undefined;

  constructor(message: string, code: string | undefined, errno: number | undefined) {
    super(message);
    this.code = code;
    this.errno = errno;
  }
}

/** The services that the two halves of a kernel have for each other, and their methods. */
export const Service = {
  /** Of the client. */
  stdio: 1,
  /** Of the kernel. */
  fs: 2,
  /** Of the kernel: how it is started and steered. */
  kernel: 3,
  /** Of the client: what the kernel tells of itself. */
  host: 4,
} as const;

export const StdioMethod = {
  /** descriptor, byte count -> bytes */
  read: 0,
  /** descriptor, bytes -> count */
  write: 1,
  /** descriptor */
  flush: 2,
  /** descriptor -> rows and columns as text, "24 80" */
  terminalSize: 3,
  /** -> whether each stream is a terminal, as bits */
  terminals: 4,
} as const;

export const FsMethod = {
  /** object ("FS", "PATH"), method, arguments as JSON, buffers … -> result as JSON */
  call: 0,
  /** descriptor, byte count, position or undefined -> bytes */
  read: 1,
  /** descriptor, bytes, position or undefined -> count */
  write: 2,
  /** event, number of a function or undefined: what the tracking delegate calls */
  track: 3,
} as const;

export const KernelMethod = {
  /** options as JSON [, snapshot] -> facts as JSON. The kernel is there, Python is not started. */
  load: 0,
  /** Starts Python. */
  start: 1,
  /** number of the buffer that was posted, or undefined: the interrupt buffer to look at */
  useInterruptBuffer: 2,
  /** address, byte count -> bytes of Python's memory */
  readMemory: 4,
  /** address, bytes: writes them to Python's memory */
  writeMemory: 5,
  /** bits as the answer of StdioMethod.terminals */
  setTerminals: 6,
  /** path, whether its symbols are for everybody: loads a shared library */
  loadLibrary: 7,
  /** location of the script of their thread: gives Python Node's sockets. The port to watch them by is posted. */
  useSockets: 8,
  /** number of the folder that was posted, path: mounts it (FS-native) */
  mountFolder: 9,
  /** number of a folder: carries over to it what Python changed */
  syncFolder: 10,
  /** packages as JSON -> bytes of a snapshot */
  takeSnapshot: 11,
} as const;

export const HostMethod = {
  /** exit status or undefined, message, stack, whether a limit was passed: the kernel is dead. */
  died: 0,
  /** whether something is scheduled: the client's process should not end */
  setBusy: 1,
  /** number of a function that was given to the file system, arguments as JSON -> result as JSON */
  callback: 2,
  /** number of a file system that was given to be mounted, method, arguments as JSON [, bytes] -> result as JSON, or bytes */
  fileSystem: 3,
} as const;
