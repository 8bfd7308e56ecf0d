#!/usr/bin/env python3
"""Builds packages as wheels for krait, and a lock file that names them.

usage: tools/sdk exec -- tools/recipes/build.py [--output DIR] [NAME...]

Without names: all recipes. Wheels that the cache has are taken from there.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# The cache, the runner of steps and the libraries are those that CPython is built with.
sys.path.append(str(CHECKOUT / "tools" / "cpython"))

import cache  # noqa: E402
import index  # noqa: E402
import meson_build  # noqa: E402
import native_libraries  # noqa: E402
import package_recipe  # noqa: E402
import setuptools_build  # noqa: E402
import shared_libraries  # noqa: E402
import steps  # noqa: E402
import toolchain  # noqa: E402
import wheel  # noqa: E402
from package_recipe import Recipe  # noqa: E402

PYTHON_PREFIX = CHECKOUT / "build" / "python-prefix.txt"


def kept(wanted: Recipe, prefix: Path) -> Path:
    """The folder of the cache for the wheel, named by exactly what that is made of."""
    modules = (
        toolchain,
        wheel,
        shared_libraries,
        meson_build if wanted.meson else setuptools_build,
    )
    key = cache.key(
        wanted.path,
        toolchain.WRAPPER,
        *wanted.patch_files,
        *wanted.extra_files,
        *(Path(str(module.__file__)) for module in modules),
        *(item for name in wanted.libraries for item in native_libraries.inputs(name)),
        *(kept(other, prefix).name for other in _built_here(wanted)),
        prefix.name,
        subprocess.run(["emcc", "--version"], capture_output=True, text=True, check=True).stdout,
    )
    return cache.root("recipes") / f"{wanted.name}-{wanted.version}-{key}"


def _built_here(wanted: Recipe) -> list[Recipe]:
    """What it depends on that has headers for it."""
    found = [package_recipe.load(name) for name in wanted.depends]
    return [recipe for recipe in found if recipe.wheel is None]


def built(wanted: Recipe, prefix: Path) -> Path:
    """The wheel, built unless the cache has it. Raises index.NotServed."""
    if wanted.wheel is not None:
        return index.file(wanted.name, wanted.wheel, wanted.sha256)
    folder = kept(wanted, prefix)
    name = wheel.file_name(wanted.name, wanted.version)
    with cache.lock(f"recipe-{wanted.name}"):
        if not folder.exists():
            with cache.publish(folder) as partial:
                _build(wanted, prefix, partial, name)
    return folder / name


def _build(wanted: Recipe, prefix: Path, folder: Path, name: str) -> None:
    """Leaves the wheel and, in `headers`, what other packages need to be built."""
    headers = {
        other.name: (other.version, kept(other, prefix) / "headers")
        for other in _built_here(wanted)
        if (kept(other, prefix) / "headers").exists()
    }
    with tempfile.TemporaryDirectory(prefix="krait-recipe-") as temporary:
        source, work = Path(temporary) / "source", Path(temporary) / "work"
        work.mkdir()
        _unpacked(wanted, Path(temporary)).rename(source)
        for patch in wanted.patch_files:
            options = ["--strip=1", "--no-backup-if-mismatch", "--input", patch]
            steps.run(f"{wanted.name} {patch.stem}", ["patch", *options], cwd=source)
        generators = [
            (_unpacked(package_recipe.load(other), Path(temporary)), parts)
            for other, parts in wanted.generators.items()
        ]
        tools = toolchain.make(wanted, work, prefix, headers, generators)
        if wanted.meson is not None:
            site = meson_build.install(wanted, wanted.meson, source, tools)
        else:
            assert wanted.setuptools is not None
            site = setuptools_build.install(wanted, wanted.setuptools, source, tools)
        for path in wanted.extra_files:
            shutil.copy(path, site)
        shared_libraries.bundle(site, wanted.name, native_libraries.shared(wanted.libraries))
        wheel.pack(site, source, folder / name, wanted.name, wanted.version, wanted.left_out)
        for path in wheel.files(site, wheel.HEADERS):
            target = folder / "headers" / path.relative_to(site)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


def _unpacked(wanted: Recipe, folder: Path) -> Path:
    """Its source archive, in a folder of its name."""
    name = f"{wanted.name}-{wanted.version}"
    with tarfile.open(index.file(wanted.name, f"{name}.tar.gz", wanted.sha256)) as tar:
        tar.extractall(folder, filter="data")
    return folder / name


def lock_file(wheels: list[tuple[Recipe, Path]]) -> dict[str, object]:
    """In the format of the lock file of the distribution (PK-schema)."""
    lock = json.loads((CHECKOUT / "build" / "dist" / "pyodide-lock.json").read_text())
    for package, path in wheels:
        lock["packages"][package.name] = {
            "name": package.name,
            "version": package.version,
            "file_name": package.wheel or path.name,
            "install_dir": "site",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "package_type": "package",
            "imports": package.imports,
            "depends": package.depends,
        }
    return lock


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(package_recipe.names()))
    parser.add_argument("--output", type=Path, default=CHECKOUT / "build" / "packages")
    options = parser.parse_args()
    if not PYTHON_PREFIX.exists():
        print("recipes: CPython is not built yet; run tools/build package first", file=sys.stderr)
        return 1
    try:
        prefix = Path(PYTHON_PREFIX.read_text().strip())
        recipes = package_recipe.in_order(options.names or package_recipe.names())
        wheels = [(wanted, built(wanted, prefix)) for wanted in recipes]
    except (
        index.NotServed,
        package_recipe.BadRecipe,
        subprocess.CalledProcessError,
        OSError,
    ) as error:
        print(f"recipes: {error}", file=sys.stderr)
        return 1
    options.output.mkdir(parents=True, exist_ok=True)
    for package, path in wheels:
        shutil.copy(path, options.output / (package.wheel or path.name))
    lock = json.dumps(lock_file(wheels), indent=2)
    (options.output / "pyodide-lock.json").write_text(lock + "\n")
    print(f"recipes: {len(wheels)} packages in {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
