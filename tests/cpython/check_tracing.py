"""Debuggers and coverage see every line, however long a loop runs: also where the evaluation loop is left and entered again.

Runs inside the wasm interpreter.
"""

import sys
from collections.abc import Callable, Iterator

ROUNDS = 5000


def loop(count: int) -> int:
    total = 0
    for number in range(count):
        total += number
    return total


def generate(count: int) -> Iterator[int]:
    for number in range(count):
        yield number


def consume(count: int) -> int:
    total = 0
    for number in generate(count):
        total += number
    return total


def nested(count: int) -> int:
    return 0 if count == 0 else loop(2) + nested(count - 1)


def lines_of(
    function: Callable[[int], int], watched: Callable[..., object], count: int
) -> dict[int, int]:
    """How often each line of `watched` ran, counted from its first, while `function` was called."""
    code = watched.__code__
    counts: dict[int, int] = {}

    def trace(frame, event, argument):
        if frame.f_code is code and event == "line":
            line = frame.f_lineno - code.co_firstlineno
            counts[line] = counts.get(line, 0) + 1
        return trace

    sys.settrace(trace)
    try:
        function(count)
    finally:
        sys.settrace(None)
    return counts


def branches_of(count: int) -> int:
    """How many jumps back `sys.monitoring` tells of."""
    seen = 0

    def jumped(code, offset, destination):
        nonlocal seen
        seen += destination < offset

    tool, events = sys.monitoring.DEBUGGER_ID, sys.monitoring.events
    sys.monitoring.use_tool_id(tool, "check")
    sys.monitoring.register_callback(tool, events.JUMP, jumped)
    sys.monitoring.set_local_events(tool, loop.__code__, events.JUMP)
    try:
        loop(count)
    finally:
        sys.monitoring.free_tool_id(tool)
    return seen


for _ in range(3):
    assert lines_of(loop, loop, ROUNDS) == {1: 1, 2: ROUNDS + 1, 3: ROUNDS, 4: 1}
    assert lines_of(consume, consume, ROUNDS) == {1: 1, 2: ROUNDS + 1, 3: ROUNDS, 4: 1}
    assert lines_of(consume, generate, ROUNDS) == {1: ROUNDS + 1, 2: ROUNDS}
    assert lines_of(nested, loop, 200) == {1: 200, 2: 600, 3: 400, 4: 200}
    assert branches_of(ROUNDS) == ROUNDS
