import type { Field, FieldType, StructType } from "./model.ts";
import { bytesOf, elementCode, readScalar } from "./scalars.ts";
import { Unsupported } from "./unsupported.ts";

/**
 * The functions that read one struct, and a list of it, from a checked place: `at` is its address, `data` the bytes of
 * its data section, `pointers` the count of its pointers, `depth` the structs and lists around it and itself.
 */
export function emitReader(type: StructType): string {
  return [emitStructReader(type), emitListReader(type.name)].join("\n");
}

function emitStructReader({ name, fields, union }: StructType): string {
  const shared = fields.map((field) => `    ${field.name}: ${readField(field)},`);
  const body =
    union === undefined
      ? ["  return {", ...shared, "  };"]
      : [
          `  const which = ${guardedScalar("uint16", union.offset)};`,
          ...fields.map((field) => `  const _${field.name} = ${readField(field)};`),
          "  switch (which) {",
          ...union.variants.flatMap((variant) => [
            `    case ${variant.tag}:`,
            `      return ${objectOf(fields, variant.name, variant.fields)};`,
          ]),
          "    default:",
          union.isOpen
            ? `      return ${objectOf(fields, "unknown", [], "tag: which")};`
            : `      throw r.unknownMember("${name}", which);`,
          "  }",
        ];
  const code = body.join("\n");
  return [
    `export function read${name}(${parameters(code)}): ${name} {`,
    ...(/(?<!r\.)\bview\./.test(code) ? ["  const { view } = r;"] : []),
    ...(code.includes("tail") ? ["  const tail = at + data;"] : []),
    code,
    "}",
    "",
  ].join("\n");
}

/** All readers are called alike; what one has no use for begins with an underscore. */
function parameters(code: string): string {
  const names = ["at", "data", "pointers", "depth"].map((name) => {
    const isUsed = new RegExp(
      `\\b${name === "at" || name === "data" ? `(${name}|tail)` : name}\\b`,
    );
    return `${isUsed.test(code) ? name : `_${name}`}: number`;
  });
  return ["r: Reader", ...names].join(", ");
}

function objectOf(
  shared: readonly Field[],
  which: string,
  own: readonly Field[],
  extra?: string,
): string {
  const parts = [
    ...shared.map(({ name }) => `${name}: _${name}`),
    `which: "${which}"`,
    ...own.map((field) => `${field.name}: ${readMember(field)}`),
    ...(extra === undefined ? [] : [extra]),
  ];
  return `{ ${parts.join(", ")} }`;
}

function emitListReader(name: string): string {
  return [
    `export function read${name}List(r: Reader, pointer: number, depth: number): readonly ${name}[] {`,
    "  const count = r.structs(pointer, depth);",
    "  if (count === 0) return NONE;",
    "  let at = r.at;",
    "  const { data, pointers } = r;",
    "  const step = data + pointers * 8;",
    `  const list = new Array<${name}>(count);`,
    "  for (let i = 0; i < count; i++, at += step) {",
    `    list[i] = read${name}(r, at, data, pointers, depth + 1);`,
    "  }",
    "  return list;",
    "}",
    "",
  ].join("\n");
}

/** What a data section that ends before the field has is zero. */
function guardedScalar(scalar: Parameters<typeof readScalar>[0], offset: number): string {
  const begin = Math.floor(offset * bytesOf(scalar));
  const end = begin + Math.ceil(bytesOf(scalar));
  const read = readScalar(scalar, begin === 0 ? "at" : `at + ${begin}`, offset % 8);
  return scalar === "bool" ? `data >= ${end} && ${read}` : `data >= ${end} ? ${read} : 0`;
}

function readField({ type, offset }: Field): string {
  if (type.kind === "struct") {
    const found = `pointers > ${offset} && r.struct(${pointerAt(offset)}, depth)`;
    return `${found} ? ${readStruct(type.name.name)} : undefined`;
  }
  return readValue(type, offset);
}

/** As `readField`; a struct that is a member of a union is never absent. */
function readMember({ type, offset }: Field): string {
  if (type.kind !== "struct") return readValue(type, offset);
  const found = `pointers > ${offset} && r.struct(${pointerAt(offset)}, depth)`;
  const { name } = type.name;
  return `${found} ? ${readStruct(name)} : read${name}(r, 0, 0, 0, depth + 1)`;
}

function readStruct(name: string): string {
  return `read${name}(r, r.at, r.data, r.pointers, depth + 1)`;
}

function readValue(type: FieldType, offset: number): string {
  const guard = `pointers > ${offset} ?`;
  switch (type.kind) {
    case "scalar": {
      const read = guardedScalar(type.scalar, offset);
      return type.enumName === undefined ? read : `(${read}) as ${type.enumName.name}`;
    }
    case "text":
      return `${guard} r.text(${pointerAt(offset)}) : ""`;
    case "data":
      return `${guard} r.bytes(${pointerAt(offset)}) : NO_BYTES`;
    case "exactText": {
      const encoding = guardedScalar("uint16", type.encodingOffset);
      return `${guard} r.exactText(${pointerAt(offset)}, ${encoding}) : ""`;
    }
    case "list":
      return `${guard} ${readList(type.element, pointerAt(offset))} : NONE`;
    case "struct":
      throw new Unsupported("a struct is read by readField");
  }
}

function readList(element: FieldType, pointer: string): string {
  switch (element.kind) {
    case "struct":
      return `read${element.name.name}List(r, ${pointer}, depth)`;
    case "text":
      return `r.texts(${pointer}, depth)`;
    case "data":
      return `r.datas(${pointer}, depth)`;
    case "scalar": {
      const read = `(r, at) => ${readScalar(element.scalar, "at").replace(/^view\./, "r.view.")}`;
      const bytes = bytesOf(element.scalar);
      return `r.scalars(${pointer}, ${elementCode(element.scalar)}, ${bytes}, ${read})`;
    }
    default:
      throw new Unsupported("a list of this element");
  }
}

function pointerAt(offset: number): string {
  return offset === 0 ? "tail" : `tail + ${offset * 8}`;
}
