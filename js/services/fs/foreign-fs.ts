import type { ServicePeer } from "../service-peer.ts";
import { HostMethod, type Plain, Service } from "../service-values.ts";
import { type Marks, pack, unpack } from "./fs-values.ts";

/**
 * A file system of the client's side, such as another kernel's, that is mounted in a kernel elsewhere (FS-PROXYFS): what
 * Emscripten's PROXYFS asks of it travels to the client.
 */

// File systems of Emscripten have no published types.
type AnyFileSystem = any;

/** What PROXYFS asks, and whether it reads the answer: the rest answers with nodes, which stay where they are. */
const METHODS: Readonly<Record<string, boolean>> = {
  lstat: true,
  readdir: true,
  readlink: true,
  chmod: false,
  utime: false,
  truncate: false,
  mkdir: false,
  writeFile: false,
  rename: false,
  unlink: false,
  rmdir: false,
  symlink: false,
};

const PLAIN: Marks = { mark: () => undefined, resolve: (_, content) => content };

export function isFileSystem(value: object): boolean {
  const { lookupPath, lstat, open, filesystems } = value as AnyFileSystem;
  return [lookupPath, lstat, open].every((f) => typeof f === "function") && Boolean(filesystems);
}

/** The client's half: file systems that were given to a kernel, by number, and their open files. */
export class GivenFileSystems {
  readonly #given: AnyFileSystem[] = [];
  readonly #open = new Map<number, unknown>();
  #files = 0;

  add(fileSystem: object): number {
    const known = this.#given.indexOf(fileSystem);
    return known >= 0 ? known : this.#given.push(fileSystem) - 1;
  }

  serve([number, method, json, bytes]: readonly Plain[]): Plain {
    const fileSystem = this.#given[Number(number)];
    const args = unpack(String(json), bytes ? [bytes as Uint8Array] : [], PLAIN) as Plain[];
    const [first, second, third] = args as [Plain, Plain, number | undefined];
    switch (method) {
      case "open": {
        this.#open.set(++this.#files, fileSystem.open(first, second));
        return this.#files;
      }
      case "close": {
        const stream = this.#stream(first);
        this.#open.delete(Number(first));
        fileSystem.close(stream);
        return undefined;
      }
      case "read": {
        const into = new Uint8Array(Number(second));
        const count = fileSystem.read(this.#stream(first), into, 0, into.length, third);
        return into.subarray(0, count);
      }
      case "write": {
        const from = second as Uint8Array;
        return fileSystem.write(this.#stream(first), from, 0, from.length, third);
      }
      default: {
        const isRead = METHODS[String(method)];
        if (isRead === undefined) throw new TypeError(`a mounted file system has no ${method}`);
        const result = fileSystem[String(method)](...args);
        return isRead ? pack(result, PLAIN).json : undefined;
      }
    }
  }

  #stream(file: Plain): unknown {
    const stream = this.#open.get(Number(file));
    if (stream === undefined) throw Object.assign(new Error("no such file"), { code: "EBADF" });
    return stream;
  }
}

/** The kernel's half: the file system of that number, as far as PROXYFS uses it. */
export function foreignFileSystem(number: number, services: ServicePeer): AnyFileSystem {
  const ask = (method: string, ...args: unknown[]): Plain => {
    if (!services.canWait) {
      throw Object.assign(new Error("this thread cannot wait for its client"), { code: "ENOSYS" });
    }
    const { json, buffers } = pack(args, PLAIN);
    return services.call(Service.host, HostMethod.fileSystem, [number, method, json, ...buffers]);
  };
  const methods = Object.entries(METHODS).map(([name, isRead]) => [
    name,
    (...args: unknown[]) => {
      const answer = ask(name, ...args);
      return isRead ? unpack(String(answer), [], PLAIN) : undefined;
    },
  ]);
  return {
    ...Object.fromEntries(methods),
    open: (path: string, flags: number) => ask("open", path, flags),
    close: (file: number) => ask("close", file),
    read(file: number, buffer: Uint8Array, offset: number, length: number, position?: number) {
      const bytes = ask("read", file, length, position) as Uint8Array;
      new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length).set(bytes);
      return bytes.length;
    },
    write(file: number, buffer: Uint8Array, offset: number, length: number, position?: number) {
      const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
      return ask("write", file, bytes, position);
    },
  };
}
