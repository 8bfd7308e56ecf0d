/** A schema comment as a TypeScript one. A comment cannot end itself early. */
export function docComment(text: string, indent: string): string[] {
  const lines = text.trim().replaceAll("*/", "*\u200b/").split("\n");
  if (lines.length === 1) return lines[0] ? [`${indent}/** ${lines[0]} */`] : [];
  return [
    `${indent}/**`,
    ...lines.map((line) => `${indent} * ${line.trim()}`.trimEnd()),
    `${indent} */`,
  ];
}
