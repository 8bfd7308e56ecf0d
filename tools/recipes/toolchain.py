"""The cross toolchain that packages are built with: compilers, and a Python that answers for the target."""

import os
import shutil
import stat
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import index
import native_libraries
import package_recipe
import recipe as cpython

WRAPPER = Path(__file__).resolve().parent / "wrappers" / "compiler.py"
COMPILE_FLAGS = [*cpython.ABI_FLAGS.split(), "-msimd128"]
LINK_FLAGS = COMPILE_FLAGS[1:3]

# Makes `sysconfig` of the build machine's Python tell of the target's headers.
SITE_CUSTOMIZE = """
import sysconfig
for scheme in sysconfig.get_scheme_names():
    for kind in ("include", "platinclude"):
        sysconfig._INSTALL_SCHEMES[scheme][kind] = {include!r}
sysconfig.get_config_vars().update(INCLUDEPY={include!r}, CONFINCLUDEPY={include!r})
"""

# What builds ask a package for whose modules the build machine cannot import: where its headers are.
HEADERS_MODULE = """
from {name}.version import version as __version__


def get_include():
    return {include!r}


class intp:  # numpy's, of the target: f2py asks for it
    itemsize = 4
"""

HEADERS_PKG_CONFIG = """
Name: {name}
Description: its headers
Version: {version}
Cflags: -I{include}
"""


@dataclass(frozen=True)
class Toolchain:
    """For one package, in a folder of its own."""

    work: Path
    c: Path
    cpp: Path
    python: Path
    cython: str | Path
    numpy_include: Path | None  # where numpy's headers are, for a package that depends on it
    flags: list[str]
    libraries: list[Path]  # folders with include/ and lib/
    environment: dict[str, str]


def make(
    wanted: package_recipe.Recipe,
    work: Path,
    python_prefix: Path,
    headers: dict[str, tuple[str, Path]],
    generators: list[tuple[Path, list[str]]],
) -> Toolchain:
    """
    :param work: an empty folder
    :param headers: of the packages that it depends on: by name, the version and the files
    :param generators: unpacked sources of those, and what of them the build runs
    """
    c, cpp = (_script(work / name, [sys.executable, WRAPPER, tool]) for name, tool in TOOLS)
    modules = work / "modules"
    modules.mkdir()
    for name, sha256 in wanted.tools.items():
        with zipfile.ZipFile(
            index.file(name.split("-")[0].replace("_", "-"), name, sha256)
        ) as archive:
            archive.extractall(modules)
    for sources, parts in generators:
        for part in parts:
            _copy(sources / part, modules / part)
    _module(work, modules, "f2py", "numpy.f2py")  # which builds call by its name
    numpy_include = None
    for name, (version, files) in headers.items():
        shutil.copytree(files, modules, dirs_exist_ok=True)
        include = next(modules.glob(f"{name}/**/include"), None)
        if include is not None:
            text = HEADERS_MODULE.format(name=name, include=str(include))
            (modules / name / "__init__.py").write_text(text)
            (modules / name / "version.py").write_text(f"version = {version!r}\n")
            text = HEADERS_PKG_CONFIG.format(name=name, version=version, include=include)
            (work / f"{name}.pc").write_text(text)
        if name == "numpy":
            numpy_include = include
    # Modules must not name the folder that they were built in, which is another each time.
    flags = [*COMPILE_FLAGS, f"-ffile-prefix-map={work.parent}=."]
    return Toolchain(
        work=work,
        c=c,
        cpp=cpp,
        python=_python(work, python_prefix, modules),
        cython=_module(work, modules, "cython", "cython") or "cython3",
        numpy_include=numpy_include,
        flags=[*flags, *(f"-D{macro}" for macro in wanted.defines)],
        libraries=[native_libraries.ensure(name, work, flags) for name in wanted.libraries],
        environment={
            "PYTHONPATH": str(modules),
            "PATH": f"{work}:{os.environ['PATH']}",
            **wanted.environment,
        },
    )


TOOLS = (("wcc", "emcc"), ("wxx", "em++"))


def _python(work: Path, prefix: Path, modules: Path) -> Path:
    """The build machine's Python, which takes the target's configuration for its own."""
    stdlib = prefix / "lib" / "python3.13"
    site = work / "site"
    site.mkdir()
    shutil.copy(stdlib / f"{cpython.SYSCONFIG_DATA}.py", site)
    include = str(prefix / "include" / "python3.13")
    (site / "sitecustomize.py").write_text(SITE_CUSTOMIZE.format(include=include))
    variables = {
        "_PYTHON_HOST_PLATFORM": "emscripten-wasm32",
        "_PYTHON_SYSCONFIGDATA_NAME": cpython.SYSCONFIG_DATA,
        "PYTHONPATH": f"{site}:{modules}",
    }
    assignments = [f"{name}={value}" for name, value in variables.items()]
    return _script(work / "xpython", ["env", *assignments, "/usr/bin/python3"])


def _module(work: Path, modules: Path, name: str, module: str) -> Path | None:
    """A command that runs a module, where the recipe brings it."""
    path = modules / module.replace(".", "/")
    if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists():
        return None
    return _script(
        work / name, ["env", f"PYTHONPATH={modules}", "/usr/bin/python3", "-P", "-m", module]
    )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def _script(path: Path, command: list[str | Path]) -> Path:
    words = " ".join(f"'{word}'" for word in command)
    path.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
