"""Imports every module of the installed stdlib, and checks what must and must not be there.

Runs inside the wasm interpreter: tests/cpython/run.py tests/cpython/check_modules.py
"""

import importlib
import pkgutil
import sys

# Rule PY-stdlib: absent, each with ImportError. docs/stdlib.md has the reasons.
ABSENT = (
    "curses tkinter dbm readline pwd grp resource syslog venv ensurepip test turtle"
    " idlelib _curses _tkinter _posixshmem _hashlib"
).split()

# Rule PY-stdlib, and what users of such systems import most besides.
PRESENT = (
    "ssl sqlite3 lzma bz2 zlib hashlib ctypes decimal mmap select socket fcntl termios"
    " multiprocessing threading subprocess asyncio json csv statistics zoneinfo xml.etree.ElementTree"
    " unicodedata _elementtree pyexpat _decimal _ctypes _sqlite3 _lzma _bz2 _socket _datetime"
    " _multibytecodec _codecs_jp _codecs_tw _blake2 _sha3 multiprocessing.pool concurrent.futures"
).split()

# Parts of packages that name what is absent, or are written for other systems. Their packages work.
UNUSABLE = (
    "_ios_support _overlapped _pyrepl._minimal_curses _pyrepl.curses _pyrepl.readline"
    " _pyrepl.simple_interact _pyrepl.unix_console _pyrepl.unix_eventqueue _pyrepl.windows_console"
    " asyncio.windows_events asyncio.windows_utils encodings.mbcs encodings.oem"
    " multiprocessing.forkserver multiprocessing.popen_forkserver"
    " multiprocessing.popen_spawn_win32 multiprocessing.resource_sharer"
    " multiprocessing.resource_tracker multiprocessing.shared_memory multiprocessing.synchronize"
).split()

# Importing them runs a program or prints.
PROGRAMS = ("antigravity", "this")


def all_modules() -> list[str]:
    found = {module.name for module in pkgutil.walk_packages(sys.path, onerror=lambda name: None)}
    names = found | set(sys.builtin_module_names)
    return sorted(
        name
        for name in names
        if name not in PROGRAMS and not name.endswith("__main__") and name not in UNUSABLE
    )


def why_not_importable(name: str) -> str | None:
    try:
        importlib.import_module(name)
    except BaseException as reason:
        return f"{name}: {type(reason).__name__}: {reason}"
    return None


def main() -> None:
    names = all_modules()
    problems = [problem for name in names if (problem := why_not_importable(name))]
    problems += [problem for name in PRESENT if (problem := why_not_importable(name))]
    problems += [f"{name} should be absent" for name in ABSENT if not why_not_importable(name)]
    print(f"{len(names)} modules, {len(sys.builtin_module_names)} of them built in")
    print("\n".join(sorted(set(problems))) or "every module imports")
    sys.exit(1 if problems else 0)


main()
