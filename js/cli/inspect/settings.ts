import { parseArgs } from "node:util";
import { parseAddress, type ServerAddress } from "../../remote/address.ts";
import { portOf } from "../subcommand.ts";

export const HELP = `usage: krait inspect --server ADDRESS [--listen ADDRESS] [--port PORT] [--quiet | --json]

Stands between programs and a server of kernels and shows what passes: the messages as they go, with sizes and times; how a session
began; handles and memory of its kernel. Programs connect to --listen in place of the server; tokens pass through.

  --server ADDRESS  the server: unix:PATH, tcp://HOST:PORT, ws://HOST:PORT or wss://HOST:PORT
  --listen ADDRESS  where programs connect: unix:PATH or tcp://HOST:PORT, on loopback (default: a free port)
  --port PORT       of the page that shows the sessions, on 127.0.0.1 (default: a free one)
  --json            messages as lines of JSON on standard output
  --quiet           no messages there, only what each session came to
  -h, --help        this text

Who can see the page or the output sees what the programs send. Ctrl-C ends it, and the sessions with it.
`;

const LOOPBACK = /^(127(\.\d+){3}|::1|localhost)$/;

export interface InspectSettings {
  readonly server: string;
  readonly listen: Exclude<ServerAddress, { kind: "ws" }>;
  readonly port: number;
  readonly output: "lines" | "json" | "none";
  readonly wantsHelp: boolean;
}

/** @throws {Error} that says what is wrong with the words */
export function settingsOf(words: readonly string[]): InspectSettings {
  const { values } = parseArgs({
    args: [...words],
    options: {
      server: { type: "string", default: "" },
      listen: { type: "string", default: "tcp://127.0.0.1:0" },
      port: { type: "string", default: "0" },
      json: { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { server, json, quiet, help: wantsHelp } = values;
  const port = portOf(values.port);
  const listen = parseAddress(values.listen);
  if (listen.kind === "ws") throw new Error("--listen takes unix:PATH or tcp://HOST:PORT");
  if (listen.kind === "tcp" && !LOOPBACK.test(listen.host)) {
    throw new Error(`${listen.host} is not loopback: nothing is encrypted here`);
  }
  if (json && quiet) throw new Error("--json and --quiet exclude each other");
  if (!wantsHelp) {
    if (server === "") throw new Error("--server is needed: the address of the server");
    parseAddress(server);
  }
  const output = json ? "json" : quiet ? "none" : "lines";
  return { server, listen, port, output, wantsHelp };
}
