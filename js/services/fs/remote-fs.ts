import type { ServicePeer } from "../service-peer.ts";
import { FsMethod, type Plain, Service, ServiceError } from "../service-values.ts";
import { FILE_TYPE_TESTS } from "./file-types.ts";
import { GivenFileSystems, isFileSystem } from "./foreign-fs.ts";
import { type Marks, pack, unpack } from "./fs-values.ts";

/** What the kernel told of its file system. */
export interface FileSystemFacts {
  readonly errnoCodes: Record<string, number>;
  readonly fileSystems: readonly string[];
  readonly fsMembers: readonly string[];
  readonly pathMembers: readonly string[];
}

/** What is known here of an open file of the kernel. */
interface RemoteStream {
  readonly fd: number;
  readonly flags: number;
  readonly position: number;
  readonly path: string;
}

/** One kind of file system, to be given to `FS.mount`. */
class FileSystemType {
  constructor(readonly type: string) {}
}

/** What is at a path of the kernel's file system, as it was when the kernel was asked. */
class RemoteNode {
  readonly path!: string;
  readonly mode!: number;
  readonly mount: { readonly root: unknown };

  constructor({ isMountRoot, ...facts }: { isMountRoot: boolean }) {
    Object.assign(this, facts);
    this.mount = { root: isMountRoot ? this : undefined };
  }
}

type AnyFunction = (...args: unknown[]) => unknown;

const streams = new WeakSet<object>();

/** The file system of a kernel elsewhere: every call is a message that is waited for, its failures are errno. */
export class RemoteFileSystem {
  readonly FS: any;
  readonly PATH: any;
  /** The same by promises. */
  readonly later: { readonly FS: any; readonly PATH: any };
  readonly errnoCodes: Readonly<Record<string, number>>;

  readonly #services: ServicePeer;
  readonly #facts: FileSystemFacts;
  readonly #functions: AnyFunction[] = [];
  readonly #types: Record<string, unknown>;
  readonly #fileSystems = new GivenFileSystems();
  readonly #marks: Marks;
  /** An error with `errno`, and its name as `code` (FS-ErrnoError). */
  readonly #ErrnoError: new (
    errno: number,
  ) => Error;

  constructor(services: ServicePeer, facts: FileSystemFacts) {
    this.#services = services;
    this.#facts = facts;
    this.errnoCodes = facts.errnoCodes;
    this.#ErrnoError = errnoErrorClass(facts.errnoCodes);
    this.#marks = this.#makeMarks();
    this.#types = Object.fromEntries(
      facts.fileSystems.map((name) => [name, new FileSystemType(name)]),
    );
    this.FS = this.#makeFileSystem((...call) => this.#call(...call), {
      read: (...args: ReadArguments) => this.read(...args),
      write: (...args: WriteArguments) => this.write(...args),
    });
    this.PATH = methods("PATH", facts.pathMembers, (...call) => this.#call(...call));
    this.later = {
      FS: this.#makeFileSystem((...call) => this.#callLater(...call), {
        read: (...args: ReadArguments) => this.readLater(...args),
        write: (...args: WriteArguments) => this.writeLater(...args),
      }),
      PATH: methods("PATH", facts.pathMembers, (...call) => this.#callLater(...call)),
    };
  }

  /** Runs a function that was given to the file system. */
  callback(args: readonly Plain[]): Plain {
    const [number, json] = args;
    const given = unpack(String(json), [], this.#marks) as unknown[];
    const result = this.#functions[Number(number)]?.(...given);
    return pack(result, this.#marks).json;
  }

  /** Serves a file system that was given to be mounted. */
  serveGiven(args: readonly Plain[]): Plain {
    return this.#fileSystems.serve(args);
  }

  #makeFileSystem(call: AskFile, streamMethods: Record<string, unknown>) {
    return Object.assign(methods("FS", this.#facts.fsMembers, call), {
      ErrnoError: this.#ErrnoError,
      trackingDelegate: this.#makeDelegate(),
      filesystems: this.#types,
      ...FILE_TYPE_TESTS,
      ...streamMethods,
    });
  }

  /** What is set here is called by the kernel's delegate (FS-tracking). */
  #makeDelegate(): Record<string, AnyFunction> {
    const track = (event: string | symbol, number: number | undefined): boolean => {
      this.#ask(FsMethod.track, [String(event), number]);
      return true;
    };
    return new Proxy<Record<string, AnyFunction>>(
      {},
      {
        set: (target, event, value: AnyFunction) =>
          track(event, this.#functions.push(value) - 1) && Reflect.set(target, event, value),
        deleteProperty: (target, event) =>
          track(event, undefined) && Reflect.deleteProperty(target, event),
      },
    );
  }

  #call(object: string, method: string, args: readonly unknown[]): unknown {
    const { json, buffers } = pack(args, this.#marks);
    return this.#resultOf(this.#ask(FsMethod.call, [object, method, json, ...buffers]));
  }

  async #callLater(object: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const { json, buffers } = pack(args, this.#marks);
    return this.#resultOf(await this.#askLater(FsMethod.call, [object, method, json, ...buffers]));
  }

  #resultOf(result: Plain): unknown {
    return result instanceof Uint8Array ? result.slice() : unpack(String(result), [], this.#marks);
  }

  /** As `FS.read`: fills a part of `buffer` and gives the count. */
  read(
    stream: RemoteStream,
    buffer: ArrayBufferView,
    offset: number,
    length: number,
    position?: number,
  ): number {
    const bytes = this.#ask(FsMethod.read, [stream.fd, length, position]) as Uint8Array;
    new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length).set(bytes);
    return bytes.length;
  }

  /** As `FS.write`. */
  write(
    stream: RemoteStream,
    buffer: ArrayBufferView,
    offset: number,
    length: number,
    position?: number,
  ): number {
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
    return this.#ask(FsMethod.write, [stream.fd, bytes, position]) as number;
  }

  /** As `read`, by a promise. */
  async readLater(...args: ReadArguments): Promise<number> {
    const [stream, buffer, offset, length, position] = args;
    const bytes = (await this.#askLater(FsMethod.read, [
      stream.fd,
      length,
      position,
    ])) as Uint8Array;
    new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length).set(bytes);
    return bytes.length;
  }

  /** As `write`, by a promise. */
  async writeLater(...args: WriteArguments): Promise<number> {
    const [stream, buffer, offset, length, position] = args;
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
    return (await this.#askLater(FsMethod.write, [stream.fd, bytes, position])) as number;
  }

  #ask(method: number, args: readonly Plain[]): Plain {
    try {
      return this.#services.call(Service.fs, method, args);
    } catch (error) {
      throw this.#errorOf(error);
    }
  }

  async #askLater(method: number, args: readonly Plain[]): Promise<Plain> {
    try {
      return await this.#services.request(Service.fs, method, args);
    } catch (error) {
      throw this.#errorOf(error);
    }
  }

  #errorOf(error: unknown): unknown {
    if (!(error instanceof ServiceError)) return error;
    return error.errno === undefined ? new Error(error.message) : new this.#ErrnoError(error.errno);
  }

  #makeMarks(): Marks {
    return {
      mark: (value) => {
        if (typeof value === "function") {
          return { $function: this.#functions.push(value as AnyFunction) - 1 };
        }
        if (isFileSystem(value)) return { $fileSystem: this.#fileSystems.add(value) };
        if (value instanceof FileSystemType) return { $type: value.type };
        if (value instanceof RemoteNode) return { $node: { path: value.path } };
        return streams.has(value) ? { $stream: { fd: (value as RemoteStream).fd } } : undefined;
      },
      resolve: (kind, content) => {
        if (kind === "$node") return new RemoteNode(content as { isMountRoot: boolean });
        if (kind === "$stream") streams.add(content as object);
        return content;
      },
    };
  }
}

type ReadArguments = Parameters<RemoteFileSystem["read"]>;
type WriteArguments = Parameters<RemoteFileSystem["write"]>;
/** Calls a method of one of the kernel's objects. */
type AskFile = (object: string, method: string, args: readonly unknown[]) => unknown;

function methods(
  object: "FS" | "PATH",
  names: readonly string[],
  call: AskFile,
): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => [name, (...args: unknown[]) => call(object, name, args)]),
  );
}

/** The class of the failures of files (FS-ErrnoError). */
export function errnoErrorClass(codes: Readonly<Record<string, number>>) {
  const names = new Map(Object.entries(codes).map(([name, number]) => [number, name]));
  return class ErrnoError extends Error {
    override readonly name = "ErrnoError";
    readonly code: string | undefined;

    constructor(readonly errno: number) {
      super("FS error");
      this.code = names.get(errno);
    }
  };
}
