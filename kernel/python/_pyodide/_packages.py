"""Packages: unpacks their files to where they belong (PK-install), and tells what is there (PK-preinstalled)."""

import importlib
import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping
from importlib import machinery

from . import _archives

# The end of an extension module's name that says what it was built for.
_TAG = re.compile(r"\.(?:cpython|pypy|graalpy)[^.]*\.so$")


def _is_library(name: str) -> bool:
    """Whether a file is a shared library, and not one of another platform or Python."""
    base = os.path.basename(name)
    if not re.search(r"\.so(\.\d+)*$", base):
        return False
    fits = any(len(end) > 3 and base.endswith(end) for end in machinery.EXTENSION_SUFFIXES)
    return fits or not _TAG.search(base)


def _check_names(archive: zipfile.ZipFile) -> None:
    """Raises ValueError for a member that would leave the folder."""
    for name in archive.namelist():
        parts = re.split(r"[/\\]", name)
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise ValueError(f"the wheel has a file with the hostile name {name!r}")


def _files_below(folder: str) -> Iterator[str]:
    """Paths of the files in a folder, relative to it."""
    for root, _, files in os.walk(folder):
        for file in files:
            yield os.path.relpath(os.path.join(root, file), folder)


def _move(staged: str, target: str, placed: list[str]) -> None:
    """Moves the files below one folder into another, noting where they went."""
    for relative in sorted(_files_below(staged)):
        path = os.path.join(target, relative)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.replace(os.path.join(staged, relative), path)
        placed.append(path)


def _info_folder(staged: str, filename: str) -> str:
    """The name of the wheel's `.dist-info`. Raises ValueError when there is not just one."""
    found = [name for name in os.listdir(staged) if name.endswith(".dist-info")]
    if len(found) != 1:
        raise ValueError(f"{filename} has {len(found)} folders .dist-info; a wheel has one")
    return found[0]


def _data_targets(staged: str, install_dir: str, info: str) -> dict[str, str]:
    """Where the folders of the wheel's `.data` belong, by their paths in the unpacked wheel."""
    stem = info.removesuffix(".dist-info")
    data = os.path.join(staged, f"{stem}.data")
    project = stem.split("-")[0]
    targets = {
        "purelib": install_dir,
        "platlib": install_dir,
        "data": sys.prefix,
        "scripts": os.path.join(sys.prefix, "bin"),
        "headers": os.path.join(sys.prefix, "include", project),
    }
    return {
        path: targets[kind]
        for kind in sorted(targets)
        if os.path.isdir(path := os.path.join(data, kind))
    }


def _add_metadata(folder: str, metadata: Mapping[str, str]) -> None:
    """Writes files into an unpacked `.dist-info`, and lists them in its RECORD, so that they are uninstalled too."""
    for entry, text in metadata.items():
        name = os.path.basename(entry)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
        record = os.path.join(folder, "RECORD")
        if os.path.exists(record):
            with open(record, "a", encoding="utf-8") as file:
                file.write(f"{os.path.basename(folder)}/{name},,\n")


def _unpack(path: str, format: str, staged: str) -> None:
    """Raises shutil.ReadError for an archive that is damaged, ValueError for one that is hostile."""
    if format == "wheel" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            _check_names(archive)
    try:
        _archives.unpack(path, format, staged)
    except (zipfile.BadZipFile, EOFError) as error:
        raise shutil.ReadError(f"the archive is damaged: {error}") from error


def _format_of(filename: str) -> str:
    """The format of a package's file. Raises ValueError for one that is no archive."""
    for name, extensions, _ in shutil.get_unpack_formats():
        if filename.endswith(tuple(extensions)):
            return "wheel" if filename.endswith(".whl") else name
    raise ValueError(f"{filename} is not named as a wheel or an archive")


def _place(staged: str, install_dir: str, info: str | None) -> list[str]:
    """Moves what was unpacked to where it belongs; where everything is. A failure leaves nothing behind."""
    placed: list[str] = []
    try:
        if info is not None:
            for source, target in _data_targets(staged, install_dir, info).items():
                _move(source, target, placed)
        _move(staged, install_dir, placed)
    except BaseException:
        for path in placed:
            os.unlink(path)
        raise
    return placed


def install(path: str, filename: str, folder: str, metadata: Mapping[str, str]) -> list[str]:
    """Unpacks the package in the file at `path`, whose own name is `filename`, into a folder of `sys.path`: whole, or,
    when it fails, not at all. `metadata` are texts of files that are added to a wheel's `.dist-info`. Gives the paths
    of the shared libraries that it has for this platform. Raises ValueError for what is no package, shutil.ReadError
    for a damaged file."""
    is_wheel = filename.endswith(".whl")
    if is_wheel and filename.count("-") < 4:
        raise ValueError(f"{filename} is not named as a wheel")
    os.makedirs(folder, exist_ok=True)
    staged = os.path.join(folder, f".installing-{os.getpid()}-{filename}")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        _unpack(path, _format_of(filename), staged)
        info = _info_folder(staged, filename) if is_wheel else None
        if info is not None:
            _add_metadata(os.path.join(staged, info), metadata)
        placed = _place(staged, folder, info)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    importlib.invalidate_caches()
    return [path for path in placed if _is_library(path)]


def _channel_of(distribution: object) -> str:
    read = distribution.read_text  # type: ignore[attr-defined]
    if source := read("PYODIDE_SOURCE"):
        return "default channel" if source.strip() == "pyodide" else source.strip()
    if direct := read("direct_url.json"):
        return json.loads(direct).get("url", "Unknown")
    if installer := read("INSTALLER"):
        return f"{installer.strip()} (index unknown)"
    return "Unknown"


def preinstalled(folder: str) -> list[tuple[str, str]]:
    """Names and channels of the packages that are installed in a folder."""
    from importlib import metadata

    found = metadata.distributions(path=[folder])
    by_name = {re.sub(r"[-_.]+", "-", each.name).lower(): each for each in found if each.name}
    return [(each.name, _channel_of(each)) for each in by_name.values()]


def say(line: str, is_error: bool) -> None:
    """Prints a line to where the program's standard streams went when it began (PK-messages.default)."""
    stream = sys.__stderr__ if is_error else sys.__stdout__
    print(line, file=stream, flush=True)
