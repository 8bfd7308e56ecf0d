"""Sockets in the event loop inside Node (WL-sockets): the methods of asyncio's own selector loop, for
which the host watches descriptors in place of a selector."""

import asyncio
import functools
import weakref
from asyncio import base_events, selector_events
from collections.abc import Awaitable, Callable
from typing import Any

from ._webloop import WebLoop

type Ready = Callable[[int, bool], Awaitable[None]]


class _Watches:
    """Callbacks for descriptors, each called whenever its descriptor is ready, as a selector's are."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ready: Ready) -> None:
        self._loop = loop
        self._ready = ready
        self._handles: dict[tuple[int, bool], asyncio.Handle] = {}

    def add(
        self,
        fd: int,
        is_reading: bool,
        callback: Callable[..., object],
        args: tuple[Any, ...],
    ) -> asyncio.Handle:
        key = fd, is_reading
        self.remove(fd, is_reading)
        handle = self._handles[key] = asyncio.Handle(callback, args, self._loop)
        self._watch(key, handle)
        return handle

    def remove(self, fd: int, is_reading: bool) -> bool:
        handle = self._handles.pop((fd, is_reading), None)
        if handle is None:
            return False
        handle.cancel()
        return True

    def _watch(self, key: tuple[int, bool], handle: asyncio.Handle) -> None:
        if self._handles.get(key) is handle:
            future = asyncio.ensure_future(self._ready(*key), loop=self._loop)
            future.add_done_callback(lambda _: self._run(key, handle))

    def _run(self, key: tuple[int, bool], handle: asyncio.Handle) -> None:
        if self._handles.get(key) is handle and not handle.cancelled():
            handle._run()
            self._watch(key, handle)


class SocketMethods(asyncio.AbstractEventLoop):
    """What WebLoop has in addition once there are sockets."""

    _ready: Ready

    add_reader = selector_events.BaseSelectorEventLoop.add_reader
    remove_reader = selector_events.BaseSelectorEventLoop.remove_reader
    add_writer = selector_events.BaseSelectorEventLoop.add_writer
    remove_writer = selector_events.BaseSelectorEventLoop.remove_writer
    sock_connect = selector_events.BaseSelectorEventLoop.sock_connect
    _sock_connect = selector_events.BaseSelectorEventLoop._sock_connect
    _sock_connect_cb = selector_events.BaseSelectorEventLoop._sock_connect_cb
    sock_recv = selector_events.BaseSelectorEventLoop.sock_recv
    _sock_recv = selector_events.BaseSelectorEventLoop._sock_recv
    sock_recv_into = selector_events.BaseSelectorEventLoop.sock_recv_into
    _sock_recv_into = selector_events.BaseSelectorEventLoop._sock_recv_into
    sock_sendall = selector_events.BaseSelectorEventLoop.sock_sendall
    _sock_sendall = selector_events.BaseSelectorEventLoop._sock_sendall
    _sock_read_done = selector_events.BaseSelectorEventLoop._sock_read_done
    _sock_write_done = selector_events.BaseSelectorEventLoop._sock_write_done
    _ensure_fd_no_transport = selector_events.BaseSelectorEventLoop._ensure_fd_no_transport
    _make_socket_transport = selector_events.BaseSelectorEventLoop._make_socket_transport
    _connect_sock = base_events.BaseEventLoop._connect_sock
    _ensure_resolved = base_events.BaseEventLoop._ensure_resolved
    _create_connection_transport = base_events.BaseEventLoop._create_connection_transport

    async def create_connection(self, *args: Any, ssl: Any = None, **options: Any) -> Any:
        """As in asyncio. Raises NotImplementedError for TLS, which is not there."""
        if ssl:
            raise NotImplementedError("TLS is not available for sockets in a JavaScript host")
        return await base_events.BaseEventLoop.create_connection(self, *args, **options)

    @functools.cached_property
    def _transports(self) -> weakref.WeakValueDictionary[int, Any]:
        return weakref.WeakValueDictionary()

    @functools.cached_property
    def _watches(self) -> _Watches:
        return _Watches(self, self._ready)

    def _add_reader(self, fd: Any, callback: Callable[..., object], *args: Any) -> asyncio.Handle:
        return self._watches.add(_number(fd), True, callback, args)

    def _remove_reader(self, fd: Any) -> bool:
        return self._watches.remove(_number(fd), True)

    def _add_writer(self, fd: Any, callback: Callable[..., object], *args: Any) -> asyncio.Handle:
        return self._watches.add(_number(fd), False, callback, args)

    def _remove_writer(self, fd: Any) -> bool:
        return self._watches.remove(_number(fd), False)


def _number(fd: Any) -> int:
    return fd if isinstance(fd, int) else fd.fileno()


def use(ready: Ready, methods: type[SocketMethods] = SocketMethods) -> None:
    """Gives WebLoop its socket methods. `ready(fd, is_reading)` is done when the descriptor is
    ready, or earlier."""
    if SocketMethods not in WebLoop.__mro__:
        SocketMethods._ready = staticmethod(ready)
        WebLoop.__bases__ = (methods, *WebLoop.__bases__)
