import type { ConstType, EnumType, SchemaFile } from "./model.ts";
import { nameOf, type Schema } from "./schema.ts";
import { CodeGeneratorRequest, Message, type Node } from "./schema-of-schemas.ts";
import { StructReader } from "./structs.ts";
import { Unsupported } from "./unsupported.ts";

/** Reads what `capnp compile` hands to a plug-in (schema.capnp, `CodeGeneratorRequest`). */
export function readRequest(bytes: Uint8Array): SchemaFile[] {
  // The compiler is trusted: the library's limit on what is read is for messages from others.
  const message = new Message(bytes, false);
  message._capnp.traversalLimit = Number.MAX_SAFE_INTEGER;
  const request = message.getRoot(CodeGeneratorRequest);
  const schema: Schema = {
    nodes: new Map(request.nodes.map((node) => [node.id, node])),
    sources: new Map(request.sourceInfo.map((info) => [info.id, info])),
  };
  return request.requestedFiles.map((file) => readFile(file.filename, file.id, schema));
}

function readFile(filename: string, id: bigint, schema: Schema): SchemaFile {
  const consts: ConstType[] = [];
  const enums: EnumType[] = [];
  const structs = new StructReader(schema);
  const visit = (scope: bigint): void => {
    for (const nested of schema.nodes.get(scope)?.nestedNodes ?? []) {
      const node = schema.nodes.get(nested.id);
      if (node === undefined) continue;
      if (node._isConst) consts.push(readConst(node, schema));
      if (node._isEnum) enums.push(readEnum(node, schema));
      if (node._isStruct) structs.add(node);
      visit(node.id);
    }
  };
  visit(id);
  return { filename, consts, enums, structs: structs.all };
}

function readConst(node: Node, schema: Schema): ConstType {
  const { name } = nameOf(node);
  const { value } = node.const;
  const comment = schema.sources.get(node.id)?.docComment ?? "";
  if (value._isUint16) return { name, comment, value: value.uint16 };
  if (value._isUint32) return { name, comment, value: value.uint32 };
  throw new Unsupported(`the constant ${name} is neither UInt16 nor UInt32`);
}

function readEnum(node: Node, schema: Schema): EnumType {
  const source = schema.sources.get(node.id);
  return {
    name: nameOf(node).name,
    comment: source?.docComment ?? "",
    enumerants: node.enum.enumerants.map((enumerant, ordinal) => ({
      name: enumerant.name,
      ordinal,
      comment: source?.members.at(ordinal)?.docComment ?? "",
    })),
  };
}
