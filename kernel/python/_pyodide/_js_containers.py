"""The abstract `Js…` classes of `pyodide.ffi` for iterables, arrays and maps. See `_js_classes`."""

from collections.abc import (
    AsyncIterator,
    Awaitable,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    ValuesView,
)
from typing import Any

from . import _type_flags as flag
from ._js_classes import JsBuffer, JsProxy


class JsIterable(JsProxy):
    """An object with `Symbol.iterator` (JP-iter)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.ITERABLE,)

    def __iter__(self) -> Iterator[Any]:
        """An iterator over the items, for maps over the keys."""


class JsAsyncIterable(JsProxy):
    """An object with `Symbol.asyncIterator` (JP-aiter)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.ASYNC_ITERABLE,)

    def __aiter__(self) -> AsyncIterator[Any]:
        """An asynchronous iterator over the items."""


class JsIterator(JsProxy):
    """An object with a `next` that answers at once (JP-next)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.ITERATOR,)

    def __next__(self) -> Any:
        """The next item. StopIteration carries the return value."""

    def __iter__(self) -> Iterator[Any]:
        """The iterator itself."""


class JsAsyncIterator(JsProxy):
    """An object with a `next` that answers with a promise (JP-next)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.ASYNC_ITERATOR,)

    def __anext__(self) -> Awaitable[Any]:
        """The next item. StopAsyncIteration ends."""

    def __aiter__(self) -> AsyncIterator[Any]:
        """The iterator itself."""


class JsGenerator(JsIterable):
    """A JavaScript generator object (JP-generator)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.GENERATOR,)

    def __next__(self) -> Any:
        """The next item."""

    def send(self, value: Any, /) -> Any:
        """Goes on with `value` as the result of `yield`; gives the next item."""

    def throw(self, error: BaseException, /) -> Any:
        """Raises `error` where the generator waits; gives the next item."""

    def close(self) -> None:
        """Ends the generator as by `return()`. RuntimeError if it goes on."""


class JsAsyncGenerator(JsAsyncIterable):
    """A JavaScript asynchronous generator object (JP-agenerator)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.ASYNC_GENERATOR,)

    def __anext__(self) -> Awaitable[Any]:
        """The next item."""

    def asend(self, value: Any, /) -> Awaitable[Any]:
        """Goes on with `value` as the result of `yield`; gives the next item."""

    def athrow(self, error: BaseException, /) -> Awaitable[Any]:
        """Raises `error` where the generator waits; gives the next item."""

    def aclose(self) -> Awaitable[None]:
        """Ends the generator as by `return()`."""


class JsArray(JsIterable):
    """An array, a typed array, or an array-like with an iterator (JP-array, JP-arrayLike)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.JS_ARRAY | flag.JS_TYPED_ARRAY | flag.JS_ARRAY_LIKE,)

    def __getitem__(self, index: int | slice) -> Any:
        """The item, or a new array of the items. A hole is an IndexError."""

    def __setitem__(self, index: int | slice, value: Any) -> None:
        """Replaces an item or a run of items, with the rules of list."""

    def __delitem__(self, index: int | slice) -> None:
        """Removes an item or a run of items."""

    def __len__(self) -> int:
        """The number of items."""

    def __contains__(self, item: Any) -> bool:
        """Whether an item equals `item` (JP-contains)."""

    def append(self, item: Any, /) -> None:
        """Adds an item at the end; a Python object stored so stays alive (CL-args.methods)."""

    def extend(self, items: Iterable[Any], /) -> None:
        """Adds all items at the end."""

    def insert(self, index: int, item: Any, /) -> None:
        """Adds an item before `index`."""

    def pop(self, index: int = -1, /) -> Any:
        """Removes and returns an item."""

    def remove(self, item: Any, /) -> None:
        """Removes the first item that equals `item`. ValueError if there is none."""

    def index(self, item: Any, /, start: int = 0, stop: int | None = None) -> int:
        """The position of the first item that equals `item` (JP-array.eq). ValueError if there is
        none."""

    def count(self, item: Any, /) -> int:
        """How many items equal `item` (JP-array.eq)."""

    def reverse(self) -> None:
        """Turns the order of the items round."""

    def __reversed__(self) -> Iterator[Any]:
        """An iterator from the last item to the first."""

    def __add__(self, other: Iterable[Any]) -> "JsArray":
        """A new array with the items of both."""


class JsTypedArray(JsBuffer, JsArray):
    """A typed array: numbers of one kind, of fixed length (JP-typedArray)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.JS_TYPED_ARRAY,)

    BYTES_PER_ELEMENT: int
    """The size of one item in bytes."""
    buffer: JsBuffer
    """The ArrayBuffer that holds the items."""

    def subarray(self, start: int = 0, stop: int | None = None, /) -> "JsTypedArray":
        """A view of the items from `start` to before `stop`; memory is shared."""


class JsMap(JsIterable):
    """A JavaScript Map, or an object with `get`, a length and an iterator; also object maps
    (JP-map)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.MAP,)

    def __getitem__(self, key: Any) -> Any:
        """The value. KeyError if there is none."""

    def __contains__(self, key: Any) -> bool:
        """Whether there is such a key."""

    def __len__(self) -> int:
        """The number of entries."""

    def keys(self) -> KeysView[Any]:
        """The keys."""

    def items(self) -> ItemsView[Any, Any]:
        """The pairs of key and value."""

    def values(self) -> ValuesView[Any]:
        """The values."""

    def get(self, key: Any, default: Any = None, /) -> Any:
        """The value, or `default`."""


class JsMutableMap(JsMap):
    """A JsMap that also has `set` (JP-map)."""

    __module__ = "pyodide.ffi"
    _needs = (flag.MUTABLE_MAP,)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Sets the value of a key."""

    def __delitem__(self, key: Any) -> None:
        """Removes a key. KeyError if there is none."""

    def pop(self, key: Any, default: Any = None, /) -> Any:
        """Removes a key and returns its value, or `default`."""

    def popitem(self) -> tuple[Any, Any]:
        """Removes and returns a pair. KeyError if the map is empty."""

    def clear(self) -> None:
        """Removes all entries."""

    def update(
        self, other: Mapping[Any, Any] | Iterable[tuple[Any, Any]] = (), /, **kwargs: Any
    ) -> None:
        """Sets all entries of `other` and `kwargs`."""

    def setdefault(self, key: Any, default: Any = None, /) -> Any:
        """The value, after setting it to `default` if there was none."""
