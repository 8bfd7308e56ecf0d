#!/usr/bin/env python3
"""Fetches the wheels of wheels.toml from the package index to build/abi, by their hashes, and says there what to do with each.

usage: tools/sdk exec -- tests/abi/fetch.py
"""

import json
import shutil
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
# Files of the index are fetched and kept as the recipes' are.
sys.path[:0] = [str(CHECKOUT / "tools" / name) for name in ("recipes", "cpython")]

import index  # noqa: E402


def main() -> int:
    wheels = tomllib.loads((HERE / "wheels.toml").read_text())["wheel"]
    target = CHECKOUT / "build" / "abi"
    target.mkdir(parents=True, exist_ok=True)
    try:
        for wheel in wheels:
            found = index.file(wheel["name"], wheel["file"], wheel["sha256"])
            shutil.copy(found, target / wheel["file"])
    except (index.NotServed, OSError) as error:
        print(f"abi: {error}", file=sys.stderr)
        return 1
    (target / "wheels.json").write_text(json.dumps(wheels, indent=2) + "\n")
    print(f"abi: {len(wheels)} wheels in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
