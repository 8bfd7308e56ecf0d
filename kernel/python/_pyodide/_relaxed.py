"""Calls that leave out the arguments a function does not take."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_KEYWORD = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _accepted(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments among `args` and `kwargs` that a function with `signature` takes."""
    parameters = signature.parameters.values()
    kinds = {parameter.kind for parameter in parameters}
    if inspect.Parameter.VAR_POSITIONAL not in kinds:
        args = args[: sum(parameter.kind in _POSITIONAL for parameter in parameters)]
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return args, dict(kwargs)
    names = {parameter.name for parameter in parameters if parameter.kind in _KEYWORD}
    return args, {name: value for name, value in kwargs.items() if name in names}


def relaxed_wrap[**P, R](func: Callable[P, R]) -> Callable[..., R]:
    """`func` as a function that ignores arguments it does not take (PY-relaxed_wrap).

    Raises TypeError if `func` has no signature that can be inspected.
    """
    try:
        signature = inspect.signature(func)
    except (TypeError, ValueError):
        raise TypeError("Cannot wrap function") from None

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> R:
        args, kwargs = _accepted(signature, args, kwargs)
        return func(*args, **kwargs)

    return wrapper


def relaxed_call[R](func: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Calls `func` without the arguments it does not take (PY-relaxed_call).

    Missing ones still raise TypeError. A function without an inspectable signature is called as is.
    """
    try:
        signature = inspect.signature(func)
    except (TypeError, ValueError):
        return func(*args, **kwargs)
    args, kwargs = _accepted(signature, args, kwargs)
    return func(*args, **kwargs)
