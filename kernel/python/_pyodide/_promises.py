"""Where promises of JavaScript and awaitables of Python meet. The kernel calls these functions by
name."""

import asyncio
from asyncio import events
from collections.abc import Callable, Coroutine
from functools import partial
from inspect import isawaitable
from typing import Any, NoReturn

from . import _core
from ._host import host
from ._to_js import is_implicit


def current_loop() -> asyncio.AbstractEventLoop:
    """The running loop, else the one that `attach` installed. RuntimeError if there is none."""
    loop = events._get_running_loop() or host.loop
    if loop is None:
        raise RuntimeError("no running event loop")
    return loop


def future_of(promise: Any) -> asyncio.Future[Any]:
    """A PyodideFuture that ends as the JavaScript promise does (JP-await, CL-promise).

    `promise` is a JsProxy with `then`. A future that was canceled meanwhile stays as it is.
    """
    future = current_loop().create_future()

    def fulfill(value: Any) -> None:
        on_rejected.destroy()
        if not future.done():
            future.set_result(value)

    def fail(error: Any) -> None:
        on_fulfilled.destroy()
        if not future.done():
            future.set_exception(_as_exception(error))

    on_fulfilled = _core.create_once_callable(fulfill)
    on_rejected = _core.create_once_callable(fail)
    promise.then(on_fulfilled, on_rejected)
    return future


async def item_of(promise: Any) -> Any:
    """What an asynchronous iterator's `next` promises, `{done, value}`, as a step of `async for`
    (JP-aiter).

    Raises StopAsyncIteration at the end. A generator's return value is its argument.
    """
    step = await promise
    if step.done:
        raise StopAsyncIteration(step.value)
    return step.value


async def entered(disposable: Any) -> Any:
    """`__aenter__` of an object that JavaScript disposes of asynchronously (JP-dispose)."""
    return disposable


async def left(disposed: Any) -> None:
    """`__aexit__`: waits for what `[Symbol.asyncDispose]` gave, which need not be a promise."""
    if isawaitable(disposed):
        await disposed


async def closed_of(promise: Any) -> None:
    """What an asynchronous generator's `return` promises, for `aclose` (JP-agenerator).

    Raises RuntimeError when the generator yielded instead of ending.
    """
    step = await promise
    if not step.done:
        raise RuntimeError("JavaScript generator ignored return")


def _as_exception(reason: Any) -> BaseException:
    """The exception for what a promise was rejected with: as if it had been thrown. StopIteration, which a future
    cannot hold, is wrapped as asyncio wraps it."""
    error = _thrown(reason)
    if isinstance(error, StopIteration):
        wrapped = RuntimeError("a JavaScript promise was rejected with StopIteration")
        wrapped.__cause__ = error
        return wrapped
    return error


def _thrown(reason: Any) -> BaseException:
    """What JavaScript's `throw` of it raises: what is no error becomes one (ER-js2py.nonError), and a PythonError
    the exception that it was made of, while that is the last one that crossed (ER-round.py)."""
    if isinstance(reason, BaseException) and getattr(reason, "name", None) != "PythonError":
        return reason
    try:
        host.api("rethrow")(reason)
    except BaseException as error:
        return error
    return RuntimeError(f"a JavaScript promise was rejected with {reason!r}")


def settle(
    awaitable: Any,
    resolve: Callable[[Any], Any],
    reject: Callable[[Callable[[], NoReturn]], Any],
) -> asyncio.Future[Any]:
    """Waits for `awaitable` and calls `resolve(value)` or `reject(raise_error)`, exactly one of
    them once (PX-then).

    `raise_error` is a callable that raises the exception: JavaScript calls it at once, since what
    it then catches is the PythonError. An object among the results arrives as an own proxy
    (PP-lifetime.own). A coroutine starts in a later turn of the event loop. Every exception is
    delivered, SystemExit, KeyboardInterrupt and cancellation (`asyncio.CancelledError`) included;
    none reaches the loop's handlers. Returns what can be canceled.
    """
    if asyncio.isfuture(awaitable):
        awaitable.add_done_callback(lambda done: _deliver(done, resolve, reject))
        return awaitable
    return schedule(_drive(awaitable, resolve, reject))


def _deliver(
    done: asyncio.Future[Any],
    resolve: Callable[[Any], Any],
    reject: Callable[[Callable[[], NoReturn]], Any],
) -> None:
    if done.cancelled() or done.exception() is not None:
        reject(done.result)
    else:
        resolve(own(done.result()))


async def _drive(
    awaitable: Any,
    resolve: Callable[[Any], Any],
    reject: Callable[[Callable[[], NoReturn]], Any],
) -> None:
    try:
        value = await awaitable
    except BaseException as error:
        # The traceback begins behind this frame.
        reject(raiser_of(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)))
    else:
        resolve(own(value))


def raiser_of(error: BaseException) -> Callable[[], NoReturn]:
    """A callable that raises `error`. Unless that is a StopIteration, it adds no frame to the traceback."""
    if isinstance(error, StopIteration):
        return partial(_raise, error)
    failed = current_loop().create_future()
    failed.set_exception(error)
    failed.exception()  # is told by the callable, and not reported besides
    return failed.result


def _raise(error: BaseException) -> NoReturn:
    raise error


def own(value: Any) -> Any:
    """`value`, or for an object that would cross as a borrowed proxy, one that is not destroyed when
    the call ends."""
    return value if is_implicit(value) else _core.create_proxy(value, False, False)


def schedule(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Starts a coroutine as a task of the current loop (CL-coroutine)."""
    return current_loop().create_task(coroutine)
