"""Deadlines of what runs (BY-deadline). Whoever hosts the interpreter sends the signal DEADLINE when one may have
passed; here it is known whose that is."""

import _signal
import asyncio
import time
from asyncio import events
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

# No program has a use for it. It is below NSIG.
DEADLINE = 63


class Deadline:
    """In force inside `with`, so many seconds from when it is made. `task` is None for what is on the stack until then."""

    def __init__(self, seconds: float, task: asyncio.Task[Any] | None) -> None:
        self.at = time.monotonic() + seconds
        self.task = task

    def __enter__(self) -> None:
        _in_force.append(self)

    def __exit__(self, *_: object) -> None:
        _in_force.remove(self)


_in_force: list[Deadline] = []


def install() -> Callable[[], object]:
    """Handles the signal from now on; what it returns undoes that."""
    former = _signal.signal(DEADLINE, _raise_if_passed)
    return partial(_signal.signal, DEADLINE, former)


def _raise_if_passed(_number: int, _frame: FrameType | None) -> None:
    now = time.monotonic()
    loop = events._get_running_loop()
    task = asyncio.current_task(loop) if loop is not None else None
    for deadline in reversed(_in_force):
        if deadline.at <= now and deadline.task in (None, task):
            raise TimeoutError("the deadline of the call has passed")
