#!/usr/bin/env python3
"""emcc and em++ as packages call a compiler: `compiler.py emcc|em++ ARGUMENT...`. What is linked into a shared module becomes a
side module; everything else passes as it is, or a probe ("is there this function?") would always succeed.
"""

import os
import re
import shlex
import sys
from pathlib import Path

SIDE_MODULE = [
    "-sSIDE_MODULE=2",
    "-sWASM_BIGINT",
    "-fwasm-exceptions",
    "-sSUPPORT_LONGJMP=wasm",
    "-O2",
]
# Of ELF. The libraries are in the main module.
FOREIGN = ("-shared", "-Wl,-soname", "-Wl,--no-undefined", "-Wl,--as-needed", "-Wl,-O1")
IN_MAIN = ("-lm", "-ldl", "-lffi", "-lz", "-lpthread", "-lc")
# Memory that is shared with threads, which the main module's is not: a module with it could not be loaded.
THREADS = "-pthread"
# Folders of the build machine, which setup scripts add.
OF_HOST = re.compile(r"-(I|L)(/usr(/local)?)?/(include|lib(/x86_64-linux-gnu)?)/?")


def written_out(arguments: list[str]) -> list[str]:
    """With what files of arguments hold (`@FILE`), by which builds pass many."""
    words = []
    for word in arguments:
        words += shlex.split(Path(word[1:]).read_text()) if word.startswith("@") else [word]
    return words


def main() -> None:
    program, *arguments = sys.argv[1:]
    arguments = [
        word for word in written_out(arguments) if not OF_HOST.fullmatch(word) and word != THREADS
    ]
    output = arguments[arguments.index("-o") + 1] if "-o" in arguments else ""
    if output.endswith(".so"):
        module = Path(output).name.split(".")[0]
        arguments = [
            word for word in arguments if not word.startswith(FOREIGN) and word not in IN_MAIN
        ]
        # Without the names of its functions, which are a tenth of it.
        arguments += [*SIDE_MODULE, f"-sEXPORTED_FUNCTIONS=_PyInit_{module}", "-Wl,--strip-all"]
    os.execvp(program, [program, *arguments])


if __name__ == "__main__":
    main()
