"""What a client asks of the host of a kernel in another process: its variables, the files of its `FS`, the bytes of its
buffer views.

`call(name, *arguments)` gives bytes, or JSON text: `{"value": …}`, or `{"errno": …}` for a failure of the host.
"""

import atexit
import ctypes
import errno
import json
import os
import shutil
import site
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from typing import Any

from . import _process_limits

_FLAGS = {
    "r": os.O_RDONLY,
    "r+": os.O_RDWR,
    "w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    "w+": os.O_RDWR | os.O_CREAT | os.O_TRUNC,
    "a": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
    "a+": os.O_RDWR | os.O_CREAT | os.O_APPEND,
}


def call(name: str, *arguments: Any) -> str | bytes:
    try:
        value = _MEMBERS[name](*arguments)
    except OSError as error:
        return json.dumps({"errno": error.errno or errno.EIO})
    return value if isinstance(value, bytes) else json.dumps({"value": value})


def _stat(result: os.stat_result) -> dict[str, Any]:
    names = ("dev", "ino", "mode", "nlink", "uid", "gid", "rdev", "size", "blksize", "blocks")
    times = {name: getattr(result, f"st_{name}") * 1000 for name in ("atime", "mtime", "ctime")}
    return {name: getattr(result, f"st_{name}") for name in names} | times


def _analyze(path: str, follow: bool = True) -> dict[str, Any]:
    """What is at a path, if anything, and what its folder is: modes, or None."""
    absolute = os.path.abspath(path)
    facts: dict[str, Any] = {"path": absolute, "mode": None, "parentMode": None, "error": 0}
    try:
        facts["parentMode"] = os.stat(os.path.dirname(absolute)).st_mode
        facts["mode"] = (os.stat if follow else os.lstat)(absolute).st_mode
    except OSError as error:
        facts["error"] = error.errno
    return facts


def _flags(flags: str | int) -> int:
    if isinstance(flags, int):
        return flags
    bare = flags.replace("x", "").replace("s", "")
    if bare not in _FLAGS:
        raise OSError(errno.EINVAL, f"unknown flags {flags!r}")
    return _FLAGS[bare] | (os.O_EXCL if "x" in flags else 0)


def _open(path: str, flags: str | int, mode: int = 0o666) -> dict[str, Any]:
    number = _flags(flags)
    return {"fd": os.open(path, number, mode), "flags": number, "path": os.path.abspath(path)}


def _read(fd: int, count: int, position: int | None = None) -> bytes:
    return os.read(fd, count) if position is None else os.pread(fd, count, position)


def _write(fd: int, data: Any, position: int | None = None) -> int:
    return os.write(fd, data) if position is None else os.pwrite(fd, data, position)


def _read_file(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _write_file(path: str, data: Any, flags: str | int, mode: int = 0o666) -> None:
    content = data.encode() if isinstance(data, str) else data
    with open(os.open(path, _flags(flags), mode), "wb") as file:
        file.write(content)


def _begin(environment: str, executable: str | None, limits: str) -> dict[str, Any]:
    """Begins a session: variables of the client, the home folder that they name, and as in a virtual environment a prefix of
    its own for what it installs, which is gone when the kernel ends. `limits`: see `_process_limits`.
    """
    _process_limits.apply(**json.loads(limits))
    variables = json.loads(environment)
    os.environ.update({"PYTHONINSPECT": "1"} | variables)
    os.unsetenv("PYTHONINSPECT")  # processes that Python starts would heed it
    time.tzset()
    if executable is not None:
        sys.executable = executable
    home = variables.get("HOME")
    if home is not None:
        os.makedirs(home, exist_ok=True)
        os.chdir(home)
    sys.prefix = sys.exec_prefix = tempfile.mkdtemp(prefix="krait-")
    atexit.register(shutil.rmtree, sys.prefix, ignore_errors=True)
    site.PREFIXES = [sys.prefix]
    site_packages = sysconfig.get_path("purelib", "venv", {"base": sys.prefix})
    os.makedirs(site_packages)
    sys.path.insert(0, site_packages)
    return {"sitePackages": site_packages}


def _read_memory(address: int, count: int) -> bytes:
    return ctypes.string_at(address, count)


def _write_memory(address: int, data: Any) -> None:
    ctypes.memmove(address, bytes(data), len(data))


_MEMBERS: dict[str, Callable[..., Any]] = {
    "analyze": _analyze,
    "begin": _begin,
    "chdir": os.chdir,
    "chmod": os.chmod,
    "chown": os.chown,
    "close": os.close,
    "cwd": os.getcwd,
    "errnoCodes": lambda: {name: number for number, name in errno.errorcode.items()},
    "fchmod": os.fchmod,
    "fchown": os.fchown,
    "fstat": lambda fd: _stat(os.fstat(fd)),
    "fsync": os.fsync,
    "ftruncate": os.ftruncate,
    "lchmod": lambda path, mode: os.chmod(path, mode, follow_symlinks=False),
    "lchown": os.lchown,
    "llseek": os.lseek,
    "lookup": lambda path: {
        "path": os.path.realpath(path, strict=True),
        "mode": os.stat(path).st_mode,
    },
    "lstat": lambda path: _stat(os.lstat(path)),
    "mkdir": lambda path, mode=0o777: os.mkdir(path, mode),
    "mkdirTree": lambda path, mode=0o777: os.makedirs(path, mode, exist_ok=True),
    "mknod": os.mknod,
    "open": _open,
    "read": _read,
    "readFile": _read_file,
    "readMemory": _read_memory,
    "readdir": lambda path: [".", "..", *sorted(os.listdir(path))],
    "readlink": os.readlink,
    "rename": os.rename,
    "rmdir": os.rmdir,
    "stat": lambda path: _stat(os.stat(path)),
    "symlink": os.symlink,
    "truncate": os.truncate,
    "unlink": os.unlink,
    "utime": lambda path, accessed, modified: os.utime(path, (accessed / 1000, modified / 1000)),
    "write": _write,
    "writeFile": _write_file,
    "writeMemory": _write_memory,
}
