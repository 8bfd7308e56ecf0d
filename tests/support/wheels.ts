import { createHash } from "node:crypto";
import type { Any } from "./kernel.ts";

/** A file of a package, as lock files and servers have it. */
export interface Wheel {
  readonly fileName: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
  /** The entry of a lock file. */
  readonly entry: Readonly<Record<string, unknown>>;
}

export interface WheelOptions {
  readonly version?: string;
  readonly depends?: readonly string[];
  /** More lines of its metadata. */
  readonly metadata?: readonly string[];
  /** Contents by path in the wheel. Default: one module of the package's name, with its version. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Packs a wheel, with the `zipfile` of a kernel. */
export async function makeWheel(
  py: Any,
  name: string,
  { version = "1.0", depends = [], metadata = [], files }: WheelOptions = {},
): Promise<Wheel> {
  const module = name.replace(/[-.]/g, "_").toLowerCase();
  const stem = `${name.replace(/[-.]/g, "_")}-${version}`;
  const fileName = `${stem}-py3-none-any.whl`;
  const contents = {
    ...(files ?? { [`${module}.py`]: `version = "${version}"\n` }),
    [`${stem}.dist-info/METADATA`]: [
      "Metadata-Version: 2.1",
      `Name: ${name}`,
      `Version: ${version}`,
    ]
      .concat(metadata)
      .join("\n"),
    [`${stem}.dist-info/WHEEL`]: "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  };
  await py.FS.writeFile("/tmp/wheel.json", JSON.stringify({ stem, contents }));
  await py.runPython(`
    import json, zipfile
    with open("/tmp/wheel.json") as file:
        wanted = json.load(file)
    record = f"{wanted['stem']}.dist-info/RECORD"
    with zipfile.ZipFile("/tmp/wheel.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in wanted["contents"].items():
            archive.writestr(path, text)
        archive.writestr(record, "".join(f"{path},,\\n" for path in [*wanted["contents"], record]))
    None
  `);
  const bytes = new Uint8Array(await py.FS.readFile("/tmp/wheel.whl"));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const entry = {
    name,
    version,
    file_name: fileName,
    install_dir: "site",
    sha256,
    package_type: "package",
    imports: [module],
    depends,
  };
  return { fileName, bytes, sha256, entry };
}

/** A lock file of such packages for the kernel's platform. */
export function lockOf(info: object, wheels: readonly Wheel[]): Any {
  const normalized = (name: string) => name.replace(/[-_.]+/g, "-").toLowerCase();
  const packages = wheels.map(({ entry }) => [normalized(String(entry["name"])), entry]);
  return { info, packages: Object.fromEntries(packages) };
}
