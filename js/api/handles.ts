import { Op } from "#vocabulary";
import type { Births } from "../proxy/births.ts";
import { type KernelLink, NO_TARGET } from "../proxy/link.ts";
import { expectNoCall } from "../proxy/py-state.ts";
import type { MemoryUse } from "./diagnostics.ts";

/** One live handle. */
export interface HandleInfo {
  /** Since the other side got it. */
  readonly ageMs: number;
  /** Where that was, when it was after `setDebug(true)`. */
  readonly stack?: string;
}

/** Live handles of one direction and type (BY-handles). */
export interface HandleCount {
  /** Name of the Python type, or tag of the JavaScript object. */
  readonly type: string;
  readonly count: number;
  /** Age of the oldest. */
  readonly ageMs: number;
  /** Each of them, the oldest first. */
  readonly handles: readonly HandleInfo[];
}

export interface Handles {
  /** Python objects that JavaScript holds; what there is most of first. */
  readonly python: readonly HandleCount[];
  /** JavaScript objects that Python holds. */
  readonly javascript: readonly HandleCount[];
  /** Buffer views that are open. */
  readonly bufferViews: number;
}

/** Rows of a handle table, by the type of what they hold. */
type Rows = Iterable<readonly [type: string, indices: readonly number[]]>;

/** The answer to `Op.stats`. */
interface Stats {
  readonly handles: Readonly<Record<string, number[]>>;
  readonly bufferViews: number;
  readonly memory: MemoryUse;
}

/** Asks the kernel what it has. */
export function askStats(link: KernelLink): string {
  expectNoCall();
  return link.ask(Op.stats, NO_TARGET, []) as string;
}

/** As `askStats`, by a promise. */
export async function askStatsLater({ async: side }: KernelLink): Promise<string> {
  return (await side.call(Op.stats, [])) as string;
}

/** @param report the kernel's answer to `Op.stats` */
export function memoryOf(report: string): MemoryUse {
  return (JSON.parse(report) as Stats).memory;
}

/** Lists what each side holds of the other. @param report the kernel's answer to `Op.stats` */
export function handlesOf(link: KernelLink, report: string): Handles {
  const javascript = new Map<string, number[]>();
  for (const { index, object } of link.objects.entries()) {
    const type = tagOf(object);
    const indices = javascript.get(type);
    if (indices === undefined) javascript.set(type, [index]);
    else indices.push(index);
  }
  const stats = JSON.parse(report) as Stats;
  return {
    python: describe(Object.entries(stats.handles), link.proxies.births),
    javascript: describe(javascript, link.objects.births),
    bufferViews: stats.bufferViews,
  };
}

function describe(rows: Rows, births: Births): HandleCount[] {
  const now = Date.now();
  const handleAt = (index: number): HandleInfo => {
    const stack = births.stack(index);
    return { ageMs: births.ageMs(index, now), ...(stack === undefined ? {} : { stack }) };
  };
  const groups = Array.from(rows, ([type, indices]) => {
    const handles = indices.map(handleAt).sort((a, b) => b.ageMs - a.ageMs);
    return { type, count: handles.length, ageMs: handles[0]?.ageMs ?? 0, handles };
  });
  return groups.sort((a, b) => b.count - a.count);
}

/** The tag of an object; a hostile one, which throws when it is looked at, counts as "Object". */
export function tagOf(object: unknown): string {
  try {
    return Object.prototype.toString.call(object).slice(8, -1);
  } catch {
    return "Object";
  }
}
