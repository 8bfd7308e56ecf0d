"""What `attach` was given: the JavaScript side of this interpreter. Empty before, so that a
snapshot of the interpreter holds no JavaScript object."""

import asyncio
from dataclasses import dataclass
from typing import Any

from . import _core


@dataclass
class Host:
    """The objects and choices of the client. `js` is None while nothing is attached."""

    js: Any = None
    pyodide_js: Any = None
    options: Any = None
    loop: asyncio.AbstractEventLoop | None = None

    def option(self, name: str, default: Any) -> Any:
        """An option that `attach` was given; `default` when it is absent, None or null."""
        if isinstance(self.options, dict):
            value = self.options.get(name)
        else:
            value = getattr(self.options, name, None)
        return default if value is None or value is _core.jsnull else value

    def api(self, name: str) -> Any:
        """The member `name` of `pyodide_js._api` (JX-api).

        Raises RuntimeError when nothing is attached or the JavaScript half does not have it."""
        api = getattr(self.pyodide_js, "_api", None)
        member = getattr(api, name, None)
        if member is None:
            raise RuntimeError(f"The JavaScript half of krait offers no '{name}' here")
        return member

    def require_js(self) -> Any:
        """The object behind the module `js`. Raises RuntimeError when there is none."""
        if self.js is None:
            raise RuntimeError("This needs JavaScript: it works inside the krait runtime only")
        return self.js


host = Host()
