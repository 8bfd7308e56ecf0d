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
import time
from pathlib import Path

import index
import recipe
import storage
import toolchain
import wheel

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PYTHON_PREFIX = CHECKOUT / "build" / "python-prefix.txt"
LOG_LINES = 30


class BuildFailed(Exception):
    """A step of a package's build ended badly; the text says which, and where its log is."""


def key(wanted: recipe.Recipe, prefix: Path) -> str:
    """Names exactly what a wheel is made of: the recipe, what it is built by, CPython, the toolchain."""
    digest = hashlib.sha256()
    libraries = [path for name in wanted.libraries for path in toolchain.sources(name)]
    tools = [Path(toolchain.__file__), toolchain.WRAPPER, Path(wheel.__file__)]
    for path in [wanted.path, *tools, *libraries]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    version = subprocess.run(["emcc", "--version"], capture_output=True, text=True, check=True)
    digest.update(prefix.name.encode() + version.stdout.encode())
    return digest.hexdigest()[:16]


def built(wanted: recipe.Recipe, prefix: Path) -> Path:
    """The wheel, built unless the cache has it. Raises BuildFailed and index.NotServed."""
    if wanted.meson is None:
        return index.file(wanted.name, str(wanted.wheel), wanted.sha256)
    name = wheel.file_name(wanted.name, wanted.version)
    kept = storage.folder(f"{wanted.name}-{key(wanted, prefix)}") / name
    if kept.exists():
        print(f"recipes: {wanted.name} {wanted.version}: from the cache")
        return kept
    started = time.monotonic()
    archive = index.file(wanted.name, f"{wanted.name}-{wanted.version}.tar.gz", wanted.sha256)
    with tempfile.TemporaryDirectory(prefix="krait-recipe-") as folder:
        work = Path(folder)
        with tarfile.open(archive) as tar:
            tar.extractall(work, filter="data")
        source = work / f"{wanted.name}-{wanted.version}"
        site = _install(wanted, wanted.meson, source, work, prefix)
        partial = kept.with_suffix(".partial")
        metadata = (source / "PKG-INFO").read_bytes()
        wheel.pack(site, partial, wanted.name, wanted.version, metadata)
    partial.rename(kept)
    seconds = time.monotonic() - started
    print(f"recipes: {wanted.name} {wanted.version}: built in {seconds:.0f} s")
    return kept


def _install(
    wanted: recipe.Recipe, how: recipe.Meson, source: Path, work: Path, prefix: Path
) -> Path:
    """Builds the sources; where the package's files are."""
    build, installed = work / "build", work / "installed"
    cross = toolchain.cross_file(work, prefix, how.defines, how.properties)
    for name in wanted.libraries:
        toolchain.library(work, name)
    meson = [sys.executable, source / how.program]
    # One folder below the prefix for what Debian's Python would put into two.
    folders = [f"-Dpython.{kind}libdir={installed / 'site'}" for kind in ("pure", "plat")]
    options = ["--cross-file", cross, f"--prefix={installed}", "-Dbuildtype=release"]
    steps = {
        "configure": [*meson, "setup", build, source, *options, *folders, *how.options],
        "compile": ["ninja", "-C", build],
        "install": [*meson, "install", "-C", build, "--no-rebuild"]
        + ["--tags", "runtime,python-runtime"],
    }
    for step, command in steps.items():
        _run(f"{wanted.name}: {step}", command)
    return installed / "site"


def _run(title: str, command: list[str | Path]) -> None:
    log = storage.folder("logs") / f"{title.replace(': ', '-')}.log"
    started = time.monotonic()
    print(f"recipes: {title} …", flush=True)
    with open(log, "wb") as output:
        status = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ).returncode
    if status != 0:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES:])
        raise BuildFailed(f"{title} ended with {status}; whole log: {log}\n{last}")
    print(f"recipes: {title}: {time.monotonic() - started:.0f} s", flush=True)


def lock_file(wheels: list[tuple[recipe.Recipe, Path]]) -> dict[str, object]:
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
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(recipe.names()))
    parser.add_argument("--output", type=Path, default=CHECKOUT / "build" / "packages")
    options = parser.parse_args()
    if not PYTHON_PREFIX.exists():
        print("recipes: CPython is not built yet; run tools/build package first", file=sys.stderr)
        return 1
    try:
        prefix = Path(PYTHON_PREFIX.read_text().strip())
        recipes = [recipe.load(name) for name in options.names or recipe.names()]
        wheels = [(wanted, built(wanted, prefix)) for wanted in recipes]
    except (
        BuildFailed,
        index.NotServed,
        recipe.BadRecipe,
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
