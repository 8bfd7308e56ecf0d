"""What is not about JavaScript in the event loop inside a JavaScript host (WL-*)."""

import asyncio
import contextvars
import math
import os
import sys
import time
import traceback
import weakref
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from ._futures import PyodideFuture, PyodideTask, finished_call
from ._loop_queue import LoopQueue

_LATE_SECONDS = 0.05
"""A deadline at most so far in the past passed while it was handed over: it is due now."""

type ExceptionHandler = Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object]


class LoopBase(asyncio.AbstractEventLoop):
    """Callbacks, timers, futures, tasks and the reporting of exceptions. When callbacks run is the
    part of WebLoop, which has `_wake`, called whenever something was queued. What is not overridden
    raises NotImplementedError, as in asyncio's abstract loop (WL-unsupported)."""

    def __init__(self) -> None:
        self._queue = LoopQueue()
        self._exception_handler: ExceptionHandler | None = None
        self._task_factory: Callable[..., asyncio.Future[Any]] | None = None
        self._debug = sys.flags.dev_mode or (
            not sys.flags.ignore_environment and bool(os.environ.get("PYTHONASYNCIODEBUG"))
        )
        self._asyncgens: weakref.WeakSet[AsyncGenerator[Any, Any]] = weakref.WeakSet()

    def _wake(self) -> None:
        """Something was queued."""
        raise NotImplementedError

    def has_work(self) -> bool:
        """Whether callbacks wait for their turn, or for their time."""
        return self._queue.has_ready or self._queue.next_timer() is not None

    # Callbacks (WL-call_soon, WL-call_later)

    def time(self) -> float:
        """Seconds of a clock that never goes back."""
        return time.monotonic()

    def call_soon(
        self,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.Handle:
        """Queues a call behind those queued before (WL-call_soon)."""
        handle = asyncio.Handle(callback, args, self, context)
        self._queue.add_ready(handle)
        self._wake()
        return handle

    def call_soon_threadsafe(
        self,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.Handle:
        """As `call_soon`."""
        return self.call_soon(callback, *args, context=context)

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Calls after `delay` seconds, with infinity never. Raises ValueError if it is negative
        (WL-call_later)."""
        if not delay >= 0:
            raise ValueError("Can't schedule in the past")
        return self._add_timer(self.time() + delay, callback, args, context)

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """Calls when `time()` is `when`. Raises ValueError if that is past (WL-call_later)."""
        if not when >= self.time() - _LATE_SECONDS:
            raise ValueError("Can't schedule in the past")
        return self._add_timer(when, callback, args, context)

    def _add_timer(
        self,
        when: float,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        context: contextvars.Context | None,
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._queue.add_timer(handle)
        if when != math.inf:
            self._wake()
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        if handle._scheduled:  # type: ignore[attr-defined]
            self._queue.timer_canceled()

    # Futures and tasks (WL-create_future)

    def create_future(self) -> PyodideFuture[Any]:
        """A future of this loop."""
        return PyodideFuture(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, Any],
        *,
        name: str | None = None,
        context: contextvars.Context | None = None,
        **options: Any,
    ) -> Any:
        """Starts a coroutine as a task. `eager_start` runs its first step at once."""
        if self._task_factory is not None:
            task = self._task_factory(self, coro, name=name, context=context, **options)
        else:
            task = PyodideTask(coro, loop=self, name=name, context=context, **options)
        task.add_done_callback(self._task_done)
        return task

    def set_task_factory(self, factory: Callable[..., asyncio.Future[Any]] | None) -> None:
        """Makes `factory(loop, coro, **options)` make the tasks; None restores the loop's own."""
        if factory is not None and not callable(factory):
            raise TypeError("task factory must be a callable or None")
        self._task_factory = factory

    def get_task_factory(self) -> Callable[..., asyncio.Future[Any]] | None:
        """The task factory, None if it is the loop's own."""
        return self._task_factory

    # Executors: there are no threads to run anything in (WL-executor)

    def run_in_executor(
        self, executor: object, func: Callable[..., Any], *args: Any
    ) -> PyodideFuture[Any]:
        """Calls `func` at once in this thread and returns a finished future."""
        return finished_call(self, func, *args)

    def set_default_executor(self, executor: object) -> None:
        """Does nothing."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Does nothing."""

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        """`socket.getaddrinfo` (WL-sockets)."""
        import socket

        return await self.run_in_executor(
            None, socket.getaddrinfo, host, port, family, type, proto, flags
        )

    async def getnameinfo(self, sockaddr: Any, flags: int = 0) -> tuple[str, str]:
        """`socket.getnameinfo` (WL-sockets)."""
        import socket

        return await self.run_in_executor(None, socket.getnameinfo, sockaddr, flags)

    # Asynchronous generators (WL-asyncgens)

    def hook_asyncgens(self) -> Any:
        """Makes the interpreter report asynchronous generators here. Returns the hooks there were
        before."""
        former = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgens.add, self._asyncgen_collected)
        return former

    def _asyncgen_collected(self, generator: AsyncGenerator[Any, Any]) -> None:
        self._asyncgens.discard(generator)
        self.call_soon_threadsafe(self.create_task, generator.aclose())

    async def shutdown_asyncgens(self) -> None:
        """Closes all asynchronous generators that have begun and not ended."""
        generators = list(self._asyncgens)
        self._asyncgens.clear()
        results = await asyncio.gather(
            *(generator.aclose() for generator in generators), return_exceptions=True
        )
        for generator, result in zip(generators, results, strict=True):
            if isinstance(result, Exception):
                self.call_exception_handler(
                    {
                        "message": f"closing of asynchronous generator {generator!r} failed",
                        "exception": result,
                        "asyncgen": generator,
                    }
                )

    # Exceptions (WL-exceptions)

    def set_exception_handler(self, handler: ExceptionHandler | None) -> None:
        """Makes `handler(loop, context)` receive what `call_exception_handler` is given; None: the
        default."""
        if handler is not None and not callable(handler):
            raise TypeError(f"A callable object or None is expected, got {handler!r}")
        self._exception_handler = handler

    def get_exception_handler(self) -> ExceptionHandler | None:
        """The handler that was set, or None."""
        return self._exception_handler

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Writes the context to stderr: its message, its details, the traceback."""
        lines = [context.get("message") or "Unhandled exception in event loop"]
        for key in sorted(context.keys() - {"message", "exception"}):
            lines.append(f"{key}: {context[key]!r}")
        print("\n".join(lines), file=sys.stderr)
        if (exception := context.get("exception")) is not None:
            traceback.print_exception(exception)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Reports a failure nobody waits for. A handler that fails itself is reported by the
        default handler."""
        handler = self._exception_handler
        try:
            if handler is None:
                self.default_exception_handler(context)
            else:
                handler(self, context)
        except Exception as error:
            print("Unhandled error in the event loop's exception handler", file=sys.stderr)
            traceback.print_exception(error)

    def _task_done(self, task: asyncio.Future[Any]) -> None:
        """Looks a turn later, when everyone who waits for the task has been told, whether its
        exception was taken."""
        if getattr(task, "_log_traceback", False):
            self.call_soon(self._report_if_ignored, task)

    def _report_if_ignored(self, task: Any) -> None:
        if not task._log_traceback:
            return
        error = task.exception()  # also notes that it was taken, so that it is not reported again
        if not isinstance(error, (SystemExit, KeyboardInterrupt)):
            self.call_exception_handler({"exception": error})

    def get_debug(self) -> bool:
        """Whether asyncio checks more (WL-debug)."""
        return self._debug

    def set_debug(self, enabled: bool) -> None:
        """Turns asyncio's checks on or off."""
        self._debug = enabled
