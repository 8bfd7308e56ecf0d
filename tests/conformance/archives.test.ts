import assert from "node:assert/strict";
import { fails, failsInPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();
const { FS } = py;
await py.runPython(`
  import os, shutil
  os.makedirs("/tmp/source")
  open("/tmp/source/f", "w").write("packed")
  for format in ("zip", "tar", "gztar", "bztar", "xztar"):
      shutil.make_archive(f"/tmp/made-{format}", format, "/tmp/source")
  None
`);
const zip: Uint8Array = await FS.readFile("/tmp/made-zip.zip");

/** What the archive's only file holds, once it was unpacked to `folder`. */
const unpacked = (folder: string) => py.runPython(`open("${folder}/f").read()`);

test("AR-format: names and extensions, with or without a dot", async () => {
  const formats: Record<string, [string, string[]]> = {
    zip: ["zip", ["zip", ".zip", "wheel", "whl", ".whl"]],
    tar: ["tar", ["tar", ".tar"]],
    gztar: ["tar.gz", ["gztar", "tar.gz", ".tar.gz", "tgz"]],
    bztar: ["tar.bz2", ["bztar", "tar.bz2", ".tbz2"]],
    xztar: ["tar.xz", ["xztar", ".tar.xz", "txz"]],
  };
  for (const [made, [extension, names]] of Object.entries(formats)) {
    const bytes = await FS.readFile(`/tmp/made-${made}.${extension}`);
    for (const [number, name] of names.entries()) {
      const folder = `/tmp/format/${made}/${number}`;
      await py.unpackArchive(bytes, name, { extractDir: folder });
      assert.equal(await unpacked(folder), "packed", name);
    }
  }
  await failsInPython(
    () => py.unpackArchive(zip, "nope"),
    "ValueError",
    /Unrecognized format nope/,
  );
  await failsInPython(() => py.unpackArchive(zip, "tar"), "ReadError");
  await failsInPython(() => py.unpackArchive(new Uint8Array(3), "zip"), "ReadError");
});

test("AR-unpackArchive, CF-archiveNodeBuffer: any buffer, and of a view its own bytes", async () => {
  const around = new Uint8Array(zip.length + 20);
  around.set(zip, 7);
  const buffers = [
    zip.slice().buffer,
    around.subarray(7, 7 + zip.length),
    new DataView(around.buffer, 7, zip.length),
    Buffer.from(zip),
  ];
  for (const [number, buffer] of buffers.entries()) {
    const folder = `/tmp/buffers/${number}`;
    assert.equal(await py.unpackArchive(buffer, "zip", { extractDir: folder }), undefined);
    assert.equal(await unpacked(folder), "packed");
  }
  for (const wrong of ["text", undefined, [1, 2]]) {
    await fails(
      () => py.unpackArchive(wrong, "zip"),
      "TypeError",
      /^Expected argument 'buffer' to be an ArrayBuffer or an ArrayBuffer view/,
    );
  }
});

test("AR-extractDir: made with its parents; else the working folder", async () => {
  await py.unpackArchive(zip, "zip", { extractDir: "/tmp/deep/er/still" });
  assert.equal(await unpacked("/tmp/deep/er/still"), "packed");
  await FS.mkdirTree("/tmp/here");
  await FS.chdir("/tmp/here");
  await py.unpackArchive(zip, "zip");
  await FS.chdir("/home/pyodide");
  assert.equal(await unpacked("/tmp/here"), "packed");
});

test("AR-wheel: a wheel is a zip file, and nothing is added to it", async () => {
  await py.runPython(`
    import zipfile
    with zipfile.ZipFile("/tmp/tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny/__init__.py", "answer = 42")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Name: tiny\\nVersion: 1.0\\n")
        wheel.writestr("tiny-1.0.data/data/share/note", "data")
  `);
  await py.unpackArchive(await FS.readFile("/tmp/tiny-1.0-py3-none-any.whl"), "whl", {
    extractDir: "/tmp/site",
  });
  const files = await py.runPython(`
    from pathlib import Path
    " ".join(sorted(str(p.relative_to("/tmp/site")) for p in Path("/tmp/site").rglob("*") if p.is_file()))
  `);
  assert.equal(files, "tiny-1.0.data/data/share/note tiny-1.0.dist-info/METADATA tiny/__init__.py");
});

test("AR-shutil: shutil packs and unpacks wheels", async () => {
  const names = await py.runPython(`
    import os, shutil
    made = shutil.make_archive("/tmp/packed", "whl", "/tmp/source")
    os.rename(made, "/tmp/packed-1.whl")
    shutil.unpack_archive("/tmp/packed-1.whl", "/tmp/by-name")
    shutil.unpack_archive("/tmp/packed-1.whl", "/tmp/by-format", "whl")
    str(os.listdir("/tmp/by-name") + os.listdir("/tmp/by-format"))
  `);
  assert.equal(names, "['f', 'f']");
});

test("AR-unpackArchive: what would leave the folder, or fill the memory, is refused", async () => {
  await py.runPython(`
    import io, tarfile, zipfile
    def tar(name, **fields):
        member = tarfile.TarInfo(name)
        for key, value in fields.items():
            setattr(member, key, value)
        with tarfile.open(f"/tmp/hostile-{len(hostile)}.tar", "w") as archive:
            archive.addfile(member)
        hostile.append(member.name)
    hostile = []
    tar("../../outside")
    tar("link", type=tarfile.SYMTYPE, linkname="/home")
    tar("device", type=tarfile.CHRTYPE)
    with zipfile.ZipFile("/tmp/hostile.zip", "w") as archive:
        archive.writestr("../../outside", "x")
    with zipfile.ZipFile("/tmp/bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(1_000_000))
    None
  `);
  for (const number of [0, 1, 2]) {
    const bytes = await FS.readFile(`/tmp/hostile-${number}.tar`);
    const error = await failsInPython(
      () => py.unpackArchive(bytes, "tar", { extractDir: "/tmp/jail/cell" }),
      number === 2
        ? "SpecialFileError"
        : number === 1
          ? "AbsoluteLinkError"
          : "OutsideDestinationError",
    );
    assert.ok(error);
  }
  await py.unpackArchive(await FS.readFile("/tmp/hostile.zip"), "zip", {
    extractDir: "/tmp/jail/cell",
  });
  assert.equal((await FS.analyzePath("/tmp/outside")).exists, false);
  assert.equal((await FS.analyzePath("/outside")).exists, false);
  const bomb = await FS.readFile("/tmp/bomb.zip");
  await failsInPython(
    () => py.unpackArchive(bomb, "zip", { extractDir: "/tmp/b", maxBytes: 999_999 }),
    "ReadError",
    /maxBytes/,
  );
  await py.unpackArchive(bomb, "zip", { extractDir: "/tmp/b", maxBytes: 1_000_000, maxFiles: 1 });
});
