/** `krait inspect`: shows what passes between programs and a server of kernels (docs/diagnostics.md). */

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { Timeline } from "../../diagnostics/timeline.ts";
import { parseAddress } from "../../remote/address.ts";
import { connectBytes, overSocket } from "../../remote/connect-bytes.ts";
import { SocketChannel } from "../../transport/socket-channel.ts";
import { followWords, refuse } from "../subcommand.ts";
import { InspectPage } from "./inspect-page.ts";
import { messageLine, summaryLines } from "./lines.ts";
import { SessionRelay } from "./session-relay.ts";
import { HELP, type InspectSettings, settingsOf } from "./settings.ts";

const COMMAND = "krait inspect";
/** Sessions that are over, and still shown by the page. */
const MAX_ENDED = 20;
/** Only the user may connect. */
const PRIVATE = 0o177;

/** One connection of a program. */
export interface InspectedSession {
  readonly relay: SessionRelay;
  /** Why it is over; undefined while it is not. */
  ended: string | undefined;
}

/** Relays until the process is ended; gives the exit status. */
export function inspect(words: readonly string[]): Promise<number> {
  const command = { name: COMMAND, help: HELP };
  const run = (settings: InspectSettings) => new Inspection(settings).run();
  return followWords(command, () => settingsOf(words), run);
}

class Inspection {
  readonly #settings: InspectSettings;
  readonly #sessions = new Map<number, InspectedSession>();
  readonly #page = new InspectPage(this.#sessions);
  #count = 0;

  constructor(settings: InspectSettings) {
    this.#settings = settings;
  }

  async run(): Promise<number> {
    const { listen, port, server } = this.#settings;
    const doors = createServer((socket) => void this.#open(socket));
    try {
      await listening(this.#page.server, { host: "127.0.0.1", port });
      await listening(doors, listen.kind === "unix" ? { path: listen.path } : listen);
    } catch (error) {
      this.#page.server.close();
      return refuse(COMMAND, (error as Error).message);
    }
    const where =
      listen.kind === "unix"
        ? `unix:${listen.path}`
        : `tcp://${listen.host}:${(doors.address() as AddressInfo).port}`;
    const { port: pagePort } = this.#page.server.address() as AddressInfo;
    note(`programs connect to ${where} in place of ${server}`);
    note(`the sessions are shown at http://127.0.0.1:${pagePort}/ (Ctrl-C ends it)`);
    await untilEnded();
    for (const { relay } of this.#sessions.values()) relay.end("the inspection has ended");
    this.#page.server.closeAllConnections();
    this.#page.server.close();
    await new Promise((closed) => doors.close(closed));
    return 0;
  }

  async #open(socket: Socket): Promise<void> {
    const number = ++this.#count;
    const timeline = new Timeline();
    // What comes before the server is reached waits here.
    const program = new SocketChannel(overSocket(socket));
    try {
      const connecting = connectBytes(parseAddress(this.#settings.server));
      const server = new SocketChannel(await timeline.until("connection", connecting));
      this.#begin(number, new SessionRelay(program, server, timeline));
    } catch (error) {
      note(`[${number}] ${this.#settings.server} cannot be reached: ${(error as Error).message}`);
      program.close("the server cannot be reached");
    }
  }

  #begin(number: number, relay: SessionRelay): void {
    const session: InspectedSession = { relay, ended: undefined };
    this.#sessions.set(number, session);
    const began = performance.now();
    const { output } = this.#settings;
    this.#page.tell({ kind: "session", session: number, messages: [] });
    relay.log.listen((record) => {
      const { atMs } = record;
      if (output === "lines") print(messageLine(number, record, atMs - began));
      if (output === "json") print(JSON.stringify({ session: number, ...record }));
      if (record.kind === "welcome") {
        this.#page.tell({ kind: "start", session: number, phases: relay.timeline.phases });
      }
      this.#page.tell({ kind: "message", session: number, message: record });
    });
    relay.onEnd = (reason) => {
      session.ended = reason;
      this.#page.tell({ kind: "end", session: number, reason });
      note(`[${number}] over: ${reason}`);
      for (const line of summaryLines(number, relay.timeline.phases, relay.log.byKind)) note(line);
      this.#forgetOld();
    };
    relay.start();
  }

  #forgetOld(): void {
    const ended = [...this.#sessions].filter(([, session]) => session.ended !== undefined);
    for (const [number] of ended.slice(0, -MAX_ENDED)) this.#sessions.delete(number);
  }
}

/** The user ends it, or whoever reads the output is gone. */
function untilEnded(): Promise<void> {
  return new Promise((end) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end());
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => end());
  });
}

function listening(server: Pick<Server, "once" | "listen">, where: object): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    const before = process.umask(PRIVATE);
    server.listen(where, done);
    process.umask(before);
  });
}

/** Messages are the output; what else is said goes beside it. */
function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
