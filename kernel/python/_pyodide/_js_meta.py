"""The metaclass of the abstract `Js…` classes: they tell what a JavaScript object can do (PY-ffi).

The real class of a JavaScript object is one of `_krait`'s, chosen by the object's type flags. The
abstract classes are for `isinstance`, `issubclass` and annotations, so no object is ever made of
them.
"""

from types import GenericAlias
from typing import Any

from . import _core


class JsMeta(type):
    """Answers `isinstance` and `issubclass` by type flags.

    An object belongs to a class if its flags meet every mask of the class's `_needs`: a mask is met
    by any one of its bits. No mask: every JavaScript object belongs.
    """

    _needs: tuple[int, ...] = ()

    def _is_met_by(cls, flags: int) -> bool:
        return all(flags & mask for mask in cls._needs)

    def __instancecheck__(cls, instance: object) -> bool:
        return _core.is_js(instance) and cls._is_met_by(_core.js_flags(instance))

    def __subclasscheck__(cls, subclass: type) -> bool:
        if super().__subclasscheck__(subclass):
            return True
        if not issubclass(subclass, _core.JS_CLASSES):
            return False
        return cls._is_met_by(_core.js_flags_of_type(subclass))

    def __call__(cls, *args: object, **kwargs: object) -> Any:
        raise TypeError(f"{cls.__name__} cannot be instantiated.")

    def __getitem__(cls, item: Any) -> GenericAlias:
        return GenericAlias(cls, item)
