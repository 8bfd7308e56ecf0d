#!/usr/bin/env python3.13
"""Runs the checks of the wasm CPython itself and prints "N passed, N failed" as its last line.

usage: test.py

Run it inside the SDK. Builds the interpreter when the cache lacks it.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

# Each check, with the options that node needs for it.
CHECKS = {
    "check_modules.py": [],
    "check_ctypes.py": [],
    "check_refusals.py": [],
    "check_files.py": [],
    "check_recursion.py": ["--node-option=--stack-size=850"],
}


def main() -> int:
    failed = []
    for check, options in CHECKS.items():
        status = subprocess.run(
            [sys.executable, HERE / "run.py", *options, HERE / check]
        ).returncode
        print(f"{check}: {'ok' if status == 0 else 'FAILED'}", flush=True)
        if status != 0:
            failed.append(check)
    print(f"{len(CHECKS) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
