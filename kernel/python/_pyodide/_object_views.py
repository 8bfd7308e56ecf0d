"""JavaScript objects as mappings of their properties (JP-as_object_map), and data as if it came from
`json.loads` (JP-as_py_json)."""

from collections.abc import Callable, Iterator, MutableMapping, MutableSequence
from typing import Any
from warnings import warn

from . import _core, _type_flags
from ._host import host
from ._views import view

_MAP_FLAGS = _type_flags.ITERABLE | _type_flags.MAP | _type_flags.MUTABLE_MAP
_ARRAYS = _type_flags.JS_ARRAY | _type_flags.JS_ARRAY_LIKE
# What makes more of an object than its properties.
_NO_DATA = _ARRAYS | sum(
    _type_flags.BITS[name]
    for name in (
        "CALLABLE ITERABLE ITERATOR ASYNC_ITERABLE ASYNC_ITERATOR AWAITABLE BUFFER EXCEPTION "
        "JS_TYPED_ARRAY JS_PROXY_OF_PYTHON"
    ).split()
)

_has_warned = False


class _ObjectMap(MutableMapping[str, Any]):
    """A mapping over the own enumerable string keys of a JavaScript object."""

    __slots__ = ()
    _converted: Callable[[Any], Any]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and host.api("ownsProperty")(self, key)

    def __getitem__(self, key: str) -> Any:
        if key not in self:
            raise KeyError(key)
        return self._converted(_core.get_property(self, key))

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError("Can only assign keys of type string to JavaScript object map")
        _core.set_property(self, key, value)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        _core.delete_property(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(list(_core.JsProxy.object_keys(self)))

    def __len__(self) -> int:
        return len(_core.JsProxy.object_keys(self))


class _JsonArray(MutableSequence[Any]):
    """A JavaScript array whose items are data, too."""

    __slots__ = ()
    _array: Any

    def __getitem__(self, index: Any) -> Any:
        return json_data(self._array[index])

    def __setitem__(self, index: Any, value: Any) -> None:
        self._array[index] = value

    def __delitem__(self, index: Any) -> None:
        del self._array[index]

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[Any]:
        return map(json_data, self._array)

    def insert(self, index: int, value: Any) -> None:
        self._array.insert(index, value)

    def pop(self, index: int = -1) -> Any:
        return json_data(self._array.pop(index))


def _as_it_is(value: Any) -> Any:
    return value


def _inherited(value: Any) -> Any:
    """A property of a hereditary map: a plain object is one, too."""
    if _core.is_js(value) and not _core.js_flags(value) & _NO_DATA:
        return view(_ObjectMap, value, _MAP_FLAGS, _converted=_inherited)
    return value


def json_data(value: Any) -> Any:
    """Objects and arrays as mappings and sequences of such; everything else as it is."""
    if not _core.is_js(value):
        return value
    flags = _core.js_flags(value)
    return json_view(value) if flags & _ARRAYS or not flags & _NO_DATA else value


def object_map(proxy: Any, hereditary: bool) -> Any:
    """The mapping of `as_object_map`. Tells once that `as_py_json` is the newer way."""
    global _has_warned
    if not _has_warned:
        _has_warned = True
        message = "JsProxy.as_object_map() is deprecated. Use as_py_json() instead."
        warn(message, RuntimeWarning, stacklevel=2)
    return view(_ObjectMap, proxy, _MAP_FLAGS, _converted=_inherited if hereditary else _as_it_is)


def json_view(proxy: Any) -> Any:
    """The mapping or sequence of `as_py_json`."""
    if _core.js_flags(proxy) & _ARRAYS:
        return view(_JsonArray, proxy, _array=proxy)
    return view(_ObjectMap, proxy, _MAP_FLAGS, _converted=json_data)
