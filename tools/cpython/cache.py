"""The cache folder: where things are kept, how they are named, and how they appear in one piece."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path


def root(name: str = "cpython") -> Path:
    """${XDG_CACHE_HOME:-$HOME/.cache}/krait/<name>, created when absent."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "krait" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def key(*inputs: str | Path) -> str:
    """A short name for exactly these inputs: texts as they are, files by name and content."""
    digest = hashlib.sha256()
    for item in inputs:
        if isinstance(item, Path):
            digest.update(item.name.encode() + b"\0" + item.read_bytes())
        else:
            digest.update(item.encode())
        digest.update(b"\1")
    return digest.hexdigest()[:16]


def files_below(*roots: Path) -> Iterable[Path]:
    """The files of some folders (or the files named themselves), in an order that never varies."""
    for folder in roots:
        yield from (
            sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else [folder]
        )


@contextlib.contextmanager
def lock(name: str) -> Iterator[None]:
    """Holds an exclusive lock; a second run waits here. The system drops it if this run dies."""
    with open(root() / f".{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def publish(target: Path) -> Iterator[Path]:
    """Yields an empty folder that becomes `target` by one rename if the block succeeds.

    Call with the lock held: what an interrupted run left behind is removed first.
    """
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    yield partial
    partial.rename(target)
