/** The page of `krait inspect`: the sessions as events, and their kernels' reports. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import type { MessageRecord } from "../../diagnostics/message-log.ts";
import type { Phase } from "../../diagnostics/timeline.ts";
import type { InspectedSession } from "./inspect.ts";

/** The package that this command is part of. */
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const PAGE = "/inspect.html";
const LOCAL_NAMES = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
const STATS = /^\/sessions\/(\d+)\/stats$/;

/** What the page is told. */
export type InspectEvent =
  | { readonly kind: "session"; readonly session: number; readonly messages: MessageRecord[] }
  | { readonly kind: "start"; readonly session: number; readonly phases: Phase[] }
  | { readonly kind: "message"; readonly session: number; readonly message: MessageRecord }
  | { readonly kind: "end"; readonly session: number; readonly reason: string };

export class InspectPage {
  readonly #sessions: ReadonlyMap<number, InspectedSession>;
  readonly #files = sirv(PACKAGE, { dev: true, etag: true });
  readonly #listeners = new Set<ServerResponse>();
  readonly server: Server;

  constructor(sessions: ReadonlyMap<number, InspectedSession>) {
    this.#sessions = sessions;
    this.server = createServer((request, response) => this.#serve(request, response));
  }

  tell(event: InspectEvent): void {
    for (const listener of this.#listeners) send(listener, event);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const answer = (status: number, text = "") => {
      response.statusCode = status;
      response.end(text);
    };
    // A page of another site may make its name lead here.
    if (!LOCAL_NAMES.test(request.headers.host ?? "")) return answer(403);
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    if (path === "/events") return this.#listen(response);
    const asked = STATS.exec(path)?.[1];
    if (asked !== undefined) {
      const session = this.#sessions.get(Number(asked));
      if (session === undefined) return answer(404, "there is no such session");
      session.relay.askStats().then(
        (report) => answer(200, report),
        (error: Error) => answer(503, error.message),
      );
      return;
    }
    if (path === "/") request.url = PAGE;
    this.#files(request, response, () => answer(404));
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.flushHeaders();
    for (const [session, { relay, ended }] of this.#sessions) {
      send(response, { kind: "session", session, messages: relay.log.recent });
      send(response, { kind: "start", session, phases: relay.timeline.phases });
      if (ended !== undefined) send(response, { kind: "end", session, reason: ended });
    }
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
  }
}

function send(response: ServerResponse, event: InspectEvent): void {
  response.write(`data: ${JSON.stringify(event)}\n\n`);
}
