import type { KernelLink } from "../proxy/link.ts";
import { PyBufferView } from "../proxy/py-buffer.ts";
import { PythonError } from "../proxy/python-error.ts";
import type { Scope, Scopes } from "../proxy/scopes.ts";
import type { Lockfile } from "../services/packages/lock.ts";
import type { InputOptions } from "../services/stdio/input-options.ts";
import type { OutputOptions } from "../services/stdio/output-options.ts";
import type { Stdio } from "../services/stdio/stdio.ts";
import { makeCanvas } from "./canvas.ts";
import type { Ffi } from "./ffi.ts";
import type { LockFileInUse } from "./lock-file.ts";
import type { PyProxy } from "./py-proxy-types.ts";

/** What these members are made of. */
export interface LocalParts {
  readonly link: KernelLink;
  readonly ffi: Ffi;
  readonly stdio: Stdio;
  readonly version: string;
  readonly lockFile: LockFileInUse;
  readonly kernel: { readonly ERRNO_CODES: Readonly<Record<string, number>> };
}

/** The members that ask Python nothing. */
export function makeLocalMembers(parts: LocalParts, loadedPackages: Record<string, string>) {
  const { link, ffi, stdio, version, lockFile, kernel } = parts;
  return {
    version,
    /** POSIX error names to numbers (JS-ERRNO_CODES). */
    ERRNO_CODES: kernel.ERRNO_CODES,
    /** What was loaded, by name (JS-loadedPackages). */
    loadedPackages,
    /** The lock file in use (JS-lockfile). */
    get lockfile(): Lockfile {
      return lockFile.contents;
    },
    /** What relative file names of packages are taken against (JS-lockfileBaseUrl). */
    get lockfileBaseUrl(): string | undefined {
      return lockFile.baseUrl;
    },
    /** Classes for `instanceof` (JS-ffi). */
    ffi,
    PyBuffer: PyBufferView,
    PythonError,
    /** JS-canvas */
    canvas: makeCanvas(),

    /** Comlink's proxies are ordinary objects here, and need nothing more (JS-registerComlink). */
    registerComlink(_Comlink: unknown): void {},

    isPyProxy(value: unknown): value is PyProxy {
      return value instanceof ffi.PyProxy;
    },

    /**
     * Makes messages about destroyed proxies name the object, and `handles` tell where each was made; gives the former
     * value (JS-setDebug).
     */
    setDebug(debug: boolean): boolean {
      const former = link.settings.isDebug;
      link.settings.isDebug = Boolean(debug);
      link.proxies.births.isDebug = link.settings.isDebug;
      link.objects.births.isDebug = link.settings.isDebug;
      return former;
    },

    setStdin(options?: InputOptions): void {
      stdio.stdin.set(options);
    },

    setStdout(options?: OutputOptions): void {
      stdio.stdout.set(options);
    },

    setStderr(options?: OutputOptions): void {
      stdio.stderr.set(options);
    },

    /** Destroys the proxies that are made inside: `scope(fn)`, or `using s = scope()` (BY-handles). */
    scope: makeScope(link.proxies.scopes),
  };
}

/** `pyodide.scope`: of a function for as long as it runs, or one that its caller closes. */
export function makeScope(scopes: Scopes) {
  function scope(): Scope;
  function scope<T>(body: (scope: Scope) => T): T;
  function scope<T>(body?: (scope: Scope) => T): T | Scope {
    return body === undefined ? scopes.open() : scopes.run(body);
  }
  return scope;
}

/** One object with the members of both: getters stay getters. */
export function withMembersOf<A extends object, B extends object>(object: A, other: B): A & B {
  return Object.defineProperties(object, Object.getOwnPropertyDescriptors(other)) as A & B;
}
