"""clang-tidy over the C++ sources; a file whose text and headers have not changed since it passed is not read again."""

import hashlib
import os
from pathlib import Path

import sources
from steps import CHECKOUT, Run


def passed_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "krait" / "tidy"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def check(run: Run, files: list[Path]) -> None:
    shared = hashlib.sha256()
    for path in [CHECKOUT / ".clang-tidy", *sources.with_suffix(".h", ".capnp")]:
        shared.update(path.read_bytes())
    marks = {}
    for path in files:
        digest = shared.copy()
        digest.update(path.read_bytes())
        marks[path] = passed_folder() / digest.hexdigest()[:32]
    unread = [path for path, mark in marks.items() if not mark.exists()]
    if not unread:
        print("  clang-tidy: ok (nothing has changed)")
        return
    command = ["run-clang-tidy", "-quiet", "-p", "build/native", "-warnings-as-errors=*"]
    if run.step("clang-tidy", [*command, *[f"^{path}$" for path in unread]]):
        for path in unread:
            marks[path].touch()
