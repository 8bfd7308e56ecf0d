import { Op } from "#vocabulary";
import { type KernelLink, NO_TARGET } from "../proxy/link.ts";

/** Live handles of one direction: what is held, by type (BY-handles). */
export interface HandleCount {
  readonly type: string;
  readonly count: number;
}

export interface Handles {
  /** Python objects that JavaScript holds. */
  readonly python: readonly HandleCount[];
  /** JavaScript objects that Python holds. */
  readonly javascript: readonly HandleCount[];
  /** Buffer views that are open. */
  readonly bufferViews: number;
}

/** The answer to `Op.stats`. */
interface Stats {
  readonly handles: Readonly<Record<string, number>>;
  readonly bufferViews: number;
}

/** Lists what each side holds of the other. */
export function listHandles(link: KernelLink): Handles {
  const javascript = new Map<string, number>();
  for (const { object } of link.objects.entries()) {
    const type = typeName(object);
    javascript.set(type, (javascript.get(type) ?? 0) + 1);
  }
  const stats = JSON.parse(link.ask(Op.stats, NO_TARGET, []) as string) as Stats;
  return {
    python: counts(Object.entries(stats.handles)),
    javascript: counts(javascript),
    bufferViews: stats.bufferViews,
  };
}

/** The tag of an object; a hostile one, which throws when it is looked at, counts as "Object". */
function typeName(object: unknown): string {
  try {
    return Object.prototype.toString.call(object).slice(8, -1);
  } catch {
    return "Object";
  }
}

function counts(entries: Iterable<[string, number]>): HandleCount[] {
  return Array.from(entries, ([type, count]) => ({ type, count })).sort(
    (a, b) => b.count - a.count,
  );
}
