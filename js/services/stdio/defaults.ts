import { nodeBuiltin } from "../../kernel/node-builtin.ts";
import { failingSource, type InputSource, ValueSource } from "./input-sources.ts";
import type { TerminalSize } from "./output-options.ts";
import type { OutputSink } from "./output-sinks.ts";
import { BatchedSink } from "./output-sinks.ts";

/**
 * What the defaults use of Node, Deno or Bun. It is spelled out, as the package's declarations must do without Node's.
 */
export interface NodeHost {
  readonly fs: {
    readSync(fd: number, bytes: Uint8Array, offset: number, length: number, position: null): number;
    writeSync(fd: number, bytes: Uint8Array): number;
  };
  readonly process: Readonly<Record<"stdout" | "stderr", Partial<TerminalSize>>>;
  isTerminal(fd: number): boolean;
}

/** Node's modules, or undefined elsewhere. */
export async function nodeHost(): Promise<NodeHost | undefined> {
  const isNode = typeof process === "object" && process.versions?.node !== undefined;
  if (!isNode || (process as { type?: string }).type === "renderer") return undefined;
  const fs = await nodeBuiltin("node:fs");
  // What is no character device is no terminal; asking that spares the loading of all that terminals need.
  const mayBeTerminal = [0, 1, 2].some((fd) => isCharacterDevice(fs, fd));
  const tty = mayBeTerminal ? await nodeBuiltin("node:tty") : undefined;
  return { fs, process, isTerminal: (fd) => tty?.isatty(fd) ?? false };
}

/** True for `/dev/null` on platforms that call it something else; then it is asked for certain. */
function isCharacterDevice(fs: typeof import("node:fs"), fd: number): boolean {
  try {
    const stat = fs.fstatSync(fd);
    const nullDevice = fs.statSync("/dev/null", { throwIfNoEntry: false });
    return stat.isCharacterDevice() && stat.rdev !== nullDevice?.rdev;
  } catch {
    return false; // the descriptor is closed
  }
}

/** The process's own stream (ST-out.default). */
export function nodeSink({ fs, process, isTerminal }: NodeHost, fd: 1 | 2): OutputSink {
  return {
    isTerminal: isTerminal(fd),
    write: (bytes) => fs.writeSync(fd, bytes),
    flush() {},
    terminalSize(): TerminalSize | undefined {
      const { rows, columns } = fd === 1 ? process.stdout : process.stderr;
      return rows && columns ? { rows, columns } : undefined;
    },
  };
}

/** The process's stdin; its end is the end of input (ST-stdin.default). */
export function nodeSource({ fs, isTerminal }: NodeHost): InputSource {
  return {
    isTerminal: isTerminal(0),
    read(buffer) {
      try {
        return fs.readSync(0, buffer, 0, buffer.length, null);
      } catch (error) {
        // A closed pipe on Windows reads as this error.
        if ((error as { code?: unknown }).code === "EOF") return 0;
        throw error;
      }
    },
  };
}

/** Lines on the console, as a page shows them (ST-out.default). */
export function consoleSink(method: "log" | "warn"): OutputSink {
  return new BatchedSink({ batched: (line) => console[method](line) });
}

/** Asks with `prompt()` where there is one; else reading fails (CF-browserStdin). */
export function promptSource(): InputSource {
  if (typeof prompt !== "function") return failingSource;
  return new ValueSource({ stdin: () => prompt() });
}
