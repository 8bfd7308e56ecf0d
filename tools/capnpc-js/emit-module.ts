import { basename } from "node:path";
import { emitConst, emitEnum } from "./emit-enums.ts";
import { emitReader } from "./emit-readers.ts";
import { emitStructType } from "./emit-types.ts";
import { emitWriter } from "./emit-writers.ts";
import type { Field, FieldType, SchemaFile, StructType, TypeName } from "./model.ts";
import { Unsupported } from "./unsupported.ts";

/** Where the functions are that all generated codecs share. */
const RUNTIME = "#wire";

/** The TypeScript module of one schema. */
export function emitModule(file: SchemaFile): string {
  const head = `// Generated from ${file.filename} by tools/capnpc-js. Do not edit.\n`;
  const imports = emitImports(file);
  return [
    head,
    ...(imports === "" ? [] : [imports]),
    ...file.consts.map(emitConst),
    ...file.enums.map(emitEnum),
    ...file.structs.map((type) =>
      [emitStructType(type), emitReader(type), emitWriter(type), emitCodec(type)].join("\n"),
    ),
  ].join("\n");
}

/** The struct as the root of a message. */
function emitCodec({ name, size }: StructType): string {
  return [
    `export const ${name}Codec: Codec<${name}> = {`,
    `  dataWords: ${size.dataWords},`,
    `  pointers: ${size.pointers},`,
    `  read: read${name},`,
    `  write: write${name},`,
    "};",
    "",
  ].join("\n");
}

function emitImports(file: SchemaFile): string {
  if (file.structs.length === 0) return "";
  const types = new Map<string, Set<string>>();
  for (const { file: from, name } of file.structs.flatMap(foreignNames)) {
    if (from === file.filename) continue;
    types.set(from, (types.get(from) ?? new Set()).add(name));
  }
  const others = [...types].map(([from, names]) => {
    const module = `./${basename(from, ".capnp")}.ts`;
    return `import type { ${[...names].sort().join(", ")} } from "${module}";`;
  });
  const runtime = [
    `import type { Codec, Reader, Writer } from "${RUNTIME}";`,
    `import { NO_BYTES, NONE } from "${RUNTIME}";`,
  ];
  return [...runtime, ...others, ""].join("\n");
}

function foreignNames(type: StructType): TypeName[] {
  return fieldsOf(type).flatMap((field) => namesIn(field.type));
}

function namesIn(type: FieldType): TypeName[] {
  switch (type.kind) {
    case "scalar":
      return type.enumName === undefined ? [] : [type.enumName];
    case "list":
      return namesIn(type.element);
    case "struct":
      return [type.name];
    case "text":
    case "data":
    case "exactText":
      return [];
    default:
      throw new Unsupported(`a field type ${(type as FieldType).kind}`);
  }
}

function fieldsOf(type: StructType): Field[] {
  return [...type.fields, ...(type.union?.variants.flatMap((variant) => variant.fields) ?? [])];
}
