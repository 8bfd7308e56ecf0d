import type { PortChannel } from "../transport/port-channel.ts";
import { encodeMessages } from "../transport/port-message.ts";
import { PULL_PATH, type PullRequest, SERVICE_WORKER_FILE } from "./pull-messages.ts";
import type { PullAddress } from "./start-message.ts";

/** How long a service worker may take to start. */
const START_MS = 5000;

/** The page's end of pulls through its service worker. */
export class PullRelay {
  readonly address: PullAddress;

  private constructor(folder: URL) {
    const channel = crypto.randomUUID();
    this.address = { url: new URL(PULL_PATH, folder).href, channel };
  }

  /**
   * Sees to it that a service worker is there.
   * @param folder of its script, a URL: the worker of the kernel must come from it, too
   * @returns undefined where the platform has none, forbids it, or the folder belongs to another origin
   */
  static async open(folder: string): Promise<PullRelay | undefined> {
    const { navigator, location } = globalThis as Partial<typeof globalThis>;
    const url = new URL(folder);
    if (!navigator?.serviceWorker || url.origin !== location?.origin) return undefined;
    try {
      if (!(await isRunning(navigator.serviceWorker, url))) return undefined;
    } catch {
      return undefined;
    }
    return new PullRelay(url);
  }

  /** Answers the pulls for this channel from now on. */
  connect(channel: PortChannel): void {
    const { serviceWorker } = navigator;
    const receive = ({ data, ports }: MessageEvent) => {
      const request = data as PullRequest | undefined;
      if (request?.kind !== "krait.pull" || request.channel !== this.address.channel) return;
      if (channel.closed !== undefined) serviceWorker.removeEventListener("message", receive);
      channel.pulled(request.seen, request.waitMs, (messages) => {
        const body = encodeMessages(messages);
        ports[0]?.postMessage(body, [body]);
      });
    };
    channel.keepForPulls();
    serviceWorker.addEventListener("message", receive);
    serviceWorker.startMessages();
  }
}

/** Whether one serves this folder: ours, or a program's own, which may have ours in it. */
async function isRunning(container: ServiceWorkerContainer, folder: URL): Promise<boolean> {
  const known = await container.getRegistration(folder.href);
  if (known?.active && known.scope === folder.href) return true;
  const script = new URL(SERVICE_WORKER_FILE, folder);
  const registration = await container.register(script, { scope: folder.pathname });
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (worker === null || worker.state === "activated") return worker !== null;
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), START_MS);
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve(true);
      if (worker.state === "redundant") resolve(false);
    });
  });
}
