import type { StandardStream } from "../kernel/standard-streams.ts";
import { KernelDied, Unsupported } from "../proxy/errors.ts";
import { MessageLink } from "../proxy/message-link.ts";
import { connect } from "../remote/connection.ts";
import { RemoteFiles } from "../remote/remote-files.ts";
import { refuseClosed } from "../remote/untrusted.ts";
import type { Stdio } from "../services/stdio/stdio.ts";
import type { SocketChannel } from "../transport/socket-channel.ts";
import { Switchboard } from "../transport/switchboard.ts";
import { WorkerLimits } from "../worker/worker-limits.ts";
import { type AsyncPyodideAPI, connectLater } from "./connect-later.ts";
import {
  type ElsewhereApi,
  type ElsewhereKernel,
  elsewhereApi,
  type KernelStart,
  loadElsewhere,
} from "./elsewhere.ts";
import { SyncUnavailable } from "./errors.ts";
import { deathOf, disableMembers } from "./fatal.ts";
import { makeFfi } from "./ffi.ts";
import type { makeInternalApi } from "./internal-api.ts";
import { withMembersOf } from "./local-members.ts";
import type { PyodideAPI } from "./pyodide.ts";
import { Scheduler } from "./scheduler.ts";
import { linkSettings, type Start, settled } from "./start.ts";

const NO_VALUES =
  'a remote kernel gives promises in this version: leave sync away, or use the place "worker"';
const OWN_PACKAGES =
  "a remote kernel has the packages of its server, where pip installs them: this version loads none into it";

/** Connects to a kernel of a server (BY-place). */
export function loadRemote(start: Start): Promise<PyodideAPI | AsyncPyodideAPI> {
  if (start.config.sync === true) throw new SyncUnavailable(NO_VALUES);
  if (start.node === undefined) {
    throw new Unsupported("loadPyodide: Unix sockets are reached from Node only");
  }
  return loadElsewhere(start, startKernel);
}

async function startKernel(kernelStart: KernelStart): Promise<ElsewhereKernel> {
  const { start } = kernelStart;
  const { config, stdio } = start;
  const { channel } = await connect(config.kernel as string, config.token ?? "");
  const ready = await settled(start);
  const scheduler = new Scheduler();
  const ffi = makeFfi(() => link);
  const board = new Switchboard(
    channel,
    (reason) => void link.kill(new KernelDied(reason.message)),
  );
  const client = clientOf(channel, (reason) => void link.kill(new KernelDied(reason)));
  let pyodide: ElsewhereApi | undefined;
  const link: MessageLink = new MessageLink(board, {
    settings: linkSettings(config),
    proxyConstructor: ffi.PyProxy,
    isAsync: true,
    limits: new WorkerLimits(client),
    syncBudgetMs: 0,
    whyNotSync: NO_VALUES,
    copies: undefined,
    refuse: refuseClosed,
    answersAwait: false,
    awaitAnswer: () => {
      channel.keepAlive(true);
      return () => channel.keepAlive(false);
    },
    died(reason) {
      const death = deathOf(reason);
      scheduler.stop();
      channel.close(death.message);
      if (pyodide !== undefined) disableMembers(pyodide, death);
      return death;
    },
  });
  client.link = link;
  channel.onReadable?.(); // what came behind the welcome
  try {
    const files = await RemoteFiles.open(link.async);
    const kernel = {
      later: files,
      ERRNO_CODES: files.errnoCodes,
      setInterruptBuffer: refuseBuffer,
      loadDynamicLibrary: refusePackages,
    };
    // Nothing of the program's globals, unless it says so.
    const parts = { ...ready, config: { jsglobals: {}, ...config }, kernel, link, ffi, scheduler };
    const api = await connectLater(parts, {
      handOver: ({ _api }) => ({ _api: forServer(_api) }),
      streams: streamsFor(stdio),
    });
    const members = { loadPackage: refusePackages, loadPackagesFromImports: refusePackages };
    pyodide = elsewhereApi(withMembersOf(api, members), client, kernelStart);
    return { pyodide, link, client };
  } catch (error) {
    channel.close("its start failed");
    throw error;
  }
}

async function refusePackages(): Promise<never> {
  throw new Unsupported(OWN_PACKAGES);
}

function refuseBuffer(): never {
  throw new Unsupported("an interrupt buffer does not reach a remote kernel: call interrupt()");
}

interface RemoteClient {
  link: MessageLink | undefined;
  terminate(reason: string): void;
  interrupt(signum: number): void;
}

function clientOf(channel: SocketChannel, ended: (reason: string) => void): RemoteClient {
  return {
    link: undefined,
    /** The server ends a kernel whose connection is gone. */
    terminate(reason) {
      ended(reason);
      channel.close(reason);
    },
    interrupt(number) {
      if (channel.closed === undefined) this.link?.session.signal(number);
    },
  };
}

/** What Python's half uses of this side; nothing that runs code or reads files here. */
function forServer(api: ReturnType<typeof makeInternalApi>): object {
  const { version, runtimeEnv, rethrow, objectOfPairs, ownsProperty, destroyProxies } = api;
  const { abortSignalAny, scheduleCallback } = api;
  const safe = { version, runtimeEnv, rethrow, objectOfPairs, ownsProperty, destroyProxies };
  return { ...safe, abortSignalAny, scheduleCallback, config: {} };
}

/** The standard streams for `_pyodide._remote_streams`: bytes as text of as many code units. */
function streamsFor(stdio: Stdio): object {
  const byDescriptor: readonly StandardStream[] = [stdio.stdin, stdio.stdout, stdio.stderr];
  return {
    isatty: (fd: number) => byDescriptor[fd]?.isTerminal ?? false,
    read(fd: number, byteCount: number): string {
      const buffer = new Uint8Array(Math.min(byteCount, 1 << 16));
      const count = byDescriptor[fd]?.read?.(buffer) ?? 0;
      return String.fromCharCode(...buffer.subarray(0, count));
    },
    write(fd: number, text: string): void {
      let rest = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
      const stream = byDescriptor[fd];
      while (rest.length > 0) rest = rest.subarray(stream?.write?.(rest) || rest.length);
      stream?.flush?.();
    },
  };
}
