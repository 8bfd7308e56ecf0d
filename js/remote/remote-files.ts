import type { AsyncSide } from "../proxy/async/async-side.ts";
import { toPyLater } from "../proxy/async/copies.ts";
import { lazy } from "../proxy/async/lazy.ts";
import { imported } from "../proxy/async/steps.ts";
import { PythonError } from "../proxy/python-error.ts";
import { FILE_TYPE_TESTS } from "../services/fs/file-types.ts";

const MODULE = "_pyodide._remote_files";
/** Members that are a function of Python's with the same arguments, by its name. What they give is plain. */
const PLAIN: Readonly<Record<string, string>> = {
  chdir: "chdir",
  chmod: "chmod",
  cwd: "cwd",
  mkdir: "mkdir",
  mkdirTree: "mkdir_tree",
  readlink: "readlink",
  rename: "rename",
  rmdir: "rmdir",
  symlink: "symlink",
  truncate: "truncate",
  unlink: "unlink",
  utime: "utime",
};
type Facts = Record<string, number>;
type Data = string | ArrayBufferView;

/** The files of a kernel in another process: those of its host, by Python's own functions. */
export class RemoteFiles {
  readonly FS: any;
  readonly PATH: any;
  readonly errnoCodes: Readonly<Record<string, number>>;
  readonly #side: AsyncSide;
  readonly #names: ReadonlyMap<number, string>;

  private constructor(side: AsyncSide, names: ReadonlyMap<number, string>) {
    this.#side = side;
    this.#names = names;
    this.errnoCodes = Object.fromEntries([...names].map(([number, name]) => [name, number]));
    this.FS = this.#makeFileSystem();
    this.PATH = makePath();
  }

  static async open(side: AsyncSide): Promise<RemoteFiles> {
    const names = await lazy(imported(side, "errno.errorcode")).toJs();
    return new RemoteFiles(side, names as Map<number, string>);
  }

  #makeFileSystem() {
    const plain = Object.entries(PLAIN).map(([member, name]) => [
      member,
      (...args: unknown[]) => this.#call(name, args),
    ]);
    return {
      ...Object.fromEntries(plain),
      ...FILE_TYPE_TESTS,
      filesystems: {},
      readdir: (path: string) => this.#copied("readdir", [path]),
      stat: async (path: string) => withDates(await this.#copied("stat", [path])),
      lstat: async (path: string) => withDates(await this.#copied("lstat", [path])),
      analyzePath: (path: string) => this.#analyze(path),
      readFile: (path: string, options?: { encoding?: string }) => this.#read(path, options),
      writeFile: (path: string, data: Data) => this.#write(path, data),
    };
  }

  async #analyze(path: string) {
    const { exists, error, mode } = objectOf(await this.#copied("analyze", [path]));
    return { exists, error, path, object: exists ? { mode } : null };
  }

  async #read(path: string, { encoding = "binary" }: { encoding?: string } = {}) {
    const bytes = (await this.#copied("read_file", [path])) as Uint8Array;
    return encoding === "utf8" ? new TextDecoder().decode(bytes) : bytes;
  }

  async #write(path: string, data: Data): Promise<void> {
    const content = typeof data === "string" ? data : toPyLater(this.#side, bytesIn(data));
    await this.#call("write_file", [path, content]);
  }

  async #copied(name: string, args: readonly unknown[]): Promise<unknown> {
    return this.#withErrno(() => lazy(imported(this.#side, `${MODULE}.${name}`).call(args)).toJs());
  }

  async #call(name: string, args: readonly unknown[]): Promise<unknown> {
    return this.#withErrno(() => imported(this.#side, `${MODULE}.${name}`).call(args).settle());
  }

  /** A failure of the host as an error with its `errno`, and its name as `code` (FS-ErrnoError). */
  async #withErrno(ask: () => Promise<unknown>): Promise<unknown> {
    try {
      return await ask();
    } catch (error) {
      const found = error instanceof PythonError && /\[Errno (\d+)\]/.exec(error.message);
      if (!found) throw error;
      const errno = Number(found[1]);
      const text = found.input.slice(found.index).split("\n")[0];
      throw Object.assign(new Error(text, { cause: error }), {
        name: "ErrnoError",
        errno,
        code: this.#names.get(errno),
      });
    }
  }
}

function bytesIn(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** A dict of Python's, as `toJs` gives it. */
function objectOf(facts: unknown): any {
  return facts instanceof Map ? Object.fromEntries(facts) : facts;
}

function withDates(facts: unknown) {
  const { atime, mtime, ctime, ...others } = objectOf(facts) as Facts;
  const date = (milliseconds: number | undefined) => new Date(milliseconds ?? 0);
  return { ...others, atime: date(atime), mtime: date(mtime), ctime: date(ctime) };
}

/** Helpers for paths, as text alone. They give promises, as all of the asynchronous API. */
function makePath() {
  const normalize = (path: string): string => {
    const parts: string[] = [];
    for (const part of path.split("/")) {
      if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
      else if (part === ".." && path.startsWith("/")) continue;
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return (path.startsWith("/") ? "/" : "") + parts.join("/") || ".";
  };
  return {
    normalize: async (path: string) => normalize(path),
    join: async (...parts: string[]) => normalize(parts.join("/")),
    join2: async (left: string, right: string) => normalize(`${left}/${right}`),
    basename: async (path: string) => normalize(path).split("/").at(-1) || "/",
    dirname: async (path: string) => normalize(`${path}/..`),
    isAbs: async (path: string) => path.startsWith("/"),
  };
}
