"""`to_js` with converters or a list of proxies (TC-to_js): the walk over the Python object is made
here, and the JavaScript containers are filled from here. Without these options the kernel converts
in one go.
"""

from collections.abc import Callable
from typing import Any

from . import _core, _type_flags
from ._errors import ConversionError
from ._host import host

_IMPLICIT = (str, int, float, type(None), _core.JsNull)


def is_implicit(obj: object) -> bool:
    """Whether the implicit conversion gives a JavaScript value and no proxy (TC section 1.1)."""
    return isinstance(obj, _IMPLICIT) or _core.is_js(obj)


def are_dicts_objects() -> bool:
    """Whether dicts become plain objects by default (JS-opt-toJsLiteralMap)."""
    return host.option("toJsLiteralMap", True) is False


def _object_of(pairs: Any) -> Any:
    """A plain object of a JavaScript array of pairs. ConversionError when keys collide
    (TC-toJs.collision)."""
    try:
        return host.api("objectOfPairs")(pairs)
    except _core.JsException as error:
        text = str(error.message).removeprefix("pyodide.ffi.ConversionError: ")
        raise ConversionError(text) from None


def _has_buffer(obj: Any) -> bool:
    try:
        memoryview(obj).release()
    except TypeError:
        return False
    return True


class _Unfinished:
    """Stands for a dict whose `dict_converter` has not run yet, met again inside itself
    (TC-toJs.sharedConv)."""

    def __init__(self) -> None:
        self._stores: list[Callable[[Any], None]] = []

    def when_finished(self, store: Callable[[Any], None]) -> None:
        self._stores.append(store)

    def finish(self, result: Any) -> None:
        for store in self._stores:
            store(result)


class Converter:
    """One call of `to_js`. Remembers what it has converted, so that shared and cyclic structure is
    kept."""

    def __init__(
        self,
        *,
        pyproxies: Any,
        create_pyproxies: bool,
        dict_converter: Callable[[Any], Any] | None,
        default_converter: Callable[..., Any] | None,
        eager_converter: Callable[..., Any] | None,
    ) -> None:
        self._pyproxies = pyproxies
        self._create_pyproxies = create_pyproxies
        if dict_converter is None and are_dicts_objects():
            dict_converter = _object_of
        self._dict_converter = dict_converter
        self._default_converter = default_converter
        self._eager_converter = eager_converter
        self._converted: dict[int, Any] = {}
        self._kept: list[Any] = []  # holds the keys' objects, so that no id is used twice

    def convert(self, obj: Any, depth: int, *, eagerly: bool = True) -> Any:
        """The JavaScript value for `obj`, or an `_Unfinished`. `depth` is the number of levels
        left."""
        if is_implicit(obj):
            return obj
        if id(obj) in self._converted:
            return self._converted[id(obj)]
        if eagerly and self._eager_converter is not None:
            return self._by_converter(self._eager_converter, obj, depth, is_eager=True)
        if depth == 0:
            return self._unconverted(obj, depth)
        match obj:
            case list() | tuple():
                return self._array(obj, depth - 1)
            case dict():
                return self._dict(obj, depth - 1)
            case set():
                return self._set(obj)
        if _has_buffer(obj):
            return self._remember(obj, _core.to_js(obj, 1))
        return self._unconverted(obj, depth)

    def _remember(self, obj: Any, result: Any) -> Any:
        self._converted[id(obj)] = result
        self._kept.append(obj)
        return result

    def _array(self, items: list[Any] | tuple[Any, ...], depth: int) -> Any:
        array = self._remember(items, _core.to_js([], 1))
        for position, item in enumerate(items):
            value = self.convert(item, depth)
            if isinstance(value, _Unfinished):
                value.when_finished(lambda done, at=position: array.__setitem__(at, done))
                value = None
            array.append(value)
        return array

    def _set(self, members: set[Any]) -> Any:
        result = self._remember(members, _core.to_js(set(), 1))
        for member in members:
            result.add(self._key(member, "Set"))
        return result

    def _dict(self, entries: dict[Any, Any], depth: int) -> Any:
        if self._dict_converter is not None:
            return self._dict_by_converter(entries, depth, self._dict_converter)
        result = self._remember(entries, _core.to_js({}, 1))
        for key, item in entries.items():
            key = self._key(key, "Map")
            value = self.convert(item, depth)
            if isinstance(value, _Unfinished):
                value.when_finished(lambda done, key=key: result.set(key, done))
                value = None
            result.set(key, value)
        return result

    def _dict_by_converter(
        self, entries: dict[Any, Any], depth: int, converter: Callable[[Any], Any]
    ) -> Any:
        unfinished = self._remember(entries, _Unfinished())
        missing: list[tuple[Any, _Unfinished]] = []
        pairs = _core.to_js([], 1)
        for key, item in entries.items():
            key = self._key(key, "Map")
            value = self.convert(item, depth)
            if isinstance(value, _Unfinished):
                missing.append((key, value))
                continue
            pair = _core.to_js([key], 1)
            pair.append(value)
            pairs.append(pair)
        result = self._remember(entries, _guarded(converter, pairs))
        for key, value in missing:
            value.when_finished(lambda done, key=key: _set_entry(result, key, done))
        unfinished.finish(result)
        return result

    def _key(self, key: Any, container: str) -> Any:
        if not isinstance(key, _IMPLICIT):
            raise ConversionError(f"Cannot use {key!r} as a key for a Javascript {container}")
        return key

    def _unconverted(self, obj: Any, depth: int) -> Any:
        if self._default_converter is not None:
            return self._by_converter(self._default_converter, obj, depth, is_eager=False)
        if not self._create_pyproxies:
            raise ConversionError("No conversion known for x.")
        proxy = _core.create_proxy(obj, False, False)
        if self._pyproxies is not None:
            self._pyproxies.append(proxy)
        return self._remember(obj, proxy)

    def _by_converter(
        self, converter: Callable[..., Any], obj: Any, depth: int, *, is_eager: bool
    ) -> Any:
        def convert(value: Any) -> Any:
            return self.convert(value, depth, eagerly=not (is_eager and value is obj))

        result = _guarded(converter, obj, convert, self._remember)
        return self._remember(obj, result)


def _guarded(converter: Callable[..., Any], *args: Any) -> Any:
    """The converter's result; its exceptions become ConversionError
    (TC-toJs.default_converter.err)."""
    try:
        return converter(*args)
    except ConversionError:
        raise
    except Exception as error:
        raise ConversionError("Conversion from python to javascript failed") from error


def _set_entry(container: Any, key: Any, value: Any) -> None:
    if _core.is_js(container) and _core.js_flags(container) & _type_flags.MUTABLE_MAP:
        container.set(key, value)
    else:
        setattr(container, str(key), value)


def to_js_with_options(obj: Any, depth: int, **options: Any) -> Any:
    """The conversion of `to_js` under the options of `Converter`."""
    result = Converter(**options).convert(obj, depth)
    return result if is_implicit(result) else _core.create_proxy(result, False, False)
