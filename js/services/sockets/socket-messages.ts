/** What a kernel, its client and the thread that holds their sockets post to each other. */

/** One end of a connection. */
export interface SocketAddress {
  readonly address: string;
  /** As C numbers them: 2 of IPv4, 10 of IPv6. */
  readonly family: number;
  readonly port: number;
}

/** From the kernel; `id` is its number of the socket. */
export type FromKernel =
  | {
      readonly kind: "connect";
      readonly id: number;
      readonly fd: number;
      readonly host: string;
      readonly port: number;
      readonly options: Readonly<Record<SocketOption, boolean>>;
    }
  | { readonly kind: "write"; readonly id: number; readonly bytes: Uint8Array }
  /** So many bytes of what was received have been read. */
  | { readonly kind: "consumed"; readonly id: number; readonly count: number }
  | {
      readonly kind: "option";
      readonly id: number;
      readonly name: SocketOption;
      readonly isOn: boolean;
    }
  /** Nothing will be written any more. */
  | { readonly kind: "finish"; readonly id: number }
  | { readonly kind: "close"; readonly id: number };

export type SocketOption = "keepAlive" | "noDelay";

/** To the kernel. */
export type ToKernel =
  | {
      readonly kind: "connected";
      readonly id: number;
      readonly local: SocketAddress;
      readonly peer: SocketAddress;
    }
  | { readonly kind: "data"; readonly id: number; readonly bytes: Uint8Array }
  /** So many bytes are with the system. */
  | { readonly kind: "written"; readonly id: number; readonly count: number }
  | { readonly kind: "ended"; readonly id: number }
  /** @property code the POSIX name of the error */
  | { readonly kind: "failed"; readonly id: number; readonly code: string };

/** From the client: to be told once when the descriptor can be read or written, or is gone. */
export interface Watch {
  readonly number: number;
  readonly fd: number;
  readonly isReading: boolean;
}

/** To the client: the watch of that number is over. */
export interface Ready {
  readonly number: number;
}

/** The script of the thread, among the kernel's files. */
export const SOCKET_WORKER_FILE = "krait.sockets.mjs";

/** Bytes on their way in one direction, above which their source has to wait. */
export const MAX_UNDER_WAY = 1 << 20;
