"""JavaScript objects that convert as Python annotations say (JP-bind_sig). Experimental.

    def resize(width: int, height: int = 600, /, *, options: Annotated[dict, Deep]) -> Awaitable[Json]: ...
    await js.resize.bind_sig(resize)(800, options={"smooth": True})

A class describes attributes and methods; one derived from `BindClass` may itself be an annotation.
"""

from collections.abc import Awaitable, Callable
from inspect import Parameter, isawaitable, iscoroutinefunction, signature
from types import FunctionType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from . import _core
from ._promises import schedule
from ._to_js import is_implicit
from ._views import view

__all__ = ["BindClass", "Deep", "Default", "Js2PyConverter", "Json", "Py2JsConverter"]


class Py2JsConverter:
    """A conversion of what goes to JavaScript, for `Annotated`: arguments, attributes that are set."""

    def __init__(self, convert: Callable[[Any], Any], /) -> None:
        self.py2js = convert


class Js2PyConverter:
    """A conversion of what comes from JavaScript, for `Annotated`: results, attributes."""

    def __init__(self, convert: Callable[[Any], Any], /) -> None:
        self.js2py = convert


class BindClass:
    """The base of classes that describe JavaScript objects wherever they are an annotation."""


class Default:
    """The implicit conversions."""


class Deep:
    """`to_js` and `to_py`."""

    @staticmethod
    def py2js(value: Any) -> Any:
        return _core.to_js(value, -1)

    @staticmethod
    def js2py(value: Any) -> Any:
        return value.to_py() if _core.is_js(value) else value


class Json:
    """Data that is not copied: `asJsJson` and `as_py_json`."""

    @staticmethod
    def py2js(value: Any) -> Any:
        if is_implicit(value) or not hasattr(value, "__getitem__"):
            return value
        proxy = _core.create_proxy(value, False, False)
        try:
            return proxy.asJsJson()
        finally:
            proxy.destroy()

    @staticmethod
    def js2py(value: Any) -> Any:
        return value.as_py_json() if hasattr(value, "as_py_json") and _core.is_js(value) else value


class Conversion(NamedTuple):
    """Both directions of an annotation."""

    py2js: Callable[[Any], Any]
    js2py: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


DEFAULT = Conversion(_same, _same)


def conversion_of(annotation: Any) -> Conversion:
    """What an annotation says of the conversion; the implicit one when it says nothing."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _of_metadata(annotation.__metadata__)
    if isinstance(annotation, type) and issubclass(annotation, BindClass):
        return Conversion(_same, lambda value: bind_sig(value, annotation))
    if origin is type:
        (described,) = get_args(annotation)
        return Conversion(_same, lambda value: bind_class(value, described))
    if origin in (Union, UnionType):
        return _of_union(get_args(annotation))
    if isinstance(origin, type) and issubclass(origin, Awaitable):
        return Conversion(_same, _awaiting(conversion_of(get_args(annotation)[-1]).js2py))
    return _of_metadata((annotation,))


def _of_metadata(metadata: tuple[Any, ...]) -> Conversion:
    for item in metadata:
        if hasattr(item, "py2js") or hasattr(item, "js2py"):
            return Conversion(getattr(item, "py2js", _same), getattr(item, "js2py", _same))
    return DEFAULT


def _of_union(members: tuple[Any, ...]) -> Conversion:
    """That of the only member besides None."""
    others = [member for member in members if member is not type(None)]
    if len(others) != 1:
        return DEFAULT
    py2js, js2py = conversion_of(others[0])
    return Conversion(_unless_none(py2js), _unless_none(js2py))


def _unless_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _awaiting(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A conversion of a promise's future by that of its value."""

    async def converted(awaitable: Any) -> Any:
        return convert(await awaitable)

    return lambda value: schedule(converted(value)) if isawaitable(value) else convert(value)


class Template:
    """A Python function that describes one of JavaScript."""

    def __init__(self, function: Callable[..., Any], *, is_method: bool = False) -> None:
        self._function = function
        self._is_method = is_method
        self._signature = signature(function)
        hints = get_type_hints(function, include_extras=True)
        self._conversions = {name: conversion_of(hint) for name, hint in hints.items()}
        convert = self._conversions.get("return", DEFAULT).js2py
        self.convert_result = _awaiting(convert) if iscoroutinefunction(function) else convert

    def arguments(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[list[Any], dict[str, Any]]:
        """Converted and completed by the defaults. Raises TypeError as the function would."""
        own = (None,) if self._is_method else ()
        try:
            bound = self._signature.bind(*own, *args, **kwargs)
        except TypeError:
            self._function(*own, *args, **kwargs)
            raise
        bound.apply_defaults()
        positional: list[Any] = []
        by_keyword: dict[str, Any] = {}
        for parameter in list(self._signature.parameters.values())[len(own) :]:
            value = bound.arguments[parameter.name]
            py2js = self._conversions.get(parameter.name, DEFAULT).py2js
            match parameter.kind:
                case Parameter.POSITIONAL_ONLY:
                    positional.append(py2js(value))
                case Parameter.VAR_POSITIONAL:
                    positional.extend(map(py2js, value))
                case Parameter.KEYWORD_ONLY:
                    by_keyword[parameter.name] = py2js(value)
                case Parameter.VAR_KEYWORD:
                    by_keyword.update({name: py2js(item) for name, item in value.items()})
                case _:
                    raise RuntimeError(
                        f"The parameter '{parameter.name}' of a signature for JavaScript must be "
                        "positional-only or keyword-only"
                    )
        return positional, by_keyword


class _BoundFunction:
    """A view of a function that a Template describes."""

    __slots__ = ()
    _bound_function: Any
    _bound_template: Template

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        positional, by_keyword = self._bound_template.arguments(args, kwargs)
        result = self._bound_function(*positional, **by_keyword)
        return self._bound_template.convert_result(result)


class _BoundObject:
    """A view of an object that a class describes."""

    __slots__ = ()
    _bound_class: type

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name.startswith("_"):
            return value
        described = super().__getattribute__("_bound_class")
        member = getattr(described, name, None)
        if isinstance(member, FunctionType):
            return _bound_function(value, Template(member, is_method=True))
        return _attribute(described, name).js2py(value)

    def __setattr__(self, name: str, value: Any) -> None:
        described = super().__getattribute__("_bound_class")
        super().__setattr__(name, _attribute(described, name).py2js(value))


class _BoundClass:
    """A view of a class, whose instances a class of Python describes."""

    __slots__ = ()
    _bound_function: Any
    _bound_class: type

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        init = self._bound_class.__init__
        if isinstance(init, FunctionType):
            template = Template(init, is_method=True)
            positional, kwargs = template.arguments(args, kwargs)
            args = tuple(positional)
        return bind_sig(self._bound_function.new(*args, **kwargs), self._bound_class)

    new = __call__


def _attribute(described: type, name: str) -> Conversion:
    """The conversion of an attribute, by its annotation or by that of a property's getter."""
    hints = get_type_hints(described, include_extras=True)
    if name in hints:
        return conversion_of(hints[name])
    member = getattr(described, name, None)
    if isinstance(member, property) and member.fget is not None:
        hints = get_type_hints(member.fget, include_extras=True)
        return conversion_of(hints.get("return", Any))
    return DEFAULT


def _bound_function(proxy: Any, template: Template) -> Any:
    return view(_BoundFunction, proxy, _bound_function=proxy, _bound_template=template)


def bind_sig(proxy: Any, description: Any) -> Any:
    """A view of a function as a Python function describes it, or of an object as a class does. What is no
    JavaScript object is returned as it is."""
    if not _core.is_js(proxy) or isinstance(proxy, BaseException):
        return proxy
    if get_origin(description) is type:
        return bind_class(proxy, get_args(description)[0])
    if isinstance(description, type):
        return view(_BoundObject, proxy, _bound_class=description)
    if not callable(description):
        raise TypeError(f"a signature is a function or a class, not {description!r}")
    return _bound_function(proxy, Template(description))


def bind_class(proxy: Any, description: type) -> Any:
    """A view of a JavaScript class that constructs what `description` describes."""
    if not isinstance(description, type):
        raise TypeError(f"a class is described by a class, not {description!r}")
    return view(_BoundClass, proxy, _bound_function=proxy, _bound_class=description)
