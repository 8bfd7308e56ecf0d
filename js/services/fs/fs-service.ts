import type { KernelModule } from "../../kernel/kernel-module.ts";
import type { Methods, ServicePeer } from "../service-peer.ts";
import { FsMethod, HostMethod, type Plain, Service } from "../service-values.ts";
import { foreignFileSystem } from "./foreign-fs.ts";
import { type Marks, pack, unpack } from "./fs-values.ts";

type FileSystemKernel = Pick<KernelModule, "FS" | "PATH" | "ERRNO_CODES">;
// Emscripten's file system has no published types.
type Emscripten = any;

/** What a client needs to know to offer the kernel's file system. */
export function fileSystemFacts({ FS, PATH, ERRNO_CODES }: FileSystemKernel) {
  return {
    errnoCodes: { ...ERRNO_CODES },
    fileSystems: Object.keys(FS.filesystems),
    fsMembers: functionsOf(FS),
    pathMembers: functionsOf(PATH),
  };
}

function functionsOf(object: Record<string, unknown>): string[] {
  return Object.keys(object).filter((name) => typeof object[name] === "function");
}

/** Serves the kernel's Emscripten file system to a client elsewhere. */
export function fileSystemMethods(kernel: FileSystemKernel, services: ServicePeer): Methods {
  const { FS } = kernel;
  const marks = serviceMarks(kernel, services);
  const stream = (fd: Plain): Emscripten => FS.getStreamChecked(Number(fd));
  const positionOf = (position: Plain) => (position === undefined ? undefined : Number(position));
  return {
    [FsMethod.call]: ([object, method, json, ...buffers]) => {
      const owner: Emscripten = object === "PATH" ? kernel.PATH : FS;
      const args = unpack(String(json), buffers as Uint8Array[], marks) as unknown[];
      const target = owner[String(method)];
      if (typeof target !== "function") throw new TypeError(`FS.${method} is not a function`);
      return answer(target.apply(owner, args), marks);
    },
    [FsMethod.track]: ([event, number]) => {
      if (number === undefined) delete FS.trackingDelegate[String(event)];
      else FS.trackingDelegate[String(event)] = callbackOf(Number(number), services);
      return undefined;
    },
    [FsMethod.read]: ([fd, byteCount, position]) => {
      const bytes = new Uint8Array(Number(byteCount));
      const count = FS.read(stream(fd), bytes, 0, bytes.length, positionOf(position));
      return bytes.subarray(0, count);
    },
    [FsMethod.write]: ([fd, bytes, position]) => {
      const { length } = bytes as Uint8Array;
      return FS.write(stream(fd), bytes, 0, length, positionOf(position));
    },
  };
}

/** One buffer and nothing else goes as it is; the rest as JSON, which then cannot have buffers. */
function answer(result: unknown, marks: Marks): Plain {
  if (result instanceof Uint8Array) return result;
  const { json, buffers } = pack(result, marks);
  return buffers.length === 0 ? json : new Uint8Array(buffers[0] as Uint8Array);
}

function serviceMarks({ FS }: FileSystemKernel, services: ServicePeer): Marks {
  return {
    mark(value) {
      const { fd, path } = value as Emscripten;
      if (typeof fd === "number" && fd === (value as Emscripten).fd && FS.streams[fd] === value) {
        const { flags, position } = value as Emscripten;
        return { $stream: { fd, flags, position, path } };
      }
      return isNode(value) ? { $node: nodeFacts(FS, value) } : undefined;
    },
    resolve(kind, content) {
      const facts = content as Emscripten;
      if (kind === "$stream") return FS.getStreamChecked(facts.fd);
      if (kind === "$node") return FS.lookupPath(facts.path).node;
      if (kind === "$type") return FS.filesystems[String(content)];
      if (kind === "$fileSystem") return foreignFileSystem(Number(content), services);
      if (kind === "$function") return callbackOf(Number(content), services);
      return content;
    },
  };
}

function isNode(value: Emscripten): boolean {
  return typeof value.mode === "number" && value.node_ops !== undefined && "mount" in value;
}

function nodeFacts(FS: Emscripten, node: Emscripten) {
  const { id, name, mode, rdev, timestamp } = node;
  const isMountRoot = node.mount?.root === node;
  return { path: FS.getPath(node), id, name, mode, rdev, timestamp, isMountRoot };
}

/** A function of the client, as a function here. It waits for the client where this thread can. */
function callbackOf(number: number, services: ServicePeer) {
  return (...args: unknown[]): unknown => {
    const { json } = pack(args, plainMarks);
    if (!services.canWait) {
      services.tell(Service.host, HostMethod.callback, [number, json]);
      return undefined;
    }
    const result = services.call(Service.host, HostMethod.callback, [number, json]);
    return unpack(String(result), [], plainMarks);
  };
}

const plainMarks: Marks = { mark: () => undefined, resolve: (_, content) => content };
