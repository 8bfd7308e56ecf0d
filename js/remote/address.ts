/** Where a server of kernels listens. */
export type ServerAddress =
  | { readonly kind: "unix"; readonly path: string }
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      /** By TLS. */
      readonly isEncrypted: boolean;
    }
  | { readonly kind: "ws"; readonly url: string };

const FORM = /^(unix:|tcp:\/\/|tls:\/\/|wss?:\/\/)/;

/** Whether a kernel is named by the address of a server (BY-place). */
export function isServerAddress(kernel: unknown): kernel is string {
  return typeof kernel === "string" && FORM.test(kernel);
}

/**
 * Takes an address apart.
 * @param text `unix:<path>`, `tcp://<host>:<port>`, `tls://<host>:<port>`, `ws://…` or `wss://…`
 * @throws {TypeError} when it has another form
 */
export function parseAddress(text: string): ServerAddress {
  if (text.startsWith("unix:") && text.length > "unix:".length) {
    return { kind: "unix", path: text.slice("unix:".length) };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "ws:" || url?.protocol === "wss:") return { kind: "ws", url: url.href };
  const isEncrypted = url?.protocol === "tls:";
  if (url !== undefined && (isEncrypted || url.protocol === "tcp:") && url.hostname && url.port) {
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    return { kind: "tcp", host, port: Number(url.port), isEncrypted };
  }
  throw new TypeError(
    `${text} is no address of a server: give unix:<path>, or tcp://, tls://, ws:// or wss:// and <host>:<port>`,
  );
}
