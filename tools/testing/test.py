"""Builds everything and runs every test. Run by `tools/test`, the second command of the README."""

import argparse
import sys

import check
from steps import Run


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
    run.step("integration tests", check.node_tests("tests/integration"), counted=True)
    if not options.no_browser:
        run.step("browser tests", check.node_tests("tests/browser", 1), counted=True)
    status = run.close("test")
    print(run.total)
    return status


if __name__ == "__main__":
    sys.exit(main())
