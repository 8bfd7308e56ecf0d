"""Futures and tasks that also chain as JavaScript's promises do (WL-future.then)."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, Self


async def _outcome(value: Any) -> Any:
    """`value`, or what it gives when awaited, as often as it takes."""
    while isawaitable(value):
        value = await value
    return value


class PyodideFuture[T](asyncio.Future[T]):
    """An asyncio future with `then`, `catch` and `finally_`."""

    __module__ = "pyodide.webloop"

    def then(
        self,
        onfulfilled: Callable[[T], Any] | None,
        onrejected: Callable[[BaseException], Any] | None = None,
    ) -> "PyodideFuture[Any]":
        """A future for what the handler that fits gives; an awaitable it returns is awaited.
        Without a handler that fits, the outcome passes on: the result, the exception or the
        cancellation."""
        return self._chain(lambda: _then(self, onfulfilled, onrejected))

    def catch(self, onrejected: Callable[[BaseException], Any]) -> "PyodideFuture[Any]":
        """As `then(None, onrejected)`."""
        return self.then(None, onrejected)

    def finally_(self, onfinally: Callable[[], Any]) -> "PyodideFuture[T]":
        """A future with the same outcome, after `onfinally` was called and its awaitable awaited.
        An exception of `onfinally` takes the place of the outcome."""
        return self._chain(lambda: _finally(self, onfinally))

    def _chain(self, make: Callable[[], Awaitable[Any]]) -> "PyodideFuture[Any]":
        """A future for the coroutine that `make` gives, which starts when this future is done."""
        loop = self.get_loop()
        result = loop.create_future()

        def start(_: Self) -> None:
            if not self.cancelled():
                self.exception()  # the chain takes it: it is not reported as one nobody waits for
            task = loop.create_task(make())
            task.add_done_callback(lambda done: copy_outcome(done, result))

        self.add_done_callback(start)
        return result


class PyodideTask[T](asyncio.Task[T], PyodideFuture[T]):
    """An asyncio task with `then`, `catch` and `finally_`. It may also wait inside of a `run_sync`."""

    __module__ = "pyodide.webloop"

    blocked_on: asyncio.Future[Any] | None = None
    """What the task's `run_sync` waits for."""
    _blocked_cancels = 0  # requests that `blocked_on` got

    def cancel(self, msg: Any | None = None) -> bool:
        """As asyncio's: what the task waits for is canceled, also where `run_sync` waits for it."""
        if self.blocked_on is None or not self.blocked_on.cancel(msg):
            return super().cancel(msg)
        self._blocked_cancels += 1
        return True

    def cancelling(self) -> int:
        """How many requests to cancel there were, less those that `uncancel` took back."""
        return super().cancelling() + self._blocked_cancels

    def uncancel(self) -> int:
        """Takes a request to cancel back; returns how many are left."""
        if self._blocked_cancels == 0:
            return super().uncancel()
        self._blocked_cancels -= 1
        return self.cancelling()


async def _then(
    source: PyodideFuture[Any],
    onfulfilled: Callable[[Any], Any] | None,
    onrejected: Callable[[BaseException], Any] | None,
) -> Any:
    if source.cancelled():
        raise asyncio.CancelledError
    error = source.exception()
    if error is None:
        return (
            source.result() if onfulfilled is None else await _outcome(onfulfilled(source.result()))
        )
    if onrejected is None:
        raise error
    return await _outcome(onrejected(error))


async def _finally(source: PyodideFuture[Any], onfinally: Callable[[], Any]) -> Any:
    await _outcome(onfinally())
    return source.result()


def copy_outcome(source: asyncio.Future[Any], target: asyncio.Future[Any]) -> None:
    """Ends `target` as `source` ended, unless it has ended already."""
    if target.done():
        return
    if source.cancelled():
        target.cancel()
    elif (error := source.exception()) is not None:
        target.set_exception(error)
    else:
        target.set_result(source.result())


def finished_call(
    loop: asyncio.AbstractEventLoop, func: Callable[..., Any], *args: Any
) -> PyodideFuture[Any]:
    """A finished future of `loop` with the outcome of a call."""
    future: PyodideFuture[Any] = PyodideFuture(loop=loop)
    try:
        future.set_result(func(*args))
    except StopIteration as error:
        future.set_exception(RuntimeError(f"the function raised {error!r}"))
    except Exception as error:
        future.set_exception(error)
    return future
