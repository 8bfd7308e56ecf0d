"""Format, lint, types, schemas and unit tests: what a commit must pass. Run by `tools/check`."""

import argparse
import sys
from pathlib import Path

import sources
import tidy
from steps import CHECKOUT, LOGS, Run

REPORTS = LOGS / "outcomes"


def lint(run: Run) -> None:
    cpp = sources.with_suffix(".cc", ".h")
    shell = sources.with_suffix(".sh") + sources.with_interpreter("bash", "/sh")
    python = sources.with_suffix(".py") + sources.with_interpreter("python")
    run.step("clang-format", ["clang-format", "--dry-run", "--Werror", *cpp])
    sourced = [path for path in shell if not path.read_bytes().startswith(b"#!")]
    scripts = [path for path in shell if path not in sourced]
    run.step("shellcheck", ["shellcheck", "--external-sources", *scripts])
    run.step("shellcheck, sourced files", ["shellcheck", "--shell=bash", *sourced])
    run.step("black", ["black", "--quiet", "--check", "--line-length", "100", *python])
    run.step("pyflakes", ["python3", CHECKOUT / "tools" / "testing" / "flakes.py", *python])
    run.step("biome", ["npx", "biome", "ci", "--colors=off", "--error-on-warnings"])
    run.step("typescript", ["npx", "tsc", "--project", "."])
    for schema in sources.with_suffix(".capnp"):
        name = schema.relative_to(CHECKOUT)
        run.step(f"schema {name}", ["capnp", "compile", "-o-", "-I/usr/include", "-I.", name])
    tidy.check(run, [path for path in cpp if path.suffix == ".cc"])


def unit_tests(run: Run) -> None:
    run.step(
        "unit tests, C++ native",
        ["meson", "test", "-C", "build/native", "--suite", "unit", "--verbose"],
        counted=True,
    )
    run.step(
        "unit tests, Python",
        [
            "python3",
            "-m",
            "unittest",
            "discover",
            "-s",
            "tests/unit/python",
            "-t",
            "tests/unit/python",
        ],
        env={"PYTHONPATH": str(CHECKOUT / "kernel" / "python")},
        counted=True,
    )
    run.step(
        "unit tests, tools",
        [
            "python3",
            "-m",
            "unittest",
            "discover",
            "-s",
            "tests/unit/tools",
            "-t",
            "tests/unit/tools",
        ],
        counted=True,
    )
    run.step("unit tests, JavaScript", node_tests("tests/unit/js"), counted=True)


def node_tests(folder: str, concurrency: int = 2, report: Path | None = None) -> list[str]:
    """Runs the tests of a folder; their outcomes are left in `report`, for tools/spec-coverage."""
    files = sorted(str(path) for path in (CHECKOUT / folder).rglob("*.test.ts"))
    options = [f"--test-concurrency={concurrency}"]
    if report:
        REPORTS.mkdir(parents=True, exist_ok=True)
        options += ["--test-reporter=tap", "--test-reporter-destination=stdout"]
        options += ["--test-reporter=./tests/support/reporter.mjs"]
        options += [f"--test-reporter-destination={report}"]
    return ["node", "--import", "tsx", "--test", *options, *files]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/check", description=__doc__)
    parser.add_argument("--lint", action="store_true", help="only format, lint, types and schemas")
    options = parser.parse_args()
    run = Run()
    print("check")
    lint(run)
    if not options.lint:
        unit_tests(run)
        print(run.total)
    return run.close("check")


if __name__ == "__main__":
    sys.exit(main())
