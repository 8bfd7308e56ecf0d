/** Makes elements of a page. */

type Child = Node | string | number;

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.map(nodeOf));
  return made;
}

/** A table with a caption; `numbers` are the columns that hold numbers. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
  numbers: readonly number[] = [],
): HTMLTableElement {
  const kind = (column: number) => (numbers.includes(column) ? { class: "number" } : {});
  const head = heads.map((text, i) => element("th", { scope: "col", ...kind(i) }, text));
  const body = rows.map((cells) =>
    element("tr", {}, ...cells.map((cell, i) => element("td", kind(i), cell))),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}

function nodeOf(child: Child): Node | string {
  return typeof child === "number" ? String(child) : child;
}
