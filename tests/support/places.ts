import { readFileSync } from "node:fs";

/** Where the interpreter of these tests lives: "in-page", "worker", or the address of a remote one (`KRAIT_PLACE`). */
const ADDRESS = process.env.KRAIT_PLACE || "in-page";
/** The place as `docs/places.md` names it. */
export const PLACE = ADDRESS === "in-page" || ADDRESS === "worker" ? ADDRESS : "remote";
/** Whether members give values, "sync", or promises, "async" (`KRAIT_MODE`). */
export const MODE = process.env.KRAIT_MODE || "sync";

/** Options of `loadPyodide` for the place and the mode; none in the page, which is the default. */
export function placeOptions(): object {
  return {
    ...(ADDRESS === "in-page" ? {} : { kernel: ADDRESS }),
    ...(MODE === "sync" ? {} : { sync: false }),
  };
}

/** A row of the table of `docs/places.md`: rules that cannot hold in a place or mode. */
interface Exception {
  readonly rules: readonly string[];
  readonly place: string;
  readonly mode: string;
  readonly reason: string;
}

const TABLE = new URL("../../docs/places.md", import.meta.url);
const ROW = /^\| *`([^|]+)` *\| *([\w-]+) *\| *(\w+) *\| *(.+?) *\|$/gm;
const TITLE = /^([A-Z]{2}-[\w.-]*\w(?:, [A-Z]{2}-[\w.-]*\w)*)(?:: |$)/;

const exceptions: Exception[] = Array.from(
  readFileSync(TABLE, "utf8").matchAll(ROW),
  ([, rules = "", place = "", mode = "", reason = ""]) => ({
    rules: rules.split(/`?, *`?/),
    place,
    mode,
    reason,
  }),
);

/** The ids that a test's title begins with. */
export function rulesOf(title: string): readonly string[] {
  return TITLE.exec(title)?.[1]?.split(", ") ?? [];
}

/** Why a test cannot hold here: the reasons, when each of its rules is excepted for the place and mode that run. */
export function exceptionFor(title: string): string | undefined {
  const rules = rulesOf(title);
  const reasons = rules.map(reasonHere);
  if (reasons.length === 0 || reasons.includes(undefined)) return undefined;
  return [...new Set(reasons)].join(" ");
}

/** The row for what the language does at once with a proxy, and for functions that work on proxies at once. */
const VALUES = "values";

/** Why such a test cannot hold here. */
export function exceptionOfValues(): string | undefined {
  return reasonHere(VALUES);
}

function reasonHere(rule: string): string | undefined {
  return exceptions.find(
    ({ rules, place, mode }) =>
      rules.includes(rule) &&
      (place === "any" || place === PLACE) &&
      (mode === "any" || mode === MODE),
  )?.reason;
}
