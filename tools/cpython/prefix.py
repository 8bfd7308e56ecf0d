"""Lays out what a build of krait takes from CPython: headers, archives, stdlib, descriptions."""

import json
import re
import shutil
from pathlib import Path

import libraries
import recipe
import sources

_LIB = f"lib/python{recipe.PYTHON_VERSION}"


def install(work: Path, build: Path, library_prefixes: dict[str, Path], out: Path) -> None:
    """Fills `out` from a finished build. Nothing in it names a folder of this machine."""
    (out / "lib").mkdir(parents=True)
    _headers(work / "source", build, out / f"include/python{recipe.PYTHON_VERSION}")
    _archives(build, library_prefixes, out)
    shutil.copytree(work / "source/Lib", out / _LIB, ignore=_left_out(work / "source/Lib"))
    for module in recipe.OWN_MODULES:
        shutil.copy(module, out / _LIB)
    _sysconfig_data(work, build, library_prefixes, out)
    (out / "build-info.json").write_text(json.dumps(_build_info(build), indent=2) + "\n")


def _headers(source: Path, build: Path, include: Path) -> None:
    shutil.copytree(source / "Include", include)
    shutil.copy(build / "pyconfig.h", include)


def _archives(build: Path, library_prefixes: dict[str, Path], out: Path) -> None:
    """Copies every archive once, and writes their -l names in link order."""
    names = []
    for archive in (recipe.ARCHIVE, *recipe.INTERNAL_ARCHIVES):
        shutil.copy(build / archive, out / "lib")
        names.append(Path(archive).name.removeprefix("lib").removesuffix(".a"))
    for library in recipe.LIBRARIES:
        shutil.copy(library_prefixes[library.name] / f"lib/lib{library.link_name}.a", out / "lib")
        names.append(library.link_name)
    (out / "link-libs.txt").write_text("".join(f"-l{name}\n" for name in names))


def _left_out(lib: Path):
    def ignore(folder: str, names: list[str]) -> set[str]:
        top = Path(folder) == lib
        tests = {name for name in names if name in ("__pycache__", "test", "tests", "idle_test")}
        return tests | ({*names} & {*recipe.STDLIB_LEFT_OUT} if top else set())

    return ignore


def _sysconfig_data(work: Path, build: Path, library_prefixes: dict[str, Path], out: Path) -> None:
    """The build variables that sysconfig reports, with this machine's folders made neutral."""
    folder = build / (build / "pybuilddir.txt").read_text()
    text = (folder / f"{recipe.SYSCONFIG_DATA}.py").read_text()
    # Long values are wrapped by joining adjacent literals, which may split a path.
    values: dict[str, object] = {}
    exec(text, values)  # noqa: S102 - a file this build has just generated
    variables = values["build_time_vars"]
    neutral = [(str(prefix), "/usr") for prefix in library_prefixes.values()]
    neutral.append((str(work.resolve()), "/usr/src/cpython"))
    for name, value in variables.items():
        if isinstance(value, str):
            for found, replacement in neutral:
                value = value.replace(found, replacement)
            variables[name] = re.sub(r"(?<![:\w])//+(?=\w)", "/", value)
    lines = [f"    {name!r}: {variables[name]!r},\n" for name in sorted(variables)]
    header = "# Build variables of this interpreter, read by sysconfig.\n"
    (out / _LIB / f"{recipe.SYSCONFIG_DATA}.py").write_text(
        header + "build_time_vars = {\n" + "".join(lines) + "}\n"
    )


def _build_info(build: Path) -> dict[str, object]:
    packages = [recipe.PYTHON_PACKAGE, *(library.package for library in recipe.LIBRARIES)]
    return {
        "sources": {package: sources.version(package) for package in packages},
        "tools": libraries.tool_versions(),
        "flags": {"abi": recipe.ABI_FLAGS, "cpython": recipe.CPYTHON_OPT},
        "modules": _modules(build),
    }


def _modules(build: Path) -> dict[str, list[str]]:
    """Extension modules by what became of them, from the table that CPython compiles in."""
    config = (build / "Modules/config.c").read_text()
    builtin = re.findall(r'^\s*\{"(\w+)", ', config, re.MULTILINE)
    states = re.findall(
        r"^MODULE_(\w+)_STATE=(\S+)", (build / "Makefile").read_text(), re.MULTILINE
    )
    missing = [name.lower() for name, state in states if state in ("n/a", "missing", "disabled")]
    known = {name.lower() for name in builtin}
    return {"builtin": sorted(builtin), "missing": sorted({*missing} - known)}
