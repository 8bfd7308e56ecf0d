#!/usr/bin/env python3.13
"""Runs Python scripts on the wasm interpreter of a prefix, in node, without anything of krait.

usage: run.py [--zip] [--node-option=OPTION]... SCRIPT [ARGS...]

--zip: imports the stdlib from the zip that ships, not from the prefix.

Run it inside the SDK. The small program around libpython is linked once a prefix and kept in
build/tests/cpython/.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

LINK_FLAGS = (
    "-O2 -fwasm-exceptions -sSUPPORT_LONGJMP=wasm -sWASM_BIGINT -sALLOW_MEMORY_GROWTH"
    " -sSTACK_SIZE=5MB -sNODERAWFS -sEXIT_RUNTIME -sINITIAL_MEMORY=32MB -sENVIRONMENT=node"
    # What libffi's JavaScript uses without saying so.
    " -sALLOW_TABLE_GROWTH -sEXPORTED_RUNTIME_METHODS=stackSave,stackRestore,stackAlloc"
    " -sEXPORTED_FUNCTIONS=_main,_emscripten_stack_get_current,__emscripten_stack_restore,"
    "__emscripten_stack_alloc,_malloc,_free"
).split()


def prefix() -> Path:
    built = subprocess.run([ROOT / "tools/cpython/build"], stdout=subprocess.PIPE, check=True)
    return Path(built.stdout.decode().splitlines()[-1])


def linked(python: Path) -> Path:
    """The program as node takes it, linked when absent."""
    source = Path(__file__).with_name("embed.c")
    folder = ROOT / "build/tests/cpython" / python.name
    program = folder / "embed.cjs"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        libraries = (python / "link-libs.txt").read_text().split()
        command = ["emcc", source, f"-I{python}/include/python3.13", f"-L{python}/lib"]
        subprocess.run([*command, *libraries, *LINK_FLAGS, "-o", program], check=True)
    return program


def packed(python: Path) -> Path:
    """The stdlib as it ships, made anew: seconds."""
    archive = ROOT / "build/tests/cpython" / python.name / "python_stdlib.zip"
    tool = ROOT / "tools/cpython/stdlib_zip.py"
    archive.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([tool, archive, "--prefix", python, "--mounted-at", archive], check=True)
    return archive


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--zip", action="store_true")
    parser.add_argument("--node-option", action="append", default=[])
    parser.add_argument("script", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    python = prefix()
    stdlib = packed(python) if arguments.zip else python / "lib/python3.13"
    node = ["node", *arguments.node_option]
    return subprocess.run([*node, linked(python), stdlib, *arguments.script]).returncode


if __name__ == "__main__":
    sys.exit(main())
