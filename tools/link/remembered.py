"""Keeps what a link gave in the user's cache, named by all that it was made from: the same link is not run twice."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

KEPT_LINKS = 12


def products(
    settings: Iterable[str], files: Iterable[Path], link: Callable[[], dict[str, bytes]]
) -> dict[str, bytes]:
    """The products of `link`, by file name: from the cache when it has run with the same before.

    `files` are read by content and order, wherever they are; the programs of this folder and of the
    toolchain count by themselves.
    """
    folder = _root() / _key(settings, files)
    if folder.exists():
        os.utime(folder)
        return {file.name: file.read_bytes() for file in folder.iterdir()}
    made = link()
    partial = folder.with_name(f".{folder.name}.{os.getpid()}")
    partial.mkdir(parents=True)
    for name, content in made.items():
        (partial / name).write_bytes(content)
    try:
        partial.rename(folder)
    except OSError:  # another link of the same ended first
        shutil.rmtree(partial)
    _forget_old()
    return made


def _root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "krait" / "link"


def _key(settings: Iterable[str], files: Iterable[Path]) -> str:
    own = sorted(file for file in Path(__file__).parent.rglob("*") if file.suffix in (".py", ".js"))
    show = ["dpkg-query", "--show", "emscripten", "clang-19", "binaryen", "lld-19"]
    tools = subprocess.run(show, capture_output=True, text=True).stdout
    digest = hashlib.sha256("\0".join([tools, *settings]).encode())
    for file in [*own, *files]:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:24]


def _forget_old() -> None:
    kept = [folder for folder in _root().iterdir() if not folder.name.startswith(".")]
    for folder in sorted(kept, key=lambda folder: folder.stat().st_mtime)[:-KEPT_LINKS]:
        shutil.rmtree(folder, ignore_errors=True)
