/** What is posted between a client and its worker, beside the channel. */
import type { PyodideConfig } from "../api/options.ts";
import type { ClockedPhase } from "../diagnostics/timeline.ts";
import type { WatchPort } from "../services/sockets/socket-watch.ts";

/** The first message of a client: all that the worker needs to open the channel. */
export interface OpenMessage {
  readonly kind: "open";
  /** Of a ring channel; absent where there is no shared memory, and frames travel by `frames`. */
  readonly memory: SharedArrayBuffer | undefined;
  readonly frames: MessagePort | undefined;
  /** How the worker may wait where there is no shared memory, if at all. */
  readonly pull: PullAddress | undefined;
}

/** Where a worker pulls messages from (PullRelay). */
export interface PullAddress {
  readonly url: string;
  readonly channel: string;
}

/** What a client posts later. */
export type ToWorker =
  | OpenMessage
  /** Somebody waits in its event loop for what is in the ring. */
  | { readonly kind: "doorbell" }
  /** An interrupt buffer, to be used when the channel says so. */
  | { readonly kind: "interruptBuffer"; readonly number: number; readonly view: ArrayBufferView }
  /** A folder of the browser, to be mounted when the channel says so. */
  | {
      readonly kind: "folder";
      readonly number: number;
      readonly handle: FileSystemDirectoryHandle;
    };

export type FromWorker =
  | { readonly kind: "opened" }
  | { readonly kind: "doorbell" }
  /** By which the client watches the kernel's sockets. */
  | { readonly kind: "sockets"; readonly port: WatchPort };

/** How the kernel of a worker is loaded: JSON. */
export interface LoadOptions {
  readonly indexURL: string;
  readonly stdLibURL: string | undefined;
  /** "bytes": they come beside this. `at`: where they are. */
  readonly snapshot: "built-in" | "none" | "bytes" | { readonly at: string };
  readonly environment: Record<string, string>;
  readonly executable: string;
  readonly args: NonNullable<PyodideConfig["args"]>;
  readonly terminals: number;
  /** Limits of the kernel, where it has any. */
  readonly memoryBytes?: number | undefined;
  readonly cpuMs?: number | undefined;
}

/** What the client needs to know of a kernel that is loaded: JSON. */
export interface KernelFacts {
  readonly isRestored: boolean;
  /** Packages that its snapshot was taken with. */
  readonly packages?: Readonly<Record<string, string>> | undefined;
  /** What loading it took. */
  readonly phases: readonly ClockedPhase[];
  readonly errnoCodes: Record<string, number>;
  /** Names of `FS.filesystems`. */
  readonly fileSystems: string[];
  readonly fsMembers: string[];
  readonly pathMembers: string[];
}
