"""The event loop inside a JavaScript host: the host's own loop wakes it (WL-*)."""

import asyncio
import math
from asyncio import events
from collections.abc import Callable
from typing import Any

from . import _core, _stack_switching
from ._host import host
from ._loop_base import LoopBase

MAX_DELAY_MS = 2**31 - 1
MAX_BATCHES = 1000


class WebLoop(LoopBase):
    """Runs in the host's event loop, so it always runs and never closes (WL-state).

    One macrotask of the host runs the callbacks that were ready when it began, in order; what they
    queue waits for the next one. At most one wake-up for ready callbacks is under way, and timers
    ask for one only if they are due before all wake-ups that are: host timers cannot be taken back.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_soon = False  # a wake-up without delay is under way
        self._batch: object | None = None  # stands for the batch that runs now
        self._outer_loop: asyncio.AbstractEventLoop | None = None  # that ran before the batch
        self._wake_times: list[float] = []  # when the wake-ups for timers come, the earliest last
        self._system_exit_handler: Callable[[Any], object] | None = None
        self._keyboard_interrupt_handler: Callable[[], object] | None = None
        self._no_in_progress: Callable[[], object] | None = None
        self._in_progress = 0

    # Running

    def _wake(self) -> None:
        if self._is_soon or self._batch is not None:
            return
        if self._queue.has_ready:
            self._is_soon = True
            _core.schedule(self._run_soon, 0)
            return
        when = self._queue.next_timer()
        if when is not None and (not self._wake_times or when < self._wake_times[-1]):
            self._wake_times.append(when)
            delay_ms = math.ceil(max(0.0, (when - self.time()) * 1000))
            _core.schedule(self._run_timers, min(delay_ms, MAX_DELAY_MS))

    def _run_soon(self) -> None:
        self._is_soon = False
        self._run_batch()

    def _run_timers(self) -> None:
        self._wake_times.pop()
        self._run_batch()

    def _run_batch(self) -> None:
        """Runs what is ready now. Whatever ends the batch early, the rest of it has its turn."""
        self._outer_loop = former = events._get_running_loop()
        events._set_running_loop(self)
        self._batch = batch = object()
        try:
            self._queue.take_due(self.time())
            for _ in range(self._queue.ready_count):
                self._run_callback()
                if self._batch is not batch:
                    break
        finally:
            events._set_running_loop(former)
            if self._batch is batch:
                self._batch = None
                self._wake()

    def run_ready(self) -> None:
        """Runs what is ready, and what follows from it, without waiting for the host; not for ever."""
        for _ in range(MAX_BATCHES):
            if not self._queue.has_ready:
                return
            self._run_batch()

    def leave_batch(self) -> None:
        """The callback that runs will be suspended: what is ready behind it is left to another batch."""
        if self._batch is not None:
            self._batch = None
            events._set_running_loop(self._outer_loop)
            self._wake()

    def _run_callback(self) -> None:
        """Runs one callback. What ends a program goes to its handler, else to the host
        (WL-callback.errors)."""
        try:
            self._queue.run_next()
        except SystemExit as error:
            if self._system_exit_handler is None:
                raise
            self._system_exit_handler(error.code)
        except KeyboardInterrupt:
            if self._keyboard_interrupt_handler is None:
                raise
            self._keyboard_interrupt_handler()

    # State (WL-state)

    def is_running(self) -> bool:
        """True."""
        return True

    def is_closed(self) -> bool:
        """False."""
        return False

    def run_forever(self) -> None:
        """Does nothing: the host runs the loop."""

    def stop(self) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""

    def run_until_complete(self, future: Any) -> Any:
        """Blocks until `future` is done and returns its result (WL-runUntilComplete).

        Raises RuntimeError where `run_sync` cannot block. Where the program chose
        `enableRunUntilComplete: false` it starts `future` and returns it.
        """
        if not host.option("enableRunUntilComplete", True):
            return asyncio.ensure_future(future, loop=self)
        _stack_switching.check_can_run_sync()
        return _stack_switching.wait_for(future)

    # Work in progress (WL-inProgress)

    @property
    def _no_in_progress_handler(self) -> Callable[[], object] | None:
        """Called when the last task or future ends. Those made before it is set are not counted,
        but for tasks."""
        return self._no_in_progress

    @_no_in_progress_handler.setter
    def _no_in_progress_handler(self, handler: Callable[[], object] | None) -> None:
        was_counting = self._no_in_progress is not None
        self._no_in_progress = handler
        if handler is not None and not was_counting:
            self._in_progress = 0
            for task in asyncio.all_tasks(self):
                self._count(task)

    def _count(self, future: asyncio.Future[Any]) -> None:
        if self._no_in_progress is not None:
            self._in_progress += 1
            future.add_done_callback(self._uncount)

    def _uncount(self, _: asyncio.Future[Any]) -> None:
        self._in_progress -= 1
        if self._in_progress == 0 and self._no_in_progress is not None:
            self._no_in_progress()

    def create_future(self) -> Any:
        """A PyodideFuture of this loop."""
        future = super().create_future()
        self._count(future)
        return future

    def create_task(self, coro: Any, **options: Any) -> Any:
        """Starts a coroutine as a PyodideTask."""
        task = super().create_task(coro, **options)
        self._count(task)
        return task


class WebLoopPolicy(asyncio.AbstractEventLoopPolicy):
    """The policy whose loops are WebLoops (WL-policy)."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def get_event_loop(self) -> asyncio.AbstractEventLoop:
        """The current loop, made when there is none."""
        return self.new_event_loop() if self._loop is None else self._loop

    def new_event_loop(self) -> WebLoop:
        """A WebLoop, which becomes the current loop."""
        loop = WebLoop()
        self._loop = loop
        return loop

    def set_event_loop(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Makes `loop` the current loop."""
        self._loop = loop


def run_in_host(main: Any, *, debug: bool | None = None, loop_factory: Any = None) -> Any:
    """`asyncio.run` inside a JavaScript host (WL-runUntilComplete): the host's loop runs `main`."""
    if not asyncio.iscoroutine(main):
        raise ValueError(f"a coroutine was expected, got {main!r}")
    loop = asyncio.get_event_loop()
    if debug is not None:
        loop.set_debug(debug)
    return loop.run_until_complete(main)
