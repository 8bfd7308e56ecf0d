"""Ties the Python half of the API to a JavaScript side. The kernel imports this package on every
start and calls `attach`; nothing of JavaScript is held before, so that the interpreter's memory can
be saved as a snapshot.
"""

import asyncio
import sys
import traceback
from asyncio import events
from collections.abc import Callable
from typing import Any

from . import _importhook
from ._host import host
from ._webloop import WebLoop, WebLoopPolicy, run_in_host
from .blocking_loop import BlockingLoopPolicy, run_blocking

_undo: list[Callable[[], None]] = []


def attach(js: Any, pyodide_js: Any, options: Any = None) -> None:
    """Connects this interpreter with JavaScript.

    `js` and `pyodide_js` are JsProxies; they become the modules of these names (JX-js,
    JX-pyodide_js). `options` is a dict or a JsProxy of an object:

    - `enableRunUntilComplete`: see WL-runUntilComplete; default true.
    - `blocking_run`: for scripts. There is no running loop outside of callbacks, and `asyncio.run`
      blocks until its coroutine is done, without JavaScript (`blocking_loop`); default false.

    What an earlier `attach` installed is taken away first.
    """
    detach()
    host.js, host.pyodide_js, host.options = js, pyodide_js, options
    _undo.append(_clear_host)
    _importhook.install()
    _undo.append(_importhook.uninstall)
    _importhook.register_js_module("js", js)
    _importhook.register_js_module("pyodide_js", pyodide_js)
    _replace(sys, "excepthook", traceback.print_exception)  # PY-excepthook
    _install_loop(is_blocking=bool(host.option("blocking_run", False)))


def detach() -> None:
    """Undoes `attach`, in the reverse order. Harmless when nothing is attached."""
    while _undo:
        _undo.pop()()


def _install_loop(*, is_blocking: bool) -> None:
    """Installs a WebLoop, which serves JavaScript in any case, and the policy."""
    loop = WebLoop()
    host.loop = loop
    former_hooks = loop.hook_asyncgens()
    _undo.append(lambda: sys.set_asyncgen_hooks(*former_hooks))
    former_policy = events._event_loop_policy
    _undo.append(lambda: asyncio.set_event_loop_policy(former_policy))
    if is_blocking:
        asyncio.set_event_loop_policy(BlockingLoopPolicy())
        _replace_run(run_blocking)
        return
    policy = WebLoopPolicy()
    policy.set_event_loop(loop)
    asyncio.set_event_loop_policy(policy)
    events._set_running_loop(loop)  # WL-current
    _undo.append(lambda: events._set_running_loop(None))
    _replace_run(run_in_host)


def _replace_run(run: Callable[..., Any]) -> None:
    _replace(asyncio, "run", run)
    _replace(asyncio.runners, "run", run)


def _replace(owner: Any, name: str, value: Any) -> None:
    former = getattr(owner, name)
    setattr(owner, name, value)
    _undo.append(lambda: setattr(owner, name, former))


def _clear_host() -> None:
    host.js = host.pyodide_js = host.options = host.loop = None
