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

    with_folders: tuple[str, ...] = ()  # of this one, whose files it is made of too
    is_shared: bool = False  # a side module, which the packages that link it bring

    @property
    def script(self) -> Path:
        return HERE / "libs" / f"{self.name}.sh"

    @property
    def own_sources(self) -> list[Path]:
        return [
            path for folder in self.with_folders for path in sorted((HERE / folder).glob("*.*"))
        ]

    @property
    def file_name(self) -> str:
        return f"lib{self.link_name}.so"


# `configure_variable` is CPython's alone; what is its as well is taken from there.
DEBIAN = {
    "freetype": PackageLibrary("freetype", "freetype", "freetype", ""),
    "lapack": PackageLibrary(
        "lapack", "lapack", "krait-lapack", "", with_folders=("lapack", "blas"), is_shared=True
    ),
    "jpeg": PackageLibrary("jpeg", "libjpeg-turbo", "jpeg", ""),
    "qhull": PackageLibrary("qhull", "qhull", "qhull_r", ""),
    "yaml": PackageLibrary("yaml", "libyaml", "yaml", ""),
    **{library.name: library for library in cpython.LIBRARIES},
}

# The name under which packages ask pkg-config for it, and a version that is new enough for them.
ASKED_AS = {
    "freetype": "freetype2",
    "qhull": "qhull_r",
    "ffi": "libffi",
    "blas": "krait-blas",
    "lapack": "krait-lapack",
}

PKG_CONFIG_FILE = """
Name: {name}
Description: of krait
Version: 26.1.20
Cflags: -I{prefix}/include
Libs: {libs}
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
    # A shared one by its path, since emcc looks for archives only.
    libs = next(map(str, shared([name]).values()), f"-L{prefix}/lib -l{link_name}")
    text = PKG_CONFIG_FILE.format(name=name, prefix=prefix, libs=libs)
    (work / f"{asked}.pc").write_text(text)
    return prefix


def shared(names: list[str]) -> dict[str, Path]:
    """Those that are shared libraries, by their file names."""
    found = [DEBIAN[name] for name in names if name not in OWN]
    return {
        library.file_name: libraries.prefix(library) / "lib" / library.file_name
        for library in found
        if isinstance(library, PackageLibrary) and library.is_shared
    }


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
