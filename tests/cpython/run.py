#!/usr/bin/env python3.13
"""Runs Python scripts on the wasm interpreter of a prefix, in node, without anything of krait.

usage: run.py [--node-option=OPTION]... SCRIPT [ARGS...]

Run it inside the SDK. The small program around libpython is linked once a prefix and kept in
build/tests/cpython/.
"""

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


def main() -> int:
    options = [word for word in sys.argv[1:] if word.startswith("--node-option=")]
    script = sys.argv[1 + len(options) :]
    python = prefix()
    node = ["node", *(option.partition("=")[2] for option in options)]
    return subprocess.run([*node, linked(python), python / "lib/python3.13", *script]).returncode


if __name__ == "__main__":
    sys.exit(main())
