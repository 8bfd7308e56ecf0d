/** Where the console's interpreter may live. */
export type PlaceName = "worker" | "in-page" | "remote";

export interface Place {
  readonly name: PlaceName;
  /** For `loadPyodide`. */
  readonly options: object;
}

export const PLACE_TITLES: Readonly<Record<PlaceName, string>> = {
  worker: "in a worker",
  "in-page": "in this page",
  remote: "on a server",
};

export function isPlaceName(text: string | null | undefined): text is PlaceName {
  return text !== null && text !== undefined && Object.hasOwn(PLACE_TITLES, text);
}

/** The place of that name; for `remote` with the address and the token of the server. */
export function placeOf(name: PlaceName, address = "", token = ""): Place {
  if (name === "in-page") return { name, options: {} };
  if (name === "worker") return { name, options: { kernel: "worker" } };
  return { name, options: { kernel: address, token } };
}
