import { ChannelClosed } from "../transport/channel.ts";
import type { Pull } from "../transport/port-channel.ts";
import { decodeMessages } from "../transport/port-message.ts";
import { HERE_STATUS } from "./pull-messages.ts";
import type { PullAddress } from "./start-message.ts";

/** A synchronous request, as browsers allow it in workers. */
interface SyncRequest {
  open(method: string, url: string, isAsync: boolean): void;
  send(): void;
  responseType: string;
  /** In milliseconds; 0 for none. */
  timeout: number;
  readonly status: number;
  readonly response: unknown;
}

/** How long a service worker may take to say that it is there: some browsers let a synchronous request to one hang. */
const PROBE_MS = 3000;

declare const XMLHttpRequest: (new () => SyncRequest) | undefined;

/** How this worker pulls through the page's service worker; undefined where that does not reach it. */
export function syncPull({ url, channel }: PullAddress): Pull | undefined {
  if (typeof XMLHttpRequest !== "function" || ask(url, PROBE_MS).status !== HERE_STATUS) {
    return undefined;
  }
  return (seen, waitMs) => {
    const parameters = new URLSearchParams({
      channel,
      seen: String(seen),
      wait: String(Math.ceil(waitMs)),
    });
    const { status, response } = ask(`${url}?${parameters}`);
    if (status !== 200) {
      throw new ChannelClosed("the page does not answer through its service worker any more");
    }
    return decodeMessages(response as ArrayBuffer);
  };
}

function ask(url: string, timeoutMs = 0): { status: number; response: unknown } {
  const request = new (XMLHttpRequest as new () => SyncRequest)();
  try {
    request.open("POST", url, false);
    request.responseType = "arraybuffer";
    request.timeout = timeoutMs;
    request.send();
    return request;
  } catch {
    return { status: 0, response: undefined };
  }
}
