import type { Field, FieldType, StructSize, StructType } from "./model.ts";
import { bytesOf, elementCode, writeScalar } from "./scalars.ts";
import { Unsupported } from "./unsupported.ts";

/** The functions that write one struct, and a list of it, at a zeroed place of the size that the schema gives it. */
export function emitWriter(type: StructType): string {
  return [emitStructWriter(type), emitListWriter(type)].join("\n");
}

function emitStructWriter({ name, size, fields, union }: StructType): string {
  const body = fields.flatMap((field) => writeField(field, size, true));
  if (union !== undefined) {
    const tag = (value: number): string[] =>
      value === 0
        ? []
        : [`      ${writeScalar("uint16", addressOf(union.offset * 2), `${value}`)}`];
    body.push("  switch (value.which) {");
    for (const variant of union.variants) {
      body.push(
        `    case "${variant.name}":`,
        ...tag(variant.tag),
        ...variant.fields.flatMap((field) => writeField(field, size, false)).map(indented),
        "      break;",
      );
    }
    if (union.isOpen) body.push('    case "unknown":', "      throw w.unknownMember();");
    body.push("  }");
  }
  return [
    `export function write${name}(w: Writer, at: number, value: ${name}): void {`,
    ...body,
    "}",
    "",
  ].join("\n");
}

function emitListWriter({ name, size }: StructType): string {
  const { dataWords, pointers } = size;
  return [
    `export function write${name}List(w: Writer, pointer: number, list: readonly ${name}[]): void {`,
    "  if (list.length === 0) return;",
    `  let at = w.structs(pointer, list.length, ${dataWords}, ${pointers});`,
    "  for (let i = 0; i < list.length; i++) {",
    `    write${name}(w, at, list[i] as ${name});`,
    `    at += ${(dataWords + pointers) * 8};`,
    "  }",
    "}",
    "",
  ].join("\n");
}

function writeField(field: Field, size: StructSize, isOptional: boolean): string[] {
  const { name, type, offset } = field;
  const value = `value.${name}`;
  const pointer = addressOf((size.dataWords + offset) * 8);
  switch (type.kind) {
    case "scalar": {
      const address = addressOf(Math.floor(offset * bytesOf(type.scalar)));
      return [`  ${writeScalar(type.scalar, address, value, offset % 8)}`];
    }
    case "text":
      return [`  w.text(${pointer}, ${value});`];
    case "data":
      return [`  w.bytes(${pointer}, ${value});`];
    case "exactText":
      return [`  w.exactText(${pointer}, ${addressOf(type.encodingOffset * 2)}, ${value});`];
    case "struct": {
      const { dataWords, pointers } = type.size;
      const place = `w.struct(${pointer}, ${dataWords}, ${pointers})`;
      const write = `write${type.name.name}(w, ${place}, ${value});`;
      return isOptional ? [`  if (${value} !== undefined) ${write}`] : [`  ${write}`];
    }
    case "list":
      return [`  ${writeList(type.element, pointer, value)}`];
  }
}

function writeList(element: FieldType, pointer: string, value: string): string {
  switch (element.kind) {
    case "struct":
      return `write${element.name.name}List(w, ${pointer}, ${value});`;
    case "text":
      return `w.texts(${pointer}, ${value});`;
    case "data":
      return `w.datas(${pointer}, ${value});`;
    case "scalar": {
      const write = writeScalar(element.scalar, "at", "item").replace(/;$/, "");
      const bytes = bytesOf(element.scalar);
      const code = elementCode(element.scalar);
      return `w.scalars(${pointer}, ${code}, ${bytes}, ${value}, (w, at, item) => { ${write}; });`;
    }
    default:
      throw new Unsupported("a list of this element");
  }
}

function addressOf(bytes: number): string {
  return bytes === 0 ? "at" : `at + ${bytes}`;
}

function indented(line: string): string {
  return `    ${line}`;
}
