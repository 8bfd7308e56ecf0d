"""Archives: `pyodide.unpackArchive`, wheels as a format of `shutil` (AR-*)."""

import os
import shutil
from collections.abc import Iterator

_WHEELS = {"wheel", "whl"}

# A small archive can unpack to more than the memory holds. These are above what programs ship, and below that.
MAX_BYTES = 1 << 30
MAX_FILES = 200_000


def register_wheels() -> None:
    """Makes `shutil` know wheels, which are zip files (AR-shutil)."""
    shutil.register_archive_format("whl", shutil._make_zipfile, description="Wheel file")
    shutil.register_unpack_format("whl", [".whl", ".wheel"], shutil._unpack_zipfile)


def unregister_wheels() -> None:
    shutil.unregister_archive_format("whl")
    shutil.unregister_unpack_format("whl")


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


class _Budget:
    """What an archive may still unpack to."""

    def __init__(self, max_bytes: int, max_files: int) -> None:
        self._max_bytes, self._max_files = max_bytes, max_files
        self._bytes = self._files = 0

    def take(self, size: int) -> None:
        """Counts one member. Raises shutil.ReadError past a limit."""
        self._bytes += size
        self._files += 1
        if self._bytes > self._max_bytes:
            raise shutil.ReadError(
                f"the archive unpacks to more than {self._max_bytes} bytes; the option maxBytes allows more"
            )
        if self._files > self._max_files:
            raise shutil.ReadError(
                f"the archive holds more than {self._max_files} files; the option maxFiles allows more"
            )


def _unpack_tar(path: str, folder: str, budget: _Budget) -> None:
    """Nothing gets outside of the folder: the filter refuses paths, links and devices that would."""
    import tarfile

    def counted(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
        for member in tar:
            budget.take(member.size)
            yield member

    try:
        tar = tarfile.open(path)
    except tarfile.TarError as error:
        raise shutil.ReadError(f"{path} is not a compressed or uncompressed tar file") from error
    with tar:
        tar.extractall(folder, counted(tar), filter="data")


def _check_zip(path: str, budget: _Budget) -> None:
    """The sizes in a zip's directory are what is unpacked at the most. Paths are guarded by shutil itself."""
    import zipfile

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                budget.take(member.file_size)


def unpack(
    path: str,
    format: str,
    extract_dir: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_files: int = MAX_FILES,
) -> None:
    """Unpacks the archive at `path` into `extract_dir`, which is made when it is missing; default: the working
    folder (AR-extractDir). Raises shutil.ReadError when the file is not of that format, or unpacks to more than the
    limits."""
    known = _format_of(format)
    folder = extract_dir if extract_dir is not None else os.getcwd()
    os.makedirs(folder, exist_ok=True)
    budget = _Budget(max_bytes, max_files)
    if known.endswith("tar"):
        _unpack_tar(path, folder, budget)
        return
    if known == "zip":
        _check_zip(path, budget)
    shutil.unpack_archive(path, folder, known)
