// What generated codecs import, and what makes whole messages of them: "#wire".
export { decodeMessage, type Envelope, type ReadLimits } from "./decode.ts";
export { encodeMessage } from "./encode.ts";
export { NO_BYTES, NONE, type Reader } from "./reader.ts";
export type { Writer } from "./writer.ts";

import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** How one struct of a schema is read and written; `tools/capnpc-js` makes one for each. */
export interface Codec<T> {
  readonly dataWords: number;
  readonly pointers: number;
  read(r: Reader, at: number, data: number, pointers: number, depth: number): T;
  write(w: Writer, at: number, value: T): void;
}
