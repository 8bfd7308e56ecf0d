"""The cross toolchain that packages are built with: compilers, a Python that answers for the target, Meson's cross file."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

WRAPPER = Path(__file__).resolve().parent / "wrappers" / "compiler.py"
ABI_FLAGS = ["-fPIC", "-fwasm-exceptions", "-sSUPPORT_LONGJMP=wasm"]
COMPILE_FLAGS = [*ABI_FLAGS, "-msimd128"]
SYSCONFIG_DATA = "_sysconfigdata__emscripten_wasm32-emscripten"

# Makes `sysconfig` of the build machine's Python tell of the target's headers.
SITE_CUSTOMIZE = """
import sysconfig
for scheme in sysconfig.get_scheme_names():
    for kind in ("include", "platinclude"):
        sysconfig._INSTALL_SCHEMES[scheme][kind] = {include!r}
"""

CROSS_FILE = """
[binaries]
c = '{c}'
cpp = '{cpp}'
ar = 'emar'
ranlib = 'emranlib'
strip = '/bin/true'
cython = 'cython3'
pkg-config = 'pkgconf'
python = '{python}'
exe_wrapper = 'node'

[built-in options]
c_args = {flags}
cpp_args = {flags}
c_link_args = {link_flags}
cpp_link_args = {link_flags}
pkg_config_path = ['{pkg_config}']

[properties]
needs_exe_wrapper = true
skip_sanity_check = true
{properties}
[host_machine]
system = 'emscripten'
cpu_family = 'wasm32'
cpu = 'wasm32'
endian = 'little'
"""


# How packages find a library of ours.
PKG_CONFIG_FILE = """
Name: {name}
Description: of krait
Version: 1
Libs: -L{folder} -l{name}
"""


def cross_file(
    work: Path, python_prefix: Path, defines: list[str], properties: dict[str, str]
) -> Path:
    """Makes the wrappers in the work folder, and the file that names them."""
    c, cpp = (_script(work / name, [sys.executable, WRAPPER, tool]) for name, tool in TOOLS)
    path = work / "cross.ini"
    path.write_text(
        CROSS_FILE.format(
            c=c,
            cpp=cpp,
            python=_python(work, python_prefix),
            flags=[*COMPILE_FLAGS, *(f"-D{macro}" for macro in defines)],
            link_flags=ABI_FLAGS[1:],
            pkg_config=work,
            properties="".join(f"{key} = '{value}'\n" for key, value in properties.items()),
        )
    )
    return path


TOOLS = (("wcc", "emcc"), ("wxx", "em++"))


def sources(library: str) -> list[Path]:
    """The files of a library of ours."""
    return sorted((WRAPPER.parent.parent / library).iterdir())


def library(work: Path, folder: str) -> None:
    """Builds one, so that pkg-config finds it under its name."""
    name = f"krait-{folder}"
    objects = []
    for source in sources(folder):
        if source.suffix == ".cc":
            objects.append(work / f"{source.stem}.o")
            flags = ["-std=c++20", "-O3", "-Wall", "-Wextra", "-Werror", *COMPILE_FLAGS]
            subprocess.run(["em++", *flags, "-c", source, "-o", objects[-1]], check=True)
    subprocess.run(["emar", "rcs", work / f"lib{name}.a", *objects], check=True)
    (work / f"{name}.pc").write_text(PKG_CONFIG_FILE.format(name=name, folder=work))


def _python(work: Path, prefix: Path) -> Path:
    """The build machine's Python, which takes the target's configuration for its own."""
    stdlib = prefix / "lib" / "python3.13"
    site = work / "site"
    site.mkdir(exist_ok=True)
    shutil.copy(stdlib / f"{SYSCONFIG_DATA}.py", site)
    include = str(prefix / "include" / "python3.13")
    (site / "sitecustomize.py").write_text(SITE_CUSTOMIZE.format(include=include))
    variables = {
        "_PYTHON_HOST_PLATFORM": "emscripten-wasm32",
        "_PYTHON_SYSCONFIGDATA_NAME": SYSCONFIG_DATA,
        "PYTHONPATH": str(site),
    }
    assignments = [f"{name}={value}" for name, value in variables.items()]
    return _script(work / "xpython", ["env", *assignments, "/usr/bin/python3"])


def _script(path: Path, command: list[str | Path]) -> Path:
    words = " ".join(f"'{word}'" for word in command)
    path.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
