/**
 * What calls of the file system carry: JSON, with marks for what JSON does not have. Bytes travel beside it.
 *
 * - `{ $bytes: n }`: the n-th buffer; `{ $date: ms }`; `{ $undefined: 1 }`
 * - `{ $stream: { fd, … } }`: an open file; `{ $node: { path, … } }`: what is at a path
 * - `{ $type: "NODEFS" }`: a member of `FS.filesystems`; `{ $function: n }`: a function of the client;
 *   `{ $fileSystem: n }`: a file system of the client
 */
export type Marked = unknown;

/** How what JSON does not have is told and made, on one side. */
export interface Marks {
  /** The mark that stands for a value; undefined: the value is as it looks. */
  mark(value: object | ((...args: unknown[]) => unknown)): object | undefined;
  /** What a mark stands for. */
  resolve(kind: string, content: unknown): unknown;
}

const MAX_DEPTH = 8;

/** Values -> JSON and the buffers beside it. */
export function pack(value: unknown, marks: Marks): { json: string; buffers: Uint8Array[] } {
  const buffers: Uint8Array[] = [];
  const json = JSON.stringify(packValue(value, marks, buffers, 0)) ?? "null";
  return { json, buffers };
}

function packValue(value: unknown, marks: Marks, buffers: Uint8Array[], depth: number): unknown {
  if (value === undefined) return { $undefined: 1 };
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "symbol") return String(value);
  if (typeof value !== "object" && typeof value !== "function") return value;
  if (value === null) return null;
  const bytes = bytesOf(value);
  if (bytes !== undefined) return { $bytes: buffers.push(bytes) - 1 };
  if (value instanceof Date) return { $date: value.getTime() };
  const marked = marks.mark(value as object);
  if (marked !== undefined) return marked;
  if (typeof value === "function" || depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => packValue(item, marks, buffers, depth + 1));
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    packValue(item, marks, buffers, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** JSON and its buffers -> values. */
export function unpack(json: string, buffers: readonly Uint8Array[], marks: Marks): unknown {
  return JSON.parse(json, (_, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const [kind, ...others] = Object.keys(value);
    if (kind === undefined || others.length > 0 || !kind.startsWith("$")) return value;
    const content = (value as Record<string, unknown>)[kind];
    if (kind === "$undefined") return UNDEFINED;
    if (kind === "$bytes") return buffers[Number(content)];
    if (kind === "$date") return new Date(Number(content));
    return marks.resolve(kind, content);
  });
}

// A reviver that gives undefined deletes the member, which reads the same.
const UNDEFINED = undefined;

function bytesOf(value: object): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
