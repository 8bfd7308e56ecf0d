import type { Any } from "./kernel.ts";

/**
 * Replaces a file as programs do that never leave one half-written, removes it, and makes it again.
 * @returns what was read on the way: "new True again"
 */
export async function replaceFile(py: Any, folder: string): Promise<string> {
  const replace = await py.runPython(`
    import os
    def replace(folder):
        def write(name, text):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        def read(name):
            with open(os.path.join(folder, name)) as file:
                return file.read()
        os.makedirs(folder, exist_ok=True)
        write("file", "old")
        with open(os.path.join(folder, "file")) as kept:
            write("file.part", "new")
            os.replace(os.path.join(folder, "file.part"), os.path.join(folder, "file"))
            found = [read("file"), str(kept.read() == "old")]
        os.remove(os.path.join(folder, "file"))
        write("file", "again")
        return " ".join([*found, read("file")])
    replace
  `);
  try {
    return await replace(folder);
  } finally {
    await replace.destroy();
  }
}
