"""Before the memory of an interpreter is saved it must hold nothing of JavaScript, which another one would not have."""

import asyncio
import gc
import sys

import _pyodide

from . import _importhook
from ._host import host
from ._webloop import WebLoop

_LAST_FAILURE = ("last_exc", "last_type", "last_value", "last_traceback")


def begin() -> None:
    """Runs the callbacks that are ready, then lets go of JavaScript; the next `attach` takes hold of it again.

    Raises RuntimeError for what would be lost; nothing has changed then.
    """
    modules = _importhook.registered_modules()
    if modules:
        raise RuntimeError(
            f"a snapshot cannot hold JavaScript modules, and these are registered: {', '.join(modules)}"
        )
    loop = host.loop
    assert isinstance(loop, WebLoop)
    loop.run_ready()
    tasks = sorted(task.get_name() for task in asyncio.all_tasks(loop))
    if tasks:
        raise RuntimeError(
            f"a snapshot cannot hold what is under way, and these tasks are: {', '.join(tasks)}"
        )
    if loop.has_work():
        raise RuntimeError(
            "a snapshot cannot hold what is under way, and the event loop has callbacks to run"
        )
    del loop
    _pyodide.detach()
    for name in _LAST_FAILURE:
        vars(sys).pop(name, None)
    # Twice: finalizers of the first round may leave garbage of their own.
    gc.collect()
    gc.collect()
