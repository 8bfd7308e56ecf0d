#!/usr/bin/env python3
"""Runs what packages bring of tests of their own, in krait under Node, and says how many pass.

usage: tools/sdk exec -- tools/recipes/upstream.py [--jobs N] [--keep DIR] [NAME...]

Without names: all that tests/upstream/ has a file of. Ends with 1 when a test fails that its file has no reason for, or when one
that it has a reason for does not fail.
"""

import argparse
import fnmatch
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import xml.etree.ElementTree as ElementTree
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(CHECKOUT / "tools" / "cpython"))

import build  # noqa: E402
import index  # noqa: E402
import package_recipe  # noqa: E402

SUITES = CHECKOUT / "tests" / "upstream"
KRAIT = CHECKOUT / "build" / "dist" / "bin" / "krait.mjs"
# A file of tests that takes longer is ended, and failed.
LIMIT_SECONDS = 1200
# Of what failed and should not.
SHOWN = 30


@dataclass(frozen=True)
class Suite:
    """What is run of a package's tests: a file of tests/upstream."""

    name: str
    tests: list[str]  # patterns of files, or of folders that are run as one, in the source archive
    files: list[str] = field(default_factory=list)  # the same of what they need besides
    root: str = "."  # folder of the archive that the patterns start from
    in_package: bool = False  # they lie in the package's folders, and are put there
    archive: dict[str, str] = field(default_factory=dict)  # name, sha256; by default the recipe's
    recipes: list[str] = field(default_factory=list)  # packages of ours that they need besides
    tools: dict[str, str] = field(default_factory=dict)  # wheels and their hashes, beside pytest
    left_out: str = ""  # pytest's -k: what is not run
    failures: dict[str, str] = field(default_factory=dict)  # pattern of ids: why they fail


@dataclass
class Outcome:
    """What became of one file, or of several."""

    passed: int = 0
    skipped: int = 0
    failed: list[str] = field(default_factory=list)  # ids

    def add(self, other: "Outcome") -> None:
        self.passed += other.passed
        self.skipped += other.skipped
        self.failed += other.failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    known = sorted(path.stem for path in SUITES.glob("*.toml") if path.stem != "tools")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="files at once")
    parser.add_argument("--keep", type=Path, help="where what the tests print is kept")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(known))
    if unknown:
        print(f"upstream: there is no tests/upstream/{unknown[0]}.toml", file=sys.stderr)
        return 2
    is_good = True
    print("| package | passed | skipped | failed |\n| --- | --- | --- | --- |")
    for name in options.names or known:
        suite = Suite(name=name, **_table(name))
        outcome = run(suite, options.jobs, options.keep)
        print(
            f"| {name} | {outcome.passed} | {outcome.skipped} | {len(outcome.failed)} |", flush=True
        )
        is_good = explained(suite, outcome) and is_good
    return 0 if is_good else 1


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((SUITES / f"{name}.toml").read_text())


def run(suite: Suite, jobs: int, kept: Path | None) -> Outcome:
    """Runs each file of tests in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="krait-upstream-") as temporary:
        site, source = Path(temporary) / "site", Path(temporary) / "source"
        _install(suite, site)
        _unpack(suite, source)
        place = site if suite.in_package else Path(temporary) / "tests"
        files = _copy(source / suite.root, place, suite.tests)
        _copy(source / suite.root, place, suite.files)
        output = kept or Path(temporary) / "output"
        output.mkdir(parents=True, exist_ok=True)
        total = Outcome()
        with ThreadPoolExecutor(jobs) as workers:
            for outcome in workers.map(
                lambda path: _run_file(suite, path, place, site, output), files
            ):
                total.add(outcome)
    return total


def _install(suite: Suite, site: Path) -> None:
    """The package, what it depends on, and what runs its tests."""
    prefix = Path(build.PYTHON_PREFIX.read_text().strip())
    wheels = [
        build.built(recipe, prefix)
        for recipe in package_recipe.in_order([suite.name, *suite.recipes])
    ]
    for file_name, sha256 in {**_table("tools")["tools"], **suite.tools}.items():
        wheels.append(index.file(file_name.split("-")[0].replace("_", "-"), file_name, sha256))
    for path in wheels:
        with zipfile.ZipFile(path) as wheel:
            wheel.extractall(site)


def _unpack(suite: Suite, source: Path) -> None:
    recipe = package_recipe.load(suite.name)
    name = suite.archive.get("name", f"{recipe.name}-{recipe.version}.tar.gz")
    archive = index.file(suite.name, name, suite.archive.get("sha256", recipe.sha256))
    with tarfile.open(archive) as tar:
        tar.extractall(source.parent / "unpacked", filter="data")
    (inner,) = (source.parent / "unpacked").iterdir()
    inner.rename(source)


def _copy(source: Path, place: Path, patterns: list[str]) -> list[Path]:
    """Copies what the patterns name, folders with all that is in them; gives the paths in `place`."""
    copied = []
    for pattern in patterns:
        found = sorted(source.glob(pattern))
        if not found:
            raise FileNotFoundError(f"the archive has no {pattern}")
        for path in found:
            target = place / path.relative_to(source)
            if path.is_dir():
                shutil.copytree(path, target, dirs_exist_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
            copied.append(target)
    return copied


def _run_file(suite: Suite, path: Path, place: Path, site: Path, output: Path) -> Outcome:
    name = str(path.relative_to(place))
    stem = output / f"{suite.name}-{hashlib.sha256(name.encode()).hexdigest()[:8]}-{path.stem}"
    report = stem.with_suffix(".xml")
    words = ["-q", "--no-header", "--tb=short", "-o", "cache_dir=/tmp/pytest", "-W", "ignore"]
    if suite.left_out:
        words += ["-k", f"not ({suite.left_out})"]
    command = [
        "node",
        KRAIT,
        "--mount",
        output,
        "-m",
        "pytest",
        *words,
        f"--junitxml={report}",
        path,
    ]
    environment = {**os.environ, "KRAIT_PACKAGES": str(site), "PYTHONPATH": ""}
    with stem.with_suffix(".txt").open("w") as log:
        try:
            subprocess.run(
                command,
                cwd=place,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=LIMIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome(failed=[f"{name} (it took longer than {LIMIT_SECONDS} s)"])
    if not report.exists():
        return Outcome(failed=[f"{name} (it ended without a report)"])
    return _read(name, ElementTree.parse(report).getroot())


def _read(name: str, report: ElementTree.Element) -> Outcome:
    outcome = Outcome()
    for case in report.iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            classes = (case.get("classname") or "").split(".")
            inner = [part for part in classes if part[:1].isupper()]
            outcome.failed.append("::".join([name, *inner, case.get("name") or ""]))
        elif "skipped" in kinds:
            outcome.skipped += 1
        else:
            outcome.passed += 1
    return outcome


def explained(suite: Suite, outcome: Outcome) -> bool:
    """Whether what failed is what the suite's file says; said where not."""
    used = set()
    unexplained = []
    for identity in outcome.failed:
        pattern = next((p for p in suite.failures if fnmatch.fnmatchcase(identity, p)), None)
        if pattern is None:
            unexplained.append(identity)
        else:
            used.add(pattern)
    for identity in unexplained[:SHOWN]:
        print(f"upstream: {suite.name}: {identity} failed", file=sys.stderr)
    if len(unexplained) > SHOWN:
        print(f"upstream: {suite.name}: and {len(unexplained) - SHOWN} more", file=sys.stderr)
    for pattern in sorted(set(suite.failures) - used):
        print(f"upstream: {suite.name}: nothing failed of {pattern}", file=sys.stderr)
    return not unexplained and used == set(suite.failures)


if __name__ == "__main__":
    sys.exit(main())
