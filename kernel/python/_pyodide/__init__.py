"""Ties the Python half of the API to a JavaScript side. The kernel imports this package on every
start and calls `attach`; nothing of JavaScript is held before, so that the interpreter's memory can
be saved as a snapshot.
"""

import asyncio
import logging
import sys
import time
import traceback
from asyncio import events
from collections.abc import Callable
from json import JSONEncoder
from typing import Any

from . import _archives, _core, _deadlines, _importhook, _remote_streams, _standard_streams
from ._host import host
from ._json_null import default_with_null
from ._webloop import WebLoop, WebLoopPolicy, run_in_host
from .blocking_loop import BlockingLoopPolicy, run_blocking

_undo: list[Callable[[], object]] = []
_undo_policy: list[Callable[[], object]] = []


def attach(js: Any, pyodide_js: Any, options: Any = None) -> None:
    """Connects this interpreter with JavaScript.

    `js` and `pyodide_js` are JsProxies; they become the modules of these names (JX-js,
    JX-pyodide_js). `options` is a dict or a JsProxy of an object:

    - `enableRunUntilComplete`: see WL-runUntilComplete; default true.
    - `blocking_run`: see `use_blocking_run`; default false.
    - `maxHandles`: how many Python objects JavaScript may hold; default: very many.
    - `streams`: the client's standard streams, see `_remote_streams.install`; default: the process's own.

    What an earlier `attach` installed is taken away first.
    """
    detach()
    host.js, host.pyodide_js, host.options = js, pyodide_js, options
    _undo.append(_clear_host)
    _importhook.install()
    _undo.append(_importhook.uninstall)
    _importhook.register_js_module("js", js)
    _importhook.register_js_module("pyodide_js", pyodide_js)
    logging._startTime = time.time_ns()  # type: ignore[attr-defined]  # imported in a snapshot
    _search_working_folder()
    max_handles = host.option("maxHandles", None)
    if max_handles is not None:
        _core.limit_handles(max_handles)
    _set_up_streams()
    _undo.append(_deadlines.install())
    _replace(_undo, sys, "excepthook", traceback.print_exception)  # PY-excepthook
    _replace(_undo, JSONEncoder, "default", default_with_null)
    _archives.register_wheels()
    _undo.append(_archives.unregister_wheels)
    if _core.switches_stacks():
        _replace(_undo, time, "sleep", _core.time_sleep())
    _install_loop()
    if host.option("blocking_run", False):
        use_blocking_run()
    else:
        _use_host_loop()


def _set_up_streams() -> None:
    """The descriptors are the client's where the kernel is in its process; elsewhere the client gives an object."""
    streams = host.option("streams", None)
    if streams is None:
        _standard_streams.set_up()
    else:
        from . import _native_loop

        _undo.append(_remote_streams.install(streams))
        _native_loop.install()


def _search_working_folder() -> None:
    """As for `python` without a script: modules beside the program come first (JS-loadPyodide.5). `site` makes
    entries absolute, so this one is put there after it."""
    if not sys.flags.safe_path and sys.path[:1] != [""]:
        sys.path.insert(0, "")


def detach() -> None:
    """Undoes `attach`, in the reverse order. Harmless when nothing is attached."""
    _take_back(_undo)


def use_blocking_run() -> None:
    """Makes scripts find what they find in a native interpreter: there is no running loop outside
    of callbacks, and `asyncio.run` blocks until its coroutine is done (see `blocking_loop`).

    Needs an `attach` before, and lasts until `detach`. For hosts whose thread may block.
    """
    _take_back(_undo_policy)
    _use_policy(BlockingLoopPolicy(), run_blocking)


def _install_loop() -> None:
    """Makes the loop that serves JavaScript."""
    host.loop = WebLoop()
    former_hooks = host.loop.hook_asyncgens()
    _undo.append(lambda: sys.set_asyncgen_hooks(*former_hooks))
    _undo.append(lambda: _take_back(_undo_policy))


def _use_host_loop() -> None:
    """Makes the loop that serves JavaScript the running one (WL-current)."""
    policy = WebLoopPolicy()
    policy.set_event_loop(host.loop)
    _use_policy(policy, run_in_host)
    events._set_running_loop(host.loop)
    _undo_policy.append(lambda: events._set_running_loop(None))


def _use_policy(policy: asyncio.AbstractEventLoopPolicy, run: Callable[..., Any]) -> None:
    former = events._event_loop_policy
    _undo_policy.append(lambda: asyncio.set_event_loop_policy(former))
    asyncio.set_event_loop_policy(policy)
    _replace(_undo_policy, asyncio, "run", run)
    _replace(_undo_policy, asyncio.runners, "run", run)


def _replace(undo: list[Callable[[], object]], owner: Any, name: str, value: Any) -> None:
    former = getattr(owner, name)
    setattr(owner, name, value)
    undo.append(lambda: setattr(owner, name, former))


def _take_back(undo: list[Callable[[], object]]) -> None:
    while undo:
        undo.pop()()


def _clear_host() -> None:
    host.js = host.pyodide_js = host.options = host.loop = None
