import { readFileSync } from "node:fs";
import { after } from "node:test";
import { Kraitd } from "./kraitd.ts";

/** Where the interpreter of these tests lives, as `docs/places.md` names it: "in-page", "worker" or "remote" (`KRAIT_PLACE`). */
export const PLACE = process.env.KRAIT_PLACE || "in-page";
/** Of a server that the file of tests has for itself. */
const address = PLACE === "remote" ? await startServer() : undefined;
/** Whether members give values, "sync", or promises, "async" (`KRAIT_MODE`). */
export const MODE = process.env.KRAIT_MODE || "sync";

/**
 * Options of `loadPyodide` for the place and the mode; none in the page, which is the default. The tests' own server is
 * trusted as any kernel is that runs in their process.
 */
export function placeOptions(): object {
  return {
    ...(PLACE === "in-page" ? {} : { kernel: address ?? PLACE }),
    ...(address === undefined ? {} : { trustRemote: true }),
    ...(MODE === "sync" ? {} : { sync: false }),
  };
}

async function startServer(): Promise<string> {
  const server = await Kraitd.start();
  after(() => server.stop());
  return `unix:${server.path}`;
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

/** Why what a row of the table names, a rule or another thing, cannot hold here. */
export function reasonHere(rule: string): string | undefined {
  return exceptions.find(
    ({ rules, place, mode }) =>
      rules.includes(rule) &&
      (place === "any" || place === PLACE) &&
      (mode === "any" || mode === MODE),
  )?.reason;
}
