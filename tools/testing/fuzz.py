#!/usr/bin/env python3
"""Builds the fuzz target with sanitizers and runs it on its corpus.

usage: tools/sdk exec -- tools/testing/fuzz.py [--seconds N] [--keep]
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from steps import CHECKOUT

BUILD = CHECKOUT / "build" / "fuzz"
CORPUS = CHECKOUT / "tests" / "fuzz" / "corpus"
GOLDEN = CHECKOUT / "tests" / "golden"
TARGET = BUILD / "tests" / "fuzz" / "kernel-fuzz"
SECONDS, SECONDS_IN_CI = 10, 60
OPTIONS = ("-Dfuzz=true", "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1")
# Python's own leaks at exit are not looked for; what an input leaks is, by the table's counts.
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "PYTHONMALLOC": "malloc",
    "PYTHONPATH": str(CHECKOUT / "kernel" / "python"),
}


def build() -> None:
    ccache = ["ccache"] if shutil.which("ccache") else []
    compilers = {"CC": " ".join([*ccache, "clang"]), "CXX": " ".join([*ccache, "clang++"])}
    environment = {**os.environ, **compilers, "CCACHE_BASEDIR": str(CHECKOUT)}
    if not (BUILD / "build.ninja").exists():
        command = ["meson", "setup", str(BUILD), str(CHECKOUT), *OPTIONS]
        subprocess.run(command, check=True, env=environment)
    subprocess.run(
        ["ninja", "-C", str(BUILD), str(TARGET.relative_to(BUILD))], check=True, env=environment
    )


def seeds(folder: Path) -> None:
    """Inputs from the golden packets: each behind a greeting."""
    folder.mkdir(parents=True, exist_ok=True)
    greeting = behind_length((GOLDEN / "client" / "greeting.bin").read_bytes())
    for packet in sorted(GOLDEN.glob("*/*.bin")):
        (folder / packet.stem).write_bytes(greeting + behind_length(packet.read_bytes()))


def behind_length(packet: bytes) -> bytes:
    return len(packet).to_bytes(4, "little") + packet


def run(seconds: int, keep: bool) -> int:
    found, from_golden = BUILD / "found", BUILD / "seeds"
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir(parents=True)
    seeds(from_golden)
    folders = [CORPUS] if keep else [found, CORPUS]
    command = [str(TARGET), f"-max_total_time={seconds}", "-max_len=4096", "-timeout=20"]
    command += ["-rss_limit_mb=4096", f"-artifact_prefix={BUILD}/failed-", "-print_final_stats=1"]
    command += [str(folder) for folder in [*folders, from_golden]]
    return subprocess.run(command, env={**os.environ, **SANITIZERS}).returncode


def main() -> int:
    default = SECONDS_IN_CI if os.environ.get("CI") == "true" else SECONDS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=default)
    parser.add_argument("--keep", action="store_true", help="add what is found to the corpus")
    options = parser.parse_args()
    build()
    return run(options.seconds, options.keep)


if __name__ == "__main__":
    sys.exit(main())
