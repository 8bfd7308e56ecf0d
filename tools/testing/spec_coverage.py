"""Which rules of the specification have a test. Fails when there are fewer than recorded, or when a test names no rule.

The rules are listed in tests/conformance/rules.txt, how many of them had a test in tests/conformance/covered.txt, by the
prefix of their ids. A rule is covered when the title of a test begins with its id.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from titles import RULE, rules_in

CHECKOUT = Path(__file__).resolve().parents[2]
RULES = CHECKOUT / "tests" / "conformance" / "rules.txt"
COVERED = CHECKOUT / "tests" / "conformance" / "covered.txt"
SUITES = {
    "tests/conformance": "*.test.ts",
    "tests/integration": "*.test.ts",
    "tests/browser": "*.test.ts",
    "tests/packages": "*.test.ts",
    "tests/stack-switching": "*.test.ts",
    "tests/unit/python": "test_*.py",
}
SPEC_ITEM = re.compile(rf"^- `({RULE})` \[([A-Z ]+)\]", re.MULTILINE)
REPORTED = re.compile(rf"{RULE}(?:, {RULE})*")


def known_rules() -> list[str]:
    return [line.split()[0] for line in RULES.read_text().splitlines()]


def stems(rules: Iterable[str]) -> set[str]:
    """What dotted ids begin with: a title may name a whole family, which covers none of it."""
    return {rule.split(".")[0] for rule in rules if "." in rule}


def tested_rules() -> set[str]:
    files = (path for suite, name in SUITES.items() for path in (CHECKOUT / suite).rglob(name))
    return {rule for path in files for rule in rules_in(path)}


def by_prefix(rules: Iterable[str]) -> Counter[str]:
    return Counter(rule[:2] for rule in rules)


def recorded() -> Counter[str]:
    lines = COVERED.read_text().splitlines() if COVERED.exists() else []
    return Counter({prefix: int(count) for prefix, count in map(str.split, lines)})


def record(covered: Counter[str]) -> None:
    COVERED.write_text("".join(f"{prefix} {covered[prefix]}\n" for prefix in sorted(covered)))


def update(spec: str) -> None:
    """Lists the rules anew."""
    RULES.write_text("".join(f"{rule} {tags}\n" for rule, tags in sorted(SPEC_ITEM.findall(spec))))


def failing(reports: Iterable[Path]) -> dict[str, str]:
    """Rules of tests that failed, by what tests/support/reporter.mjs wrote, and the title of one such test."""
    found = {}
    for report in reports:
        for line in report.read_text().splitlines():
            test = json.loads(line)
            match = REPORTED.match(test["title"])
            if test["outcome"] == "failed" and match:
                found.update({rule: test["title"] for rule in match[0].split(", ")})
    return found


def check(options: argparse.Namespace) -> int:
    known, tested = known_rules(), tested_rules()
    covered = by_prefix(rule for rule in known if rule in tested)
    total = by_prefix(known)
    missing = [rule for rule in known if rule not in tested]
    complaints = [f"no such rule: {rule}" for rule in sorted(tested - set(known) - stems(known))]
    complaints += [
        f"{prefix}-: {covered[prefix]} rules have a test, {count} had one"
        for prefix, count in recorded().items()
        if covered[prefix] < count
    ]
    complaints += [f"{rule} fails: {title}" for rule, title in failing(options.report).items()]
    print("  ".join(f"{prefix} {covered[prefix]}/{total[prefix]}" for prefix in sorted(total)))
    print(f"{covered.total()} of {total.total()} rules have a test, {len(missing)} have none")
    if options.missing:
        print("\n".join(missing))
    print("\n".join(complaints), end="\n" if complaints else "")
    if options.record and not complaints:
        record(covered)
    return 1 if complaints else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/spec-coverage", description=__doc__)
    parser.add_argument("--missing", action="store_true", help="list the rules without a test")
    parser.add_argument("--report", type=Path, nargs="*", default=[], help="outcomes of test runs")
    parser.add_argument("--record", action="store_true", help="record how many are covered now")
    parser.add_argument("--update", action="store_true", help="read the specification, on stdin")
    options = parser.parse_args()
    if options.update:
        update(sys.stdin.read())
    return check(options)


if __name__ == "__main__":
    sys.exit(main())
