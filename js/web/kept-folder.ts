/** The folder that Python works in: kept by the browser from visit to visit, where Python runs in the browser. */
import type { Folder } from "./files-panel.ts";
import type { Session } from "./session.ts";

const PATH = "/home/pyodide/files";

/** The folder, and where it is in words. */
export interface WorkFolder extends Folder {
  readonly description: string;
}

export async function openFolder({ place, pyodide }: Session): Promise<WorkFolder> {
  const { FS } = pyodide;
  if (place.name === "remote") {
    const path = await FS.cwd();
    return { FS, path, keep: async () => {}, description: `${path} on the server` };
  }
  const root = await navigator.storage?.getDirectory?.().catch(() => undefined);
  if (root === undefined) {
    await FS.mkdirTree(PATH);
    await FS.chdir(PATH);
    return { FS, path: PATH, keep: async () => {}, description: `${PATH}, gone with the page` };
  }
  const handle = await root.getDirectoryHandle("krait-console", { create: true });
  const mounted = await pyodide.mountNativeFS(PATH, handle);
  await FS.chdir(PATH);
  return {
    FS,
    path: PATH,
    keep: () => mounted.syncfs(),
    description: `${PATH}, kept by this browser`,
  };
}
