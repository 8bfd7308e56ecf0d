#!/usr/bin/env python3.13
"""Packs the stdlib, and packages of ours, into the one zip that a running interpreter imports from.

usage: stdlib_zip.py OUT.zip --prefix PREFIX [--extra FOLDER=NAME]... [--mounted-at PATH]

PREFIX is what tools/cpython/build prints. Each --extra puts the modules below FOLDER into the zip
as package NAME. PATH is the zip's place in the interpreter's file system; it appears in tracebacks.

The zip is the same, byte for byte, for the same input. What is in it follows from its download
size, compressed by the server: entries are stored, since brotli over the whole finds more than
deflate a file did; there is bytecode only, and its line tables have no columns, since there are no
source lines to mark them in. docs/stdlib.md has the figures.
"""

import argparse
import importlib.util
import marshal
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

# Pure-Python twins of built-in modules; what is written for other systems.
LEFT_OUT = {
    "_aix_support.py",
    "_android_support.py",
    "_apple_support.py",
    "_ios_support.py",
    "_pydatetime.py",
    "_pydecimal.py",
    "_pyio.py",
    "_pyrepl/windows_console.py",
    "asyncio/proactor_events.py",
    "asyncio/windows_events.py",
    "asyncio/windows_utils.py",
    "encodings/mbcs.py",
    "encodings/oem.py",
    "multiprocessing/popen_spawn_win32.py",
}
# Frozen into the interpreter, which takes them from there.
FROZEN = {
    "_collections_abc.py",
    "_sitebuiltins.py",
    "abc.py",
    "codecs.py",
    "genericpath.py",
    "importlib/_bootstrap.py",
    "importlib/_bootstrap_external.py",
    "importlib/machinery.py",
    "importlib/util.py",
    "io.py",
    "ntpath.py",
    "os.py",
    "posixpath.py",
    "runpy.py",
    "site.py",
    "stat.py",
    "zipimport.py",
}
# What `sysconfig.get_config_var` tells installers of the platform that wheels must be built for (PEP 783), under its
# present name and its earlier one.
PLATFORM_VERSION = "2025_0"
PLATFORM_VARIABLES = {
    "PYEMSCRIPTEN_PLATFORM_VERSION": PLATFORM_VERSION,
    "PYODIDE_ABI_VERSION": PLATFORM_VERSION,
}
LEFT_OUT_FOLDERS = {"__pycache__", "macholib"}

# PEP 552: a hash-based .pyc whose hash is never checked, so that it may be anything.
UNCHECKED_HEADER = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)

# The earliest time a zip can name.
TIMESTAMP = (1980, 1, 1, 0, 0, 0)


def modules(folder: Path) -> Iterator[tuple[str, Path]]:
    """The .py files below a folder, by their name relative to it."""
    for file in folder.rglob("*.py"):
        relative = file.relative_to(folder)
        if not LEFT_OUT_FOLDERS & set(relative.parts):
            yield relative.as_posix(), file


def collect(prefix: Path, extras: list[str]) -> dict[str, Path]:
    """Everything that goes in, by its name in the zip."""
    [stdlib] = prefix.glob("lib/python3.*")
    left_out = LEFT_OUT | FROZEN
    found = {name: file for name, file in modules(stdlib) if name not in left_out}
    for extra in extras:
        folder, _, package = extra.rpartition("=")
        if not Path(folder).is_dir():
            sys.exit(f"--extra {extra}: {folder or 'it'} is not a folder")
        for name, file in modules(Path(folder)):
            found[f"{package}/{name}" if package else name] = file
    return found


def bytecode(file: Path, shown_as: str) -> bytes:
    source = file.read_bytes()
    if file.name.startswith("_sysconfigdata_"):
        source += f"build_time_vars.update({PLATFORM_VARIABLES})\n".encode()
    code = compile(source, shown_as, "exec", dont_inherit=True, optimize=0)
    return UNCHECKED_HEADER + marshal.dumps(code)


def write(out: Path, found: dict[str, Path], mounted_at: str) -> None:
    partial = out.with_name(out.name + ".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
        for name, file in sorted(found.items()):
            entry = zipfile.ZipInfo(name + "c", TIMESTAMP)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, bytecode(file, f"{mounted_at}/{name}"))
    partial.replace(out)


def main() -> None:
    usage = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    usage.add_argument("out", type=Path)
    usage.add_argument("--prefix", type=Path, required=True)
    usage.add_argument("--extra", action="append", default=[], metavar="FOLDER=NAME")
    usage.add_argument("--mounted-at", default="/lib/python313.zip")
    arguments = usage.parse_args()
    write(arguments.out, collect(arguments.prefix, arguments.extra), arguments.mounted_at)


if __name__ == "__main__":
    if not sys.flags.isolated or "no_debug_ranges" not in sys._xoptions:
        isolated = [sys.executable, "-I", "-S", "-X", "no_debug_ranges", *sys.argv]
        os.execv(sys.executable, isolated)
    main()
