"""Further views of a JavaScript object: what it can do anyway, and a Python class on top."""

from functools import cache
from typing import Any

from . import _core


@cache
def _class_of(mixin: type, proxy_class: type) -> type:
    """The class of a view. Named as every class of JavaScript objects is (JP-type)."""
    members = {
        "__module__": "pyodide.ffi",
        "__eq__": _core.JsProxy.__eq__,
        "__hash__": None,
    }
    return type(mixin)("JsProxy", (mixin, proxy_class), members)


def view(mixin: type, proxy: Any, added_flags: int = 0, /, **attributes: Any) -> Any:
    """A view of the object behind `proxy` of the class `mixin`, with these attributes. To JavaScript it is
    the object."""
    made = _core.view_of(proxy, _class_of(mixin, type(proxy)), _core.js_flags(proxy) | added_flags)
    # Past `__setattr__`, which sets properties of the JavaScript object.
    made.__dict__.update(attributes)
    return made
