"""An event loop that runs to the end while its caller waits, for scripts on the command line.

`asyncio.run(main())` in a plain script cannot give control back to JavaScript without stack
switching. This loop does not need to: it serves code that waits for timers and for other Python
code. What it cannot serve is a wait for JavaScript, and it says so instead of waiting for ever.
"""

import asyncio
import threading
import time
from asyncio import events
from collections.abc import Callable
from typing import Any

from ._futures import PyodideFuture, PyodideTask, finished_call
from ._host import host

_asyncio_run = asyncio.run

_SLICE_SECONDS = 0.02
"""The longest sleep before a look at what signal handlers and other threads have queued."""

NOTHING_LEFT = (
    "The event loop would wait for ever: no callback or timer is left that could end the wait. "
    "A JavaScript promise cannot settle while Python blocks the JavaScript thread; await it with "
    "top-level await instead of asyncio.run()."
)


class _Sleeper:
    """Takes the place of asyncio's selector: there are no files to watch, only time to pass."""

    def __init__(self, has_ready: Callable[[], bool]) -> None:
        self._has_ready = has_ready

    def select(self, timeout: float | None) -> list[Any]:
        """Returns after `timeout` seconds, or soon after a callback is ready. With None there is no
        timer: raises RuntimeError unless another thread could still queue something."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._has_ready():
            left = _SLICE_SECONDS if end is None else end - time.monotonic()
            if left <= 0:
                break
            if end is None and threading.active_count() == 1:
                raise RuntimeError(NOTHING_LEFT)
            time.sleep(min(left, _SLICE_SECONDS))
        return []


class BlockingLoop(asyncio.BaseEventLoop):
    """asyncio's own loop with sleeping in the place of file events, and without threads."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Sleeper(lambda: bool(self._ready))

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nothing to wake: a sleep ends by itself."""

    def create_future(self) -> PyodideFuture[Any]:
        """A PyodideFuture of this loop."""
        return PyodideFuture(loop=self)

    def create_task(self, coro: Any, **options: Any) -> Any:
        """Starts a coroutine as a PyodideTask, or with the task factory that was set."""
        if self.get_task_factory() is not None:
            return super().create_task(coro, **options)
        return PyodideTask(coro, loop=self, **options)

    def run_in_executor(
        self, executor: object, func: Callable[..., Any], *args: Any
    ) -> PyodideFuture[Any]:
        """Calls `func` at once in this thread and returns a finished future (WL-executor)."""
        return finished_call(self, func, *args)


def run_blocking(main: Any, **options: Any) -> Any:
    """`asyncio.run` that also works while the host's loop runs, as at the prompt of the command
    line: that loop stands still meanwhile. Inside another BlockingLoop it raises RuntimeError, as
    ever."""
    outer = events._get_running_loop()
    if outer is not host.loop:
        return _asyncio_run(main, **options)
    events._set_running_loop(None)
    try:
        return _asyncio_run(main, **options)
    finally:
        events._set_running_loop(outer)


class BlockingLoopPolicy(asyncio.DefaultEventLoopPolicy):
    """asyncio's own policy with BlockingLoops."""

    _loop_factory = BlockingLoop
