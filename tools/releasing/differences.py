"""Tells whether two folders hold the same."""

import filecmp
from pathlib import Path


class Different(Exception):
    """Two builds of one commit are not the same; names the files."""


def check(first: Path, second: Path) -> None:
    """Raises `Different` unless the same files with the same bytes are in both."""
    names = [{str(p.relative_to(f)) for p in f.rglob("*") if p.is_file()} for f in (first, second)]
    different = sorted(names[0] ^ names[1])
    for name in sorted(names[0] & names[1]):
        if not filecmp.cmp(first / name, second / name, shallow=False):
            different.append(name)
    if different:
        raise Different(f"two builds of this commit differ in: {', '.join(different)}")
