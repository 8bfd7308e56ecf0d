"""Listeners and timers whose proxies are looked after (WR-*)."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from _pyodide import _core
from _pyodide._host import host

# What is registered with JavaScript: the element or timer handle, and the proxy of the callback.
# The element and the handle are kept because their `js_id` is a key only while a proxy of them
# lives (JP-hash).
_listeners: dict[tuple[int, str, Callable[[Any], None]], tuple[Any, Any]] = {}
_timeouts: dict[Any, tuple[Any, Any]] = {}
_intervals: dict[Any, tuple[Any, Any]] = {}


def add_event_listener(elt: Any, event: str, listener: Callable[[Any], None]) -> None:
    """Calls `listener` at every `event` of the element, until it is removed
    (WR-add_event_listener).

    The same listener added again for the same event still is called once, as in JavaScript."""
    if (elt.js_id, event, listener) in _listeners:
        remove_event_listener(elt, event, listener)
    proxy = _core.create_proxy(listener, False, True)
    _listeners[elt.js_id, event, listener] = (elt, proxy)
    elt.addEventListener(event, proxy)


def remove_event_listener(elt: Any, event: str, listener: Callable[[Any], None]) -> None:
    """Removes what `add_event_listener` added with the same arguments (WR-remove_event_listener).

    Raises KeyError if there is no such listener.
    """
    _, proxy = _listeners.pop((elt.js_id, event, listener))
    elt.removeEventListener(event, proxy)
    proxy.destroy()


def _key(handle: Any) -> Any:
    """A dict key for a timer handle: browsers give numbers, Node objects."""
    return handle.js_id if _core.is_js(handle) else handle


def _release(timers: dict[Any, tuple[Any, Any]], handle: Any) -> None:
    _, proxy = timers.pop(_key(handle), (None, None))
    if proxy is None:
        return
    # Where the host's timer is in a thread of its own it may have fired by now, and used the proxy up.
    with suppress(_core.JsException):
        proxy.destroy()


def set_timeout(callback: Callable[[], None], ms: float) -> Any:
    """Calls `callback` after `ms` milliseconds; returns the timer's handle (WR-set_timeout)."""

    def fire() -> None:
        # It may have been cleared since the host's timer fired, in a thread of its own.
        if _timeouts.pop(key, None) is not None:
            callback()

    proxy = _core.create_once_callable(fire)
    handle = host.require_js().setTimeout(proxy, ms)
    key = _key(handle)
    _timeouts[key] = (handle, proxy)
    return handle


def clear_timeout(handle: Any) -> None:
    """Cancels a timeout. Harmless after it fired (WR-clear_timeout)."""
    host.require_js().clearTimeout(handle)
    _release(_timeouts, handle)


def set_interval(callback: Callable[[], None], ms: float) -> Any:
    """Calls `callback` every `ms` milliseconds until cleared; returns the timer's handle
    (WR-set_interval)."""

    def fire() -> None:
        # As in `set_timeout`.
        if _intervals.get(key, (None, None))[0] is handle:
            callback()

    proxy = _core.create_proxy(fire, False, True)
    handle = host.require_js().setInterval(proxy, ms)
    key = _key(handle)
    _intervals[key] = (handle, proxy)
    return handle


def clear_interval(handle: Any) -> None:
    """Stops an interval. Harmless when repeated (WR-clear_interval)."""
    host.require_js().clearInterval(handle)
    _release(_intervals, handle)
