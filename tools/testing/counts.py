"""Reads how many tests passed, failed and were skipped from what the test runners we use write."""

import re
from dataclasses import dataclass

NODE = re.compile(r"^(?:#|ℹ) (pass|fail|cancelled|skipped|todo) (\d+)$", re.MULTILINE)
# The reason of a skipped test, as node:test writes it: docs/places.md excepts the test where it ran.
EXCEPTED = re.compile(r"^ *(?:﹣|ok \d+ - ).* # (?:SKIP )?excepted: ", re.MULTILINE)
DOCTEST = re.compile(
    r"^\[doctest\] test cases: +\d+ \| +(\d+) passed \| +(\d+) failed \| +(\d+) skipped",
    re.MULTILINE,
)
UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\n\n(OK|FAILED)(?: \((.*)\))?$", re.MULTILINE)
PLAIN = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Counts:
    """Numbers of tests."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    excepted: int = 0

    @property
    def executed(self) -> int:
        return self.passed + self.failed

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.excepted + other.excepted,
        )

    def __str__(self) -> str:
        excepted = f", {self.excepted} excepted" if self.excepted else ""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped{excepted}"


def read(output: str) -> Counts:
    """The sum over every runner that closed in `output`."""
    output = ANSI.sub("", output)
    total = Counts()
    for word, number in NODE.findall(output):
        if word == "pass":
            total.passed += int(number)
        elif word in ("fail", "cancelled"):
            total.failed += int(number)
        else:
            total.skipped += int(number)
    excepted = len(EXCEPTED.findall(output))
    total += Counts(skipped=-excepted, excepted=excepted)
    for passed, failed, skipped in DOCTEST.findall(output) + PLAIN.findall(output):
        total += Counts(int(passed), int(failed), int(skipped or 0))
    for ran, _, details in UNITTEST.findall(output):
        named = dict(re.findall(r"(\w+)=(\d+)", details))
        failed = int(named.get("failures", 0)) + int(named.get("errors", 0))
        skipped = int(named.get("skipped", 0))
        total += Counts(int(ran) - failed - skipped, failed, skipped)
    return total
