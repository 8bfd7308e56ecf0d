"""Short things, to see what it costs to reach them."""

import array
from collections.abc import Callable


def successor(number: int) -> int:
    return number + 1


def call_often(function: Callable[[], object], times: int) -> None:
    for _ in range(times):
        function()


def total(values) -> float:
    """The sum of a JavaScript Float64Array, whose memory is copied once, as a whole."""
    return sum(array.array("d", values.to_bytes()))
