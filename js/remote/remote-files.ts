import { Unsupported } from "../proxy/errors.ts";
import { FILE_TYPE_TESTS } from "../services/fs/file-types.ts";
import { promising } from "../services/fs/later-files.ts";
import { errnoErrorClass } from "../services/fs/remote-fs.ts";
import { later, now, type Steps } from "../services/fs/steps.ts";
import { makePath } from "./paths.ts";
import type { AskHost, RemoteHost } from "./remote-host.ts";

/** Members of `FS` that the host has by the same name, with the same arguments; what they give is plain. */
const PLAIN = [
  "chdir",
  "chmod",
  "chown",
  "cwd",
  "fchmod",
  "fchown",
  "ftruncate",
  "lchown",
  "mkdir",
  "mkdirTree",
  "readdir",
  "readlink",
  "rename",
  "rmdir",
  "symlink",
  "truncate",
  "unlink",
];

/** Members that would need files of the program in the host's tree. */
const REFUSED = ["createDevice", "createLazyFile", "mount", "registerDevice", "syncfs", "unmount"];

const CHARACTER_DEVICE = 0o020000;

type Data = string | ArrayBufferView;

/** An open file of the host. */
interface Stream {
  readonly fd: number;
  readonly flags: number;
  readonly path: string;
}

/** What the host tells of a file. */
interface Facts {
  readonly [name: string]: number;
}

/** What the host tells of a path. */
interface Analysis {
  readonly path: string;
  readonly mode: number | null;
  readonly parentMode: number | null;
  readonly error: number;
}

/** The files of a kernel in another process: those of its host. `FS` and `PATH` give values, those of `later` promises. */
export class RemoteFiles {
  readonly FS: any;
  readonly PATH: any;
  readonly later: { readonly FS: any; readonly PATH: any };
  readonly errnoCodes: Readonly<Record<string, number>>;
  readonly #ErrnoError: new (
    errno: number,
  ) => Error;

  private constructor(host: RemoteHost, errnoCodes: Readonly<Record<string, number>>) {
    this.errnoCodes = errnoCodes;
    this.#ErrnoError = errnoErrorClass(errnoCodes);
    this.FS = this.#makeFileSystem(host.ask, now);
    this.PATH = makePath();
    this.later = {
      FS: this.#makeFileSystem(host.askLater, later),
      PATH: promising(this.PATH),
    };
  }

  static async open(host: RemoteHost): Promise<RemoteFiles> {
    const answer = JSON.parse((await host.askLater("errnoCodes", [])) as string);
    return new RemoteFiles(host, answer.value);
  }

  #makeFileSystem(ask: AskHost, take: <Result>(steps: Steps<Result>) => unknown) {
    const asked = (name: string, args: readonly unknown[]) => this.#asked(ask, name, args);
    const steps: Record<string, (...args: any[]) => Steps<unknown>> = {
      ...Object.fromEntries(PLAIN.map((name) => [name, (...args) => asked(name, args)])),
      ...Object.fromEntries(REFUSED.map((name) => [name, () => refusing(name)])),

      *stat(path: string, dontFollow = false) {
        return withDates((yield* asked(dontFollow ? "lstat" : "stat", [path])) as Facts);
      },
      *lstat(path: string) {
        return withDates((yield* asked("lstat", [path])) as Facts);
      },
      *fstat(fd: number) {
        return withDates((yield* asked("fstat", [fd])) as Facts);
      },
      *analyzePath(path: string, dontResolveLastLink = false) {
        return analysisOf((yield* asked("analyze", [path, !dontResolveLastLink])) as Analysis);
      },
      *readFile(path: string, { encoding = "binary" }: { encoding?: string } = {}) {
        const bytes = (yield* asked("readFile", [path])) as Uint8Array;
        return encoding === "utf8" ? new TextDecoder().decode(bytes) : bytes;
      },
      *writeFile(path: string, data: Data, { flags = "w" }: { flags?: string | number } = {}) {
        yield* asked("writeFile", [path, typeof data === "string" ? data : bytesIn(data), flags]);
      },
      *utime(path: string, accessedMs: number, modifiedMs: number) {
        yield* asked("utime", [path, Number(accessedMs), Number(modifiedMs)]);
      },
      *open(path: string, flags: string | number = "r", mode = 0o666) {
        return yield* asked("open", [path, flags, mode]);
      },
      *close({ fd }: Stream) {
        yield* asked("close", [fd]);
      },
      *llseek({ fd }: Stream, offset: number, whence: number) {
        return yield* asked("llseek", [fd, offset, whence]);
      },
      *read(stream: Stream, buffer: ArrayBufferView, offset: number, length: number, at?: number) {
        const bytes = (yield* asked("read", [stream.fd, length, at])) as Uint8Array;
        bytesIn(buffer).set(bytes, offset);
        return bytes.length;
      },
      *write(stream: Stream, buffer: ArrayBufferView, offset: number, length: number, at?: number) {
        const bytes = bytesIn(buffer).subarray(offset, offset + length);
        return yield* asked("write", [stream.fd, bytes, at]);
      },
      *mknod(path: string, mode: number, device: number) {
        yield* asked("mknod", [path, mode, device]);
      },
      *mkdev(path: string, mode: number, device = mode) {
        yield* asked("mknod", [path, (device === mode ? 0o666 : mode) | CHARACTER_DEVICE, device]);
      },
      *lchmod(path: string, mode: number) {
        yield* asked("lchmod", [path, mode]);
      },
      *makedev(major: number, minor: number) {
        return yield (major << 8) | minor;
      },
      *lookupPath(path: string) {
        const { path: found, mode } = (yield* asked("lookup", [path])) as Analysis;
        return { path: found, node: { path: found, mode } };
      },
      *getPath(node: { path: string }) {
        return yield node.path;
      },
      /** Mount points are the host's own business. */
      *isMountpoint() {
        return yield false;
      },
    };
    const members = Object.entries(steps).map(([name, member]) => [
      name,
      (...args: unknown[]) => take(member(...args)),
    ]);
    return {
      ...Object.fromEntries(members),
      ...FILE_TYPE_TESTS,
      ErrnoError: this.#ErrnoError,
      filesystems: {},
    };
  }

  *#asked(ask: AskHost, name: string, args: readonly unknown[]): Steps<unknown> {
    const answer = yield ask(name, args);
    if (typeof answer !== "string") {
      const bytes = yield answer.toJs();
      yield answer.destroy();
      return bytes;
    }
    const { value, errno } = JSON.parse(answer);
    if (errno !== undefined) throw new this.#ErrnoError(errno);
    return value ?? undefined;
  }
}

function* refusing(name: string): Steps<never> {
  const host =
    "the files of a remote kernel are those of its host, on which nothing can be mounted";
  yield;
  throw new Unsupported(`FS.${name}: ${host}`);
}

function bytesIn(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function withDates({ atime, mtime, ctime, ...others }: Facts) {
  const date = (milliseconds: number | undefined) => new Date(milliseconds ?? 0);
  return { ...others, atime: date(atime), mtime: date(mtime), ctime: date(ctime) };
}

/** FS-analyzePath */
function analysisOf({ path, mode, parentMode, error }: Analysis) {
  const cut = path.lastIndexOf("/");
  const nodeOf = (bits: number | null) => (bits === null ? null : { mode: bits, mount: {} });
  return {
    isRoot: path === "/",
    exists: mode !== null,
    error,
    name: path.slice(cut + 1),
    path,
    object: nodeOf(mode),
    parentExists: parentMode !== null,
    parentPath: path.slice(0, cut) || "/",
    parentObject: nodeOf(parentMode),
  };
}
