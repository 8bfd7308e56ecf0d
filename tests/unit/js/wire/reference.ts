import { execFileSync } from "node:child_process";

const ROOT = new URL("../../../../", import.meta.url).pathname;

/** What the `capnp` tool, the reference, makes of a message of protocol.capnp, as text; and the bytes of such a text. */
export const reference = {
  decode(bytes: Uint8Array): string {
    return capnp(["decode", "-I.", "--short", "proxy/protocol.capnp", "Frame"], bytes).toString();
  },
  encode(text: string): Uint8Array {
    return capnp(["encode", "-I.", "proxy/protocol.capnp", "Frame"], Buffer.from(text));
  },
};

function capnp(args: string[], input: Uint8Array): Buffer {
  return execFileSync("capnp", args, { cwd: ROOT, input });
}
