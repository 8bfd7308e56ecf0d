"""The members of the client's `FS` for a kernel in another process: the host's own files, with the host's errno."""

import os
import shutil
import stat as modes
from typing import Any


def _facts(result: os.stat_result) -> dict[str, Any]:
    return {
        "dev": result.st_dev,
        "ino": result.st_ino,
        "mode": result.st_mode,
        "nlink": result.st_nlink,
        "uid": result.st_uid,
        "gid": result.st_gid,
        "size": result.st_size,
        "atime": result.st_atime * 1000,
        "mtime": result.st_mtime * 1000,
        "ctime": result.st_ctime * 1000,
    }


def stat(path: str) -> dict[str, Any]:
    return _facts(os.stat(path))


def lstat(path: str) -> dict[str, Any]:
    return _facts(os.lstat(path))


def analyze(path: str) -> dict[str, Any]:
    """What is at a path, if anything: `exists`, `error`, and of what exists its `mode`."""
    try:
        found = os.stat(path)
    except OSError as error:
        return {"exists": False, "error": error.errno, "mode": 0}
    return {"exists": True, "error": 0, "mode": found.st_mode}


def readdir(path: str) -> list[str]:
    return [".", "..", *sorted(os.listdir(path))]


def mkdir(path: str, mode: int = 0o777) -> None:
    os.mkdir(path, mode)


def mkdir_tree(path: str, mode: int = 0o777) -> None:
    os.makedirs(path, mode, exist_ok=True)


def read_file(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def write_file(path: str, data: Any) -> None:
    content = data.encode() if isinstance(data, str) else bytes(data)
    with open(path, "wb") as file:
        file.write(content)


def copy(source: str, target: str) -> None:
    shutil.copyfile(source, target)


def utime(path: str, accessed_ms: float, modified_ms: float) -> None:
    os.utime(path, (accessed_ms / 1000, modified_ms / 1000))


def is_folder(mode: int) -> bool:
    return modes.S_ISDIR(mode)


chdir, chmod, cwd, readlink, rename = os.chdir, os.chmod, os.getcwd, os.readlink, os.rename
rmdir, symlink, truncate, unlink = os.rmdir, os.symlink, os.truncate, os.unlink
