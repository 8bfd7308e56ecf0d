"""The archive of the native server: kraitd with its libraries, its loader and CPython, for any x86-64 Linux.

krait-server-VERSION-linux-x86_64/
  bin/kraitd           what users start: a script
  libexec/             kraitd, bwrap
  lib/                 the dynamic loader and all libraries
  python/              CPython's library (Debian's), compiled
  krait/               the Python half of the API
  licenses/            a file a Debian package
"""

import gzip
import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

# In a checkout that was built.
PROGRAM = Path("build") / "native" / "services" / "sessions" / "kraitd"
PYTHON_HALF = Path("kernel") / "python"
PYTHON = "python3.13"
PYTHON_PROGRAM = Path("/usr/bin") / PYTHON
STDLIB = Path("/usr/lib") / PYTHON
LOADER = Path("/lib64/ld-linux-x86-64.so.2")
# libwebsockets loads it by name.
PLUGINS = [Path("/usr/lib/x86_64-linux-gnu/libwebsockets-evlib_uv.so")]
BUBBLEWRAP = Path("/usr/bin/bwrap")

# Of the standard library: what needs a screen or a terminal, tests, and what embeds CPython in C programs.
LEFT_OUT = (
    "__pycache__ config-3.13-* dist-packages idlelib lib2to3 pydoc_data sitecustomize.py test tkinter turtle.py "
    "turtledemo _curses*.so _dbm*.so _gdbm*.so _tkinter*.so readline*.so curses EXTERNALLY-MANAGED"
).split()

SCRIPT = """#!/bin/sh
# Starts kraitd with the libraries beside it, whatever this host has.
here=$(dirname "$(readlink -f "$0")")
here=${here%/bin}
exec "$here/lib/ld-linux-x86-64.so.2" --library-path "$here/lib" "$here/libexec/kraitd" --installed-at "$here" "$@"
"""

PYTHON_SCRIPT = """#!/bin/sh
# Starts CPython with the libraries of this archive.
here=$(dirname "$(readlink -f "$0")")
here=${here%/python/bin}
PYTHONHOME="$here/python" exec "$here/lib/ld-linux-x86-64.so.2" --library-path "$here/lib" "$here/libexec/python3.13" "$@"
"""

README = """# krait's server, {version}

Hosts CPython {python} for JavaScript programs. It runs on any x86-64 Linux, and needs nothing of the host but, for closing kernels off
from it, what bubblewrap needs: user namespaces that users may make.

    bin/kraitd --listen unix:/run/user/1000/krait.sock
    bin/kraitd --help

With `bin` in PATH, `krait serve` of the npm package `krait` finds it. Programs connect with
`loadPyodide({{ kernel: "unix:/run/user/1000/krait.sock" }})`. Native packages come from a virtual environment of CPython 3.13:
`--python-path FOLDER/lib/python3.13/site-packages`.

Libraries and CPython are those of Debian, unchanged; krait-server-{version}.cdx.json beside this archive has their versions, by which Debian
has their sources. `licenses` has their terms, LICENSE has krait's.
"""


def write(checkout: Path, archive: Path, version: str) -> set[str]:
    """Writes the archive of a checkout, a gzipped tar. Gives the paths of the system's files in it."""
    with tempfile.TemporaryDirectory(prefix="krait-server-") as work:
        root = Path(work) / f"krait-server-{version}-linux-x86_64"
        taken = _assemble(checkout, root, version)
        _pack(root, archive)
    return taken


def _assemble(checkout: Path, root: Path, version: str) -> set[str]:
    for folder in ("bin", "libexec", "lib", "python/bin", "python/lib", "licenses"):
        (root / folder).mkdir(parents=True)
    scripts = {root / "bin" / "kraitd": SCRIPT, root / "python" / "bin" / PYTHON: PYTHON_SCRIPT}
    for script, text in scripts.items():
        script.write_text(text)
        script.chmod(0o755)
    shutil.copy(BUBBLEWRAP, root / "libexec" / "bwrap")
    shutil.copy(PYTHON_PROGRAM, root / "libexec" / PYTHON)
    subprocess.run(["strip", "-o", root / "libexec" / "kraitd", checkout / PROGRAM], check=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.md")
    shutil.copytree(checkout / PYTHON_HALF, root / "krait", ignore=ignored)
    stdlib = root / "python" / "lib" / PYTHON
    shutil.copytree(STDLIB, stdlib, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=False)
    for folder in (stdlib, root / "krait"):
        _compile(folder, root)
    libraries = _libraries(
        [checkout / PROGRAM, BUBBLEWRAP, *PLUGINS, *stdlib.glob("lib-dynload/*.so")]
    )
    for library in (LOADER, *PLUGINS, *libraries):
        shutil.copy(library.resolve(), root / "lib" / library.name)
    shutil.copy(checkout / "LICENSE", root / "LICENSE")
    python = subprocess.run([PYTHON, "--version"], check=True, text=True, stdout=subprocess.PIPE)
    text = README.format(version=version, python=python.stdout.split()[1])
    (root / "README.md").write_text(text)
    taken = {
        str(path)
        for path in (LOADER, BUBBLEWRAP, PYTHON_PROGRAM, STDLIB / "os.py", *PLUGINS, *libraries)
    }
    for package in packages_of(taken):
        copyright_file = Path("/usr/share/doc") / package / "copyright"
        shutil.copy(copyright_file.resolve(), root / "licenses" / package)
    return taken


def _compile(folder: Path, root: Path) -> None:
    """Compiled once and for all, since kernels cannot write there; without where it was done."""
    command = [PYTHON, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    # In one process and order, so that the same sources give the same bytes.
    where = ["-s", str(root.parent), "-p", "/", str(folder)]
    subprocess.run([*command, *where], check=True, env={**os.environ, "PYTHONHASHSEED": "0"})


def _libraries(programs: list[Path]) -> list[Path]:
    """What the programs load, as `ldd` says, but the loader."""
    found: dict[str, Path] = {}
    for program in programs:
        listed = subprocess.run(["ldd", program], check=True, text=True, stdout=subprocess.PIPE)
        for name, path in re.findall(r"^\s*(\S+) => (/\S+)", listed.stdout, re.MULTILINE):
            found[name] = Path(path).parent / name
    return [found[name] for name in sorted(found)]


def packages_of(paths: set[str]) -> dict[str, tuple[str, str]]:
    """The Debian packages that files are from: name -> source, version."""
    packages: dict[str, tuple[str, str]] = {}
    for path in sorted(paths):
        name = _package_of(Path(path))
        form = "${source:Package} ${source:Version}"
        query = ["dpkg-query", "--show", f"--showformat={form}", name]
        shown = subprocess.run(query, check=True, text=True, stdout=subprocess.PIPE)
        source, version = shown.stdout.split()
        packages[name] = (source, version)
    return packages


def _package_of(path: Path) -> str:
    # dpkg knows a file by the path in its package: /lib is a link to /usr/lib. It tells of moved files too.
    for known in (path, path.resolve(), Path("/usr") / str(path).lstrip("/")):
        searched = subprocess.run(
            ["dpkg-query", "--search", known], text=True, capture_output=True, check=False
        )
        owners = re.findall(r"^(?!diversion )([^:,\s]+)", searched.stdout, re.MULTILINE)
        if owners:
            return owners[0]
    raise FileNotFoundError(f"no Debian package has {path}")


def _pack(root: Path, archive: Path) -> None:
    """In one order, without times and owners: the same files give the same bytes."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.mtime = entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted([root, *root.rglob("*")]):
            tar.add(path, str(path.relative_to(root.parent)), recursive=False, filter=plain)
    archive.write_bytes(gzip.compress(packed.getvalue(), compresslevel=9, mtime=0))
