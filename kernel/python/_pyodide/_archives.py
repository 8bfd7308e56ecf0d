"""Unpacking of archives for `pyodide.unpackArchive` (AR-*)."""

import os
import shutil
from typing import Any

_WHEELS = {"wheel", "whl"}


def _format_of(name: str) -> str:
    """The `shutil` name of a format that is given by its name or an extension of it, with or without a dot.

    Raises ValueError for any other (AR-format)."""
    bare = name.removeprefix(".")
    if bare in _WHEELS:
        return "zip"
    for known, extensions, _ in shutil.get_unpack_formats():
        if bare == known or f".{bare}" in extensions:
            return known
    raise ValueError(f"Unrecognized format {name}")


def unpack(path: str, format: str, extract_dir: str | None = None) -> None:
    """Unpacks the archive at `path` into `extract_dir`, which is made when it is missing; default: the working
    folder (AR-extractDir). Raises shutil.ReadError when the file is not of that format."""
    shutil_format = _format_of(format)
    if extract_dir is not None:
        os.makedirs(extract_dir, exist_ok=True)
    # A tar file may name paths outside of the folder; a zip file is guarded by shutil itself.
    guard: dict[str, Any] = {"filter": "data"} if shutil_format.endswith("tar") else {}
    shutil.unpack_archive(path, extract_dir, shutil_format, **guard)
