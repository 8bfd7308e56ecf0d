import { docComment } from "./emit-comment.ts";
import type { ConstType, EnumType } from "./model.ts";

/** An enum as a constant object and a union of its numbers. */
export function emitEnum(type: EnumType): string {
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

export function emitConst(type: ConstType): string {
  return [...docComment(type.comment, ""), `export const ${type.name} = ${type.value};`, ""].join(
    "\n",
  );
}
