import { Op } from "#vocabulary";
import { type Link, NO_TARGET } from "../proxy/link.ts";
import type { PyTarget } from "../proxy/py-state.ts";
import { type AsyncParts, makeAsyncPyodide } from "./async-pyodide.ts";
import { type InternalParts, makeInternalApi } from "./internal-api.ts";
import { withMembersOf } from "./local-members.ts";
import { openPackages, type PackageParts } from "./packages.ts";
import { attachLater, checkVersionLater } from "./start.ts";

/** What Python is given of this side. */
export interface Handover {
  /** The module `pyodide_js`. Default: the whole object. */
  readonly handOver?: (api: { readonly _api: ReturnType<typeof makeInternalApi> }) => object;
  /** The standard streams, where the process of the kernel is not that of the program. */
  readonly streams?: object;
}

/** What `loadPyodide({ sync: false })` resolves to. */
export type AsyncPyodideAPI = Awaited<ReturnType<typeof connectLater>>;

/** The object of a kernel that is asked by promises alone (BY-sync, `sync: false`), once Python has its JavaScript modules. */
export async function connectLater(
  parts: AsyncParts & PackageParts & InternalParts,
  { handOver = (api) => api, streams }: Handover = {},
) {
  const { link, config } = parts;
  await checkVersionLater(link, config);
  const packages = openPackages(parts);
  const [main, pyodideModule] = await Promise.all(
    ["__main__.__dict__", "pyodide"].map((name) => targetOf(link, name)),
  );
  const modules = { main: main as PyTarget, pyodide: pyodideModule as PyTarget };
  const pyodide = withMembersOf(makeAsyncPyodide(parts, modules, packages), {
    _api: makeInternalApi(parts, packages.loader),
  });
  await attachLater(link, config, handOver(pyodide), streams && { streams });
  return pyodide;
}

async function targetOf({ async: side }: Link, name: string): Promise<PyTarget> {
  const answer = side.calls.call({ op: Op.importModule, target: NO_TARGET, args: [name] });
  try {
    return (await answer.value) as PyTarget;
  } finally {
    answer.release();
  }
}
