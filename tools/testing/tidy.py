"""clang-tidy over the C++ sources; a file whose text and headers have not changed since it passed is not read again."""

import hashlib
import os
import subprocess
from pathlib import Path

import sources
from steps import CHECKOUT, Run

NATIVE = CHECKOUT / "build" / "native"


def passed_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "krait" / "tidy"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def check(run: Run, files: list[Path]) -> None:
    headers = _headers_of_objects()
    every_header = sources.with_suffix(".h", ".capnp")
    marks = {}
    for path in files:
        digest = hashlib.sha256((CHECKOUT / ".clang-tidy").read_bytes())
        for part in [path, *headers.get(path, every_header)]:
            digest.update(part.read_bytes())
        marks[path] = passed_folder() / digest.hexdigest()[:32]
    unread = [path for path, mark in marks.items() if not mark.exists()]
    if not unread:
        print("  clang-tidy: ok (nothing has changed)")
        return
    command = ["run-clang-tidy", "-quiet", "-p", NATIVE, "-warnings-as-errors=*"]
    if run.step("clang-tidy", [*command, *[f"^{path}$" for path in unread]]):
        for path in unread:
            marks[path].touch()


def _headers_of_objects() -> dict[Path, list[Path]]:
    """By source: the project's headers that its object was made with, as ninja remembers them."""
    told = subprocess.run(
        ["ninja", "-C", NATIVE, "-t", "deps"], capture_output=True, text=True, check=False
    ).stdout
    found: dict[Path, list[Path]] = {}
    for block in told.split("\n\n"):
        paths = [(NATIVE / line.strip()).resolve() for line in block.splitlines()[1:]]
        ours = [path for path in paths if path.is_relative_to(CHECKOUT) and path.is_file()]
        if ours:
            found[ours[0]] = sorted(ours[1:])
    return found
