import type { EnumType, SchemaFile } from "./request.ts";

/** The TypeScript module of one schema: each enum as a constant object and a union of its numbers. */
export function emitModule(file: SchemaFile): string {
  const head = `// Generated from ${file.filename} by tools/capnpc-js. Do not edit.\n`;
  return [head, ...file.enums.map(emitEnum)].join("\n");
}

function emitEnum(type: EnumType): string {
  const rows = type.enumerants.flatMap((enumerant) => [
    ...docComment(enumerant.comment, "  "),
    `  ${enumerant.name}: ${enumerant.ordinal},`,
  ]);
  return [
    ...docComment(type.comment, ""),
    `export const ${type.name} = {`,
    ...rows,
    "} as const;",
    `export type ${type.name} = (typeof ${type.name})[keyof typeof ${type.name}];`,
    "",
  ].join("\n");
}

/** A schema comment as a TypeScript one. A comment cannot end itself early. */
function docComment(text: string, indent: string): string[] {
  const lines = text.trim().replaceAll("*/", "*\u200b/").split("\n");
  if (lines.length === 1) return lines[0] ? [`${indent}/** ${lines[0]} */`] : [];
  return [
    `${indent}/**`,
    ...lines.map((line) => `${indent} * ${line.trim()}`.trimEnd()),
    `${indent} */`,
  ];
}
