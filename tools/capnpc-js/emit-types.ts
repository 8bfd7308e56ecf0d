import { docComment } from "./emit-comment.ts";
import type { Field, FieldType, StructType, Variant } from "./model.ts";

/** The type of a decoded struct: an interface, or, with a union, one object type for each member of it. */
export function emitStructType(type: StructType): string {
  const { name, union } = type;
  const head = docComment(type.comment, "");
  const fields = type.fields.flatMap((field) => emitField(field, "  "));
  if (union === undefined) {
    return [...head, `export interface ${name} {`, ...fields, "}", ""].join("\n");
  }
  const variants = union.variants.map(emitVariant);
  const unknown = '  | { readonly which: "unknown"; readonly tag: number }';
  const alternatives = [...variants, ...(union.isOpen ? [unknown] : [])].join("\n");
  if (fields.length === 0) {
    return [...head, `export type ${name} =`, `${alternatives};`, ""].join("\n");
  }
  return [...head, `export type ${name} = {`, ...fields, "} & (", alternatives, ");", ""].join(
    "\n",
  );
}

function emitVariant({ name, comment, fields }: Variant): string {
  return [
    ...docComment(comment, "  "),
    "  | {",
    `      readonly which: "${name}";`,
    ...fields.flatMap((field) => emitField(field, "      ", true)),
    "    }",
  ].join("\n");
}

function emitField({ name, comment, type }: Field, indent: string, isMember = false): string[] {
  const absent = type.kind === "struct" && !isMember ? " | undefined" : "";
  return [...docComment(comment, indent), `${indent}readonly ${name}: ${typeText(type)}${absent};`];
}

function typeText(type: FieldType): string {
  switch (type.kind) {
    case "scalar":
      if (type.enumName !== undefined) return type.enumName.name;
      return type.scalar === "bool" ? "boolean" : "number";
    case "text":
    case "exactText":
      return "string";
    case "data":
      return "Uint8Array";
    case "struct":
      return type.name.name;
    case "list":
      return `readonly ${typeText(type.element)}[]`;
  }
}
