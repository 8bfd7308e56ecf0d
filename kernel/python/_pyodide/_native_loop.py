"""The event loop of a kernel in a process of its own: beside what JavaScript asks for it does what asyncio does natively, with
sockets, TLS, pipes, processes and threads. The methods are asyncio's; a thread of its own watches the descriptors.
"""

import asyncio
import functools
import selectors
import threading
import types
from asyncio import base_events, selector_events, unix_events
from typing import Any

from ._loop_base import LoopBase
from ._loop_sockets import SocketMethods, use
from ._webloop import WebLoop, WebLoopPolicy

_OWNERS = (
    base_events.BaseEventLoop,
    selector_events.BaseSelectorEventLoop,
    unix_events._UnixSelectorEventLoop,
)
# What WebLoop does without threads, and asyncio with them.
_WITH_THREADS = {
    "getaddrinfo",
    "getnameinfo",
    "run_in_executor",
    "set_default_executor",
    "shutdown_default_executor",
}
# What needs a loop that runs itself: signals come to the client's interpreter by messages.
_LEFT_OUT = {"add_signal_handler", "remove_signal_handler"}


class _Poller:
    """Watches descriptors from a thread that is started when there is one. Each wait is for one time. The thread's selector
    is told of descriptors while it waits: epoll heeds them at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waits: dict[int, dict[int, tuple[WebLoop, asyncio.Future[None]]]] = {}
        self._selector = selectors.EpollSelector()
        self._has_thread = False

    async def ready(self, fd: int, is_reading: bool) -> None:
        """Done when the descriptor is ready, or earlier."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, WebLoop)
        event = selectors.EVENT_READ if is_reading else selectors.EVENT_WRITE
        future = loop.create_future()
        with self._lock:
            if not self._has_thread:
                self._has_thread = True
                threading.Thread(target=self._run, daemon=True).start()
            self._waits.setdefault(fd, {})[event] = loop, future
            self._register(fd)
        await future

    def _register(self, fd: int) -> None:
        """Has the selector know what is waited for. A descriptor that was closed meanwhile is not known to the system."""
        try:
            self._selector.unregister(fd)
        except (KeyError, ValueError, OSError):
            pass
        events = 0
        for event in self._waits.get(fd, ()):
            events |= event
        if events == 0:
            return
        try:
            self._selector.register(fd, events)
        except OSError:
            self._finish(fd, events)  # whoever waits meets the error when it uses the descriptor

    def _finish(self, fd: int, events: int) -> None:
        waits = self._waits.get(fd, {})
        for event in [event for event in waits if event & events]:
            loop, future = waits.pop(event)
            loop.call_soon_threadsafe(_finish_future, future)
        if not waits:
            self._waits.pop(fd, None)

    def _run(self) -> None:
        while True:
            found = self._selector.select()
            with self._lock:
                for key, events in found:
                    self._finish(key.fd, events)
                    self._register(key.fd)


def _finish_future(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class NativeMethods(SocketMethods):
    """What WebLoop has in addition in a process of its own: all of asyncio's methods that it does not have itself."""

    slow_callback_duration = 0.1
    _default_executor: Any = None
    _executor_shutdown_called = False

    @functools.cached_property
    def _unix_server_sockets(self) -> dict[Any, Any]:
        return {}

    def _check_closed(self) -> None:
        """It never is."""


def _copy_methods() -> None:
    own = {
        name for owner in (WebLoop, LoopBase, SocketMethods, NativeMethods) for name in vars(owner)
    }
    own.discard("create_connection")  # without TLS
    for owner in _OWNERS:
        for name, value in vars(owner).items():
            is_wanted = name in _WITH_THREADS or not (name in own or name in _LEFT_OUT)
            if isinstance(value, types.FunctionType) and is_wanted and not _has_super(value):
                setattr(NativeMethods, name, value)


def _has_super(method: types.FunctionType) -> bool:
    """Whether it calls its parent's, which would have to be one of WebLoop too. There the parent's alone is taken."""
    return "__class__" in method.__code__.co_freevars


def _child_watcher(policy: WebLoopPolicy) -> Any:
    return unix_events.ThreadedChildWatcher()


def install() -> None:
    """Gives WebLoop the methods. They stay: a process has one place."""
    _copy_methods()
    use(_Poller().ready, NativeMethods)
    WebLoopPolicy.get_child_watcher = _child_watcher  # type: ignore[method-assign, assignment]
