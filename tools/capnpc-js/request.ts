import { CodeGeneratorRequest, Message } from "./schema-of-schemas.ts";

/** One enumerant: its name, its ordinal, and the comment that follows it in the schema. */
export interface Enumerant {
  readonly name: string;
  readonly ordinal: number;
  readonly comment: string;
}

/** An enum of the schema, with its enumerants in the order of their ordinals. */
export interface EnumType {
  readonly name: string;
  readonly comment: string;
  readonly enumerants: readonly Enumerant[];
}

/** One file that the compiler was asked to generate code for. */
export interface SchemaFile {
  /** As on the command line, less the source prefix. */
  readonly filename: string;
  readonly enums: readonly EnumType[];
}

/** Reads what `capnp compile` hands to a plug-in (schema.capnp, `CodeGeneratorRequest`). */
export function readRequest(bytes: Uint8Array): SchemaFile[] {
  const request = new Message(bytes, false).getRoot(CodeGeneratorRequest);
  const nodes = new Map(request.nodes.map((node) => [node.id, node]));
  const sources = new Map(request.sourceInfo.map((info) => [info.id, info]));

  return request.requestedFiles.map((file) => {
    const enums: EnumType[] = [];
    for (const nested of nodes.get(file.id)?.nestedNodes ?? []) {
      const node = nodes.get(nested.id);
      if (!node?._isEnum) continue;
      const source = sources.get(nested.id);
      enums.push({
        name: nested.name,
        comment: source?.docComment ?? "",
        enumerants: node.enum.enumerants.map((enumerant, ordinal) => ({
          name: enumerant.name,
          ordinal,
          comment: source?.members.at(ordinal)?.docComment ?? "",
        })),
      });
    }
    return { filename: file.filename, enums };
  });
}
