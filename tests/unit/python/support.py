"""A JavaScript side for tests of the Python half: an event loop's timers, and the few objects that
are needed.

The real one needs a JavaScript engine; the conformance suite runs the same rules there.
"""

import heapq
import itertools
import time
import unittest
from collections.abc import Callable
from typing import Any
from unittest import mock

import _pyodide
from _pyodide import _core


class Host:
    """The host's timers: what `_krait.schedule` asks for is run by `run`, in order of time."""

    def __init__(self) -> None:
        self.scheduled: list[tuple[float, int, Callable[[], object]]] = []
        self.delays_ms: list[float] = []
        self._count = itertools.count()

    def schedule(self, callback: Callable[[], object], delay_ms: float) -> None:
        self.delays_ms.append(delay_ms)
        entry = (time.monotonic() + delay_ms / 1000, next(self._count), callback)
        heapq.heappush(self.scheduled, entry)

    def run_one(self) -> None:
        """One macrotask."""
        when, _, callback = heapq.heappop(self.scheduled)
        time.sleep(max(0.0, when - time.monotonic()))
        callback()

    def run(self, limit_seconds: float = 5) -> None:
        """Macrotasks until none is left, or until the limit has passed."""
        end = time.monotonic() + limit_seconds
        while self.scheduled and self.scheduled[0][0] < end:
            self.run_one()


class JsObject(_core.JsProxy):
    """A plain JavaScript object: its attributes are its properties."""

    def __init__(self, **properties: Any) -> None:
        self.__dict__.update(properties)


class JsPromise(JsObject):
    """A promise that a test settles."""

    def then(self, on_fulfilled: Callable[[Any], None], on_rejected: Callable[[Any], None]) -> None:
        self.fulfill, self.reject = on_fulfilled, on_rejected


class OnceCallable(JsObject):
    """What `create_once_callable` gives."""

    def __init__(self, func: Callable[..., Any]) -> None:
        super().__init__(func=func, is_released=False)

    def __call__(self, *args: Any) -> Any:
        self.destroy()
        return self.func(*args)

    def destroy(self) -> None:
        if self.is_released:
            raise RuntimeError("OnceProxy has already been destroyed")
        self.is_released = True


class AttachedCase(unittest.TestCase):
    """A test with a JavaScript side attached."""

    options: dict[str, Any] = {}

    def setUp(self) -> None:
        self.host = Host()
        self.enterContext(mock.patch.object(_core, "schedule", self.host.schedule))
        self.enterContext(mock.patch.object(_core, "create_once_callable", OnceCallable))
        self.js, self.pyodide_js = JsObject(), JsObject()
        _pyodide.attach(self.js, self.pyodide_js, self.options)
        self.addCleanup(_pyodide.detach)
