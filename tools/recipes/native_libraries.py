"""Native libraries that packages link: of Debian's sources, built as those of CPython are, and our own."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import libraries
import recipe as cpython

HERE = Path(__file__).resolve().parent
OWN = ("blas",)


@dataclass(frozen=True)
class PackageLibrary(cpython.Library):
    """One of Debian's: built by libs/<name>.sh here."""

    @property
    def script(self) -> Path:
        return HERE / "libs" / f"{self.name}.sh"


# `configure_variable` is CPython's alone; what is its as well is taken from there.
DEBIAN = {
    "freetype": PackageLibrary("freetype", "freetype", "freetype", ""),
    "jpeg": PackageLibrary("jpeg", "libjpeg-turbo", "jpeg", ""),
    "qhull": PackageLibrary("qhull", "qhull", "qhull_r", ""),
    "yaml": PackageLibrary("yaml", "libyaml", "yaml", ""),
    **{library.name: library for library in cpython.LIBRARIES},
}

# The name under which packages ask pkg-config for it, and a version that is new enough for them.
ASKED_AS = {"freetype": "freetype2", "qhull": "qhull_r", "ffi": "libffi", "blas": "krait-blas"}

PKG_CONFIG_FILE = """
Name: {name}
Description: of krait
Version: 26.1.20
Cflags: -I{prefix}/include
Libs: -L{prefix}/lib -l{link_name}
"""


def inputs(name: str) -> list[str | Path]:
    """All that the library is made of."""
    if name in OWN:
        return sorted((HERE / name).iterdir())
    return [libraries.prefix(DEBIAN[name]).name]


def ensure(name: str, work: Path, flags: list[str]) -> Path:
    """Builds the library, unless the cache has it, and tells pkg-config of it in the folder `work`.

    :returns: a folder with include/ and lib/
    """
    if name in OWN:
        prefix, link_name = _own(name, work, flags), f"krait-{name}"
    else:
        prefix, link_name = libraries.ensure(DEBIAN[name]), DEBIAN[name].link_name
    asked = ASKED_AS.get(name, name)
    text = PKG_CONFIG_FILE.format(name=name, prefix=prefix, link_name=link_name)
    (work / f"{asked}.pc").write_text(text)
    return prefix


def _own(name: str, work: Path, flags: list[str]) -> Path:
    """Builds the C++ of the folder beside this file."""
    prefix = work / "libraries" / name
    (prefix / "lib").mkdir(parents=True)
    objects = []
    for source in sorted((HERE / name).glob("*.cc")):
        objects.append(prefix / f"{source.stem}.o")
        strict = ["-std=c++20", "-O3", "-Wall", "-Wextra", "-Werror", *flags]
        subprocess.run(["em++", *strict, "-c", source, "-o", objects[-1]], check=True)
    subprocess.run(["emar", "rcs", prefix / "lib" / f"libkrait-{name}.a", *objects], check=True)
    return prefix
