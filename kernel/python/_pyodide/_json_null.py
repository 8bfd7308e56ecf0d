"""JavaScript's `null` in JSON that Python writes (TC-jsnull)."""

from functools import wraps
from json import JSONEncoder
from typing import Any

from . import _core

_default = JSONEncoder.default


@wraps(_default)
def default_with_null(self: JSONEncoder, o: Any) -> Any:
    return None if o is _core.jsnull else _default(self, o)
