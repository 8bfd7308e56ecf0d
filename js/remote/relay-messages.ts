/** What is posted between a program's thread and the worker that relays its frames, beside the ring. */
import type { ServerAddress } from "./address.ts";

export type ToRelay =
  /** The first message: connect the ring with the server. */
  | { readonly kind: "open"; readonly memory: SharedArrayBuffer; readonly address: ServerAddress }
  /** Somebody waits in its event loop for what is in the ring. */
  | { readonly kind: "doorbell" };

export type FromRelay =
  | { readonly kind: "opened" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "doorbell" };
