"""Finds what a test runner's log says of the tests that failed."""

import re
from collections.abc import Iterable, Iterator

# A failed test in TAP; its details follow, from `---` to `...`, two columns further in.
NOT_OK = re.compile(r"^(?P<indent> *)not ok \d+ - ")


def of_tap(lines: Iterable[str]) -> Iterator[list[str]]:
    """The failed tests of a TAP log, each with its details."""
    block: list[str] = []
    end = ""
    for line in lines:
        started = NOT_OK.match(line)
        if started:
            if block:
                yield block
            block, end = [line], started["indent"] + "  ..."
        elif block:
            block.append(line)
            if line == end:
                yield block
                block = []
    if block:
        yield block
