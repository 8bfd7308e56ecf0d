"""Runs the tests of one module of CPython's package `test`, and prints how they went as the last line: JSON behind a mark."""

import importlib
import json
import sys
import unittest
import warnings


def names(pairs):
    """Of tests; those within a test by the name of that."""
    return sorted(
        {getattr(test, "test_case", test).id().removeprefix("test.") for test, _ in pairs}
    )


def run(module):
    from test import support

    support.use_resources = {}
    try:
        loaded = importlib.import_module("test." + module)
    except unittest.SkipTest as reason:
        return {"kind": "skipped", "detail": str(reason)}
    suite = unittest.defaultTestLoader.loadTestsFromModule(loaded)
    with warnings.catch_warnings():
        result = unittest.TextTestRunner(sys.stdout, verbosity=2).run(suite)
    failures = names(result.failures + result.errors)
    failures += [test.id().removeprefix("test.") for test in result.unexpectedSuccesses]
    if failures:
        kind = "failed"
    else:
        kind = "skipped" if result.testsRun == len(result.skipped) else "passed"
    reasons = sorted({reason for _, reason in result.skipped})
    return {
        "kind": kind,
        "run": result.testsRun,
        "skipped": len(result.skipped),
        "failures": failures,
        "detail": "; ".join(reasons) if kind == "skipped" else "",
    }


outcome = json.dumps(run(sys.argv[1]))
print(f"\nkrait-regrtest: {outcome}", flush=True)
