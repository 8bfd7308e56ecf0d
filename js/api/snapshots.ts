import { Op } from "#vocabulary";
import { imported } from "../proxy/async/steps.ts";
import { type KernelLink, NO_TARGET } from "../proxy/link.ts";
import { expectNoCall } from "../proxy/py-state.ts";
import { tagOf } from "./handles.ts";
import type { PyodideConfig } from "./options.ts";
import { attachAgain } from "./start.ts";

/** What takes the snapshot of a kernel that holds nothing of JavaScript. */
export interface SnapshotTaker {
  take(packages: LoadedPackages): Uint8Array;
  takeLater(packages: LoadedPackages): Promise<Uint8Array>;
}

/** Channels by name (JS-loadedPackages). */
export type LoadedPackages = Readonly<Record<string, string>>;

/** What snapshots are made of. */
export interface SnapshotParts {
  readonly link: KernelLink;
  readonly kernel: { readonly snapshots: SnapshotTaker };
}

/** Lets go of what cannot be saved, and lists what stands in the way. */
const BEGIN = "_pyodide._snapshot.begin";

/**
 * Saves an interpreter that is at rest (BY-snapshot).
 * @throws {PythonError} for tasks and callbacks that are under way, and for registered modules
 * @throws {Error} naming the JavaScript objects that Python holds, open files, and callbacks of C
 */
export function makeSnapshot(
  { link, kernel }: SnapshotParts,
  packages: LoadedPackages,
): Uint8Array {
  expectNoCall();
  const begin = link.askTarget(Op.importModule, NO_TARGET, [BEGIN]);
  try {
    link.ask(Op.call, begin, []);
  } finally {
    begin.drop();
  }
  try {
    refuseHeld(link);
    return kernel.snapshots.take(packages);
  } finally {
    attachAgain(link);
  }
}

/** As `makeSnapshot`, by a promise. Nothing may be called before it is settled. */
export async function makeSnapshotLater(
  { link, kernel }: SnapshotParts,
  packages: LoadedPackages,
): Promise<Uint8Array> {
  await imported(link.async, BEGIN).call([]).settle();
  try {
    refuseHeld(link);
    return await kernel.snapshots.takeLater(packages);
  } finally {
    await attachAgain(link);
  }
}

function refuseHeld({ objects }: KernelLink): void {
  const counts = new Map<string, number>();
  for (const { object } of objects.entries()) {
    const type = tagOf(object);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  const held = Array.from(counts, ([type, count]) => `${count} ${type}`).join(", ");
  throw new Error(
    `a snapshot cannot hold JavaScript objects, and Python holds some: ${held}. Delete the variables that they are in; after setDebug(true) pyodide.handles() says where each came from`,
  );
}

/** @throws {Error} unless the option of JS-opt-makeSnapshot was given */
export function checkSnapshotWanted({ _makeSnapshot: isWanted }: PyodideConfig): void {
  if (isWanted) return;
  throw new Error("makeMemorySnapshot needs loadPyodide with the option _makeSnapshot: true");
}
