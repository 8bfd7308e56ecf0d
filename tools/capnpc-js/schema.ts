import type { Node, SourceInfo } from "./schema-of-schemas.ts";

/** The nodes and comments of a request by their ids. */
export interface Schema {
  readonly nodes: ReadonlyMap<bigint, Node>;
  readonly sources: ReadonlyMap<bigint, SourceInfo>;
}

/** `Signal.Kind` of the schema is `SignalKind` in TypeScript. */
export function nameOf(node: Node): { file: string; name: string } {
  const [file, name] = node.displayName.split(":") as [string, string | undefined];
  return { file, name: (name ?? "").replaceAll(".", "") };
}
