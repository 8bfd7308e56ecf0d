"""Blocking on an awaitable while JavaScript's event loop goes on, where the engine can switch stacks
(PY-run_sync, docs/decisions/0007-stack-switching.md)."""

import asyncio
import contextvars
import itertools
import time
from asyncio import events
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NoReturn

from . import _core
from ._futures import PyodideTask
from ._host import host
from ._promises import own, raiser_of
from ._relaxed import relaxed_call

NOT_SUPPORTED = "WebAssembly stack switching not supported in this JavaScript runtime"
ENTERED_SYNCHRONOUSLY = (
    "Cannot wait here: JavaScript entered Python synchronously, or a JavaScript function stands between "
    "this call and the event loop. Use an entry point that allows it: runPythonAsync, an async function, "
    "or callPromising() of the function's proxy."
)
NESTED_LOOP = "Cannot wait here: an event loop of its own runs on this stack, and would stand still"

_numbers = itertools.count(1)
_blocking_sleep = time.sleep


def can_run_sync() -> bool:
    """Whether `run_sync` can block here (PY-can_run_sync): inside of `runPythonAsync`, of async functions and of
    other callbacks that the event loop started, and of `callPromising`."""
    return _core.can_suspend() and events._get_running_loop() is host.loop


def check_can_run_sync() -> None:
    """Raises RuntimeError that says why `run_sync` cannot block here."""
    if can_run_sync():
        return
    if not _core.switches_stacks():
        raise RuntimeError(NOT_SUPPORTED)
    raise RuntimeError(NESTED_LOOP if _core.can_suspend() else ENTERED_SYNCHRONOUSLY)


def wait_for(awaitable: Awaitable[Any]) -> Any:
    """The result of an awaitable; other tasks run until it is there. Only if `can_run_sync`.

    It becomes a task of its own; canceling the task that waits here cancels it, as with `await`."""
    loop = host.loop
    assert loop is not None
    is_future = asyncio.isfuture(awaitable)
    future = awaitable if is_future else loop.create_task(_outcome(awaitable))
    if not future.done():
        _suspend_until_done(loop, future)
    if is_future:
        return future.result()
    value, error = future.result()
    if error is not None:
        raise error
    return value


async def _outcome(awaitable: Awaitable[Any]) -> tuple[Any, BaseException | None]:
    """What ends a program is for the one who waits, and not for the loop as well."""
    try:
        return await awaitable, None
    except (SystemExit, KeyboardInterrupt) as error:
        return None, error


def _suspend_until_done(loop: Any, future: asyncio.Future[Any]) -> None:
    number = next(_numbers) & 0xFFFFFFFF
    future.add_done_callback(lambda _: _core.wake(number))
    waiting = asyncio.tasks._swap_current_task(loop, None)  # type: ignore[attr-defined]
    if isinstance(waiting, PyodideTask):
        waiting.blocked_on = future
    loop.leave_batch()
    try:
        while not future.done():
            _core.suspend(number)
    except BaseException:  # an interrupt
        future.cancel()
        raise
    finally:
        events._set_running_loop(loop)
        asyncio.tasks._swap_current_task(loop, waiting)  # type: ignore[attr-defined]
        if isinstance(waiting, PyodideTask):
            waiting.blocked_on = None


def sleep(seconds: float, /) -> None:
    """Waits that many seconds; other tasks run meanwhile where they can (WL-sleep)."""
    if not can_run_sync():
        _blocking_sleep(seconds)
        return
    _blocking_sleep(min(seconds, 0))  # checks the argument
    wait_for(asyncio.sleep(seconds))


def call_promising(
    resolve: Callable[[Any], Any],
    reject: Callable[[Callable[[], NoReturn]], Any],
    function: Callable[..., Any],
    /,
    *args: Any,
    **kwargs: Any,
) -> bool:
    """Calls `function` in a later turn of the event loop, on a stack that `run_sync` can suspend, and tells how it
    ended: `resolve(value)`, or `reject(raise_error)` as in `_promises.settle` (PX-callPromising).

    Returns False, and calls nothing, where stacks cannot be switched."""
    if not _core.switches_stacks():
        return False
    context = contextvars.copy_context()
    call = partial(_call, resolve, reject, partial(function, *args, **kwargs))
    _core.schedule(partial(context.run, call), 0)
    return True


def call_relaxed_promising(
    resolve: Callable[[Any], Any],
    reject: Callable[[Callable[[], NoReturn]], Any],
    function: Callable[..., Any],
    /,
    *args: Any,
    **kwargs: Any,
) -> bool:
    """As `call_promising`, without the arguments that the function does not take (PY-relaxed_call)."""
    return call_promising(resolve, reject, relaxed_call, function, *args, **kwargs)


def _call(
    resolve: Callable[[Any], Any],
    reject: Callable[[Callable[[], NoReturn]], Any],
    call: Callable[[], Any],
) -> None:
    try:
        value = call()
    except BaseException as error:
        # The traceback begins behind this frame.
        reject(raiser_of(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)))
    else:
        resolve(own(value))
