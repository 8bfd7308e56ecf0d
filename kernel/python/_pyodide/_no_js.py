"""What `_krait` offers, for a CPython without JavaScript (PY-ffi.IN_PYODIDE): the values that mean
something on their own, and functions that say what is missing."""

from collections.abc import Callable
from typing import Any, NoReturn


class JsProxy:
    """A Python view of a JavaScript object. Outside the runtime there are none."""

    def __new__(cls, *args: object, **kwargs: object) -> "JsProxy":
        if cls is JsProxy:
            raise TypeError("JsProxy cannot be instantiated.")
        return super().__new__(cls)


class JsException(Exception):
    """A JavaScript error as a Python exception (ER-js2py, ER-pickle)."""

    def __init__(self, name: str, message: str = "", stack: str = "") -> None:
        super().__init__(name, message, stack)
        self.name = name
        self.message = message
        self.stack = stack

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


class JsNull:
    """The type of `jsnull`, the Python value of JavaScript's `null` (TC-jsnull)."""

    typeof = "object"
    _instance: "JsNull | None" = None

    def __new__(cls) -> "JsNull":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "jsnull"

    def __reduce__(self) -> str:
        return "jsnull"


jsnull = JsNull()


class JsBigInt(int):
    """An int that becomes a BigInt in JavaScript, whatever its size (TC-JsBigInt)."""


def _keeping_type(name: str) -> Callable[..., Any]:
    operation = getattr(int, name)

    def method(self: JsBigInt, *operands: int) -> Any:
        result = operation(self, *operands)
        return JsBigInt(result) if isinstance(result, int) else result

    method.__name__ = name
    return method


for _name in (
    "__neg__ __pos__ __invert__ __abs__ __add__ __sub__ __and__ __or__ __xor__ "
    "__floordiv__ __mod__ __lshift__ __rshift__ __pow__"
).split():
    setattr(JsBigInt, _name, _keeping_type(_name))
del _name


def js_flags(obj: object) -> int:
    """What the JavaScript object behind `obj` can do; nothing, as there is none."""
    return 0


def js_flags_of_type(cls: type) -> int:
    """What JavaScript objects of a proxy class can do; nothing, as there are none."""
    return 0


def _outside(*args: object) -> NoReturn:
    raise RuntimeError("This needs JavaScript: it works inside the krait runtime only")


create_proxy = create_once_callable = schedule = suspend = wake = time_sleep = _outside
limit_handles = _outside
view_of = get_property = set_property = delete_property = _outside


def can_suspend() -> bool:
    """Outside the runtime nothing is suspended."""
    return False


switches_stacks = can_suspend


def to_js(obj: object, depth: int) -> object:
    """Outside the runtime the deep conversion leaves its argument as it is."""
    return obj
