"""The border between Python and JavaScript: classes of JavaScript objects, conversions, proxies,
modules."""

from collections.abc import Awaitable, Callable, Iterable
from inspect import isawaitable
from typing import Any, Protocol

from _pyodide import _core, _stack_switching
from _pyodide._core import IN_PYODIDE, JsBigInt, JsException, JsNull, jsnull
from _pyodide._errors import ConversionError, InternalError  # noqa: F401
from _pyodide._host import host
from _pyodide._importhook import register_js_module, unregister_js_module
from _pyodide._js_classes import (
    JsBuffer,
    JsCallable,
    JsCallableDoubleProxy,
    JsDomElement,
    JsDoubleProxy,
    JsFetchResponse,
    JsOnceCallable,
    JsPromise,
    JsProxy,
    JsWeakRef,
)
from _pyodide._js_containers import (
    JsArray,
    JsAsyncGenerator,
    JsAsyncIterable,
    JsAsyncIterator,
    JsGenerator,
    JsIterable,
    JsIterator,
    JsMap,
    JsMutableMap,
    JsTypedArray,
)
from _pyodide._stack_switching import can_run_sync  # noqa: F401
from _pyodide._to_js import are_dicts_objects, is_implicit, to_js_with_options

__all__ = [
    "ConversionError",
    "JsArray",
    "JsAsyncGenerator",
    "JsAsyncIterable",
    "JsAsyncIterator",
    "JsBuffer",
    "JsCallableDoubleProxy",
    "JsDoubleProxy",
    "JsException",
    "JsFetchResponse",
    "JsGenerator",
    "JsIterable",
    "JsIterator",
    "JsMap",
    "JsMutableMap",
    "JsOnceCallable",
    "JsPromise",
    "JsProxy",
    "JsDomElement",
    "JsCallable",
    "JsTypedArray",
    "JsWeakRef",
    "ToJsConverter",
    "create_once_callable",
    "create_proxy",
    "destroy_proxies",
    "to_js",
    "run_sync",
    "IN_PYODIDE",
    "register_js_module",
    "unregister_js_module",
    "JsNull",
    "jsnull",
    "JsBigInt",
]


class ToJsConverter(Protocol):
    """A `default_converter` or `eager_converter` of `to_js` (TC-toJs.default_converter)."""

    def __call__(
        self,
        value: Any,
        converter: Callable[[Any], Any],
        cache: Callable[[Any, Any], Any],
        /,
    ) -> Any:
        """The conversion of `value`. `converter` converts a part with the same settings; `cache`
        records the result for a value before its parts are converted, so that it may contain
        itself."""


def create_proxy(obj: Any, /, *, capture_this: bool = False, roundtrip: bool = True) -> Any:
    """A JavaScript proxy of `obj` that lives until its `destroy()` (CL-create_proxy).

    With `capture_this` a call passes JavaScript's `this` as first argument. With `roundtrip` the
    proxy comes back from JavaScript as itself, otherwise as `obj`.
    """
    return _core.create_proxy(obj, capture_this, roundtrip)


def create_once_callable(func: Callable[..., Any], /) -> Any:
    """A JavaScript function that calls `func` once, then releases it (CL-create_once_callable)."""
    return _core.create_once_callable(func)


def destroy_proxies(pyproxies: Any, /) -> None:
    """Destroys every proxy in a JavaScript array (TC-destroy_proxies). Raises TypeError for
    anything else."""
    if not _core.is_js(pyproxies):
        raise TypeError(f"Expected a JsProxy for the pyproxies argument, not {pyproxies!r}")
    if not isinstance(pyproxies, JsArray):
        raise TypeError("Expected a JsArray for the pyproxies argument")
    host.api("destroyProxies")(pyproxies)


def to_js(
    obj: Any,
    /,
    *,
    depth: int = -1,
    pyproxies: Any = None,
    create_pyproxies: bool = True,
    dict_converter: Callable[[Iterable[Any]], Any] | None = None,
    default_converter: ToJsConverter | None = None,
    eager_converter: ToJsConverter | None = None,
) -> Any:
    """A deep copy of `obj` as JavaScript containers (TC-to_js, TC-toJs).

    `depth` limits the container levels, negative for no limit. New proxies are appended to the
    JavaScript array `pyproxies`; with `create_pyproxies` false a proxy that would be needed raises
    ConversionError. Values that cross by themselves are returned unchanged.
    """
    if is_implicit(obj):
        return obj
    if pyproxies is not None and not isinstance(pyproxies, JsArray):
        raise TypeError("Expected a JsArray for the pyproxies argument")
    converters = (dict_converter, default_converter, eager_converter)
    has_options = pyproxies is not None or not create_pyproxies or converters != (None, None, None)
    if not has_options and not are_dicts_objects():
        result = _core.to_js(obj, depth)
        # What has no conversion comes home as it is.
        is_unconverted = result is obj and IN_PYODIDE
        return _core.create_proxy(obj, False, False) if is_unconverted else result
    return to_js_with_options(
        obj,
        depth,
        pyproxies=pyproxies,
        create_pyproxies=create_pyproxies,
        dict_converter=dict_converter,
        default_converter=default_converter,
        eager_converter=eager_converter,
    )


def run_sync[T](awaitable: Awaitable[T], /) -> T:
    """Blocks until `awaitable` is done and returns its result (PY-run_sync).

    Other tasks run meanwhile. Raises TypeError if it is no awaitable, RuntimeError where the engine cannot switch
    stacks or this call did not come from the event loop, see `can_run_sync`.
    """
    if not isawaitable(awaitable) and not isinstance(awaitable, JsPromise):
        raise TypeError(f"run_sync needs an awaitable, not '{type(awaitable).__name__}'")
    _stack_switching.check_can_run_sync()
    return _stack_switching.wait_for(awaitable)
