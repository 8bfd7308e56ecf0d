#!/usr/bin/env python3.13
"""Runs the checks of the wasm CPython itself and prints "N passed, N failed" as its last line.

usage: test.py

Run it inside the SDK. Builds the interpreter when the cache lacks it.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

# Each check by its title, with the words that run.py takes for it.
CHECKS = {
    "modules": [HERE / "check_modules.py"],
    "modules from the zip": ["--zip", HERE / "check_modules.py"],
    "ctypes": [HERE / "check_ctypes.py"],
    "refusals": [HERE / "check_refusals.py"],
    "files": [HERE / "check_files.py"],
    "tracing": [HERE / "check_tracing.py"],
    "recursion": ["--node-option=--stack-size=850", HERE / "check_recursion.py"],
}


def main() -> int:
    failed = []
    for title, words in CHECKS.items():
        status = subprocess.run([sys.executable, HERE / "run.py", *words]).returncode
        print(f"{title}: {'ok' if status == 0 else 'FAILED'}", flush=True)
        if status != 0:
            failed.append(title)
    print(f"{len(CHECKS) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
