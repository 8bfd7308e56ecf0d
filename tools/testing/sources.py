"""The files of the checkout by kind: those git tracks and those it does not ignore."""

import subprocess
from functools import cache
from pathlib import Path

from steps import CHECKOUT


@cache
def all_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()
    paths = (CHECKOUT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file()]


def with_suffix(*suffixes: str) -> list[Path]:
    return [path for path in all_files() if path.suffix in suffixes]


def with_interpreter(*words: str) -> list[Path]:
    """Scripts without a suffix, by their first line."""
    return [path for path in all_files() if not path.suffix and _first_line(path, words)]


def _first_line(path: Path, words: tuple[str, ...]) -> bool:
    with open(path, "rb") as file:
        line = file.readline(200).decode(errors="replace")
    return line.startswith("#!") and any(word in line for word in words)
