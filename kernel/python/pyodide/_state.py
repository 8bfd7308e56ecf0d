"""Saving and restoring what a program has done to the interpreter (PY-state)."""

import gc
import sys
from dataclasses import dataclass
from typing import Any

from _pyodide import _importhook


@dataclass(frozen=True)
class State:
    """What `save_state` found."""

    main: dict[str, Any]
    registered: dict[str, Any]
    loaded: dict[str, Any]


def save_state() -> State:
    """Notes the namespace of `__main__`, the registered JavaScript modules, and those that were
    imported."""
    return State(
        main=dict(sys.modules["__main__"].__dict__),
        registered=dict(_importhook.finder.registered),
        loaded={name: sys.modules[name] for name in _importhook.loaded_names()},
    )


def restore_state(state: State) -> int:
    """Brings back what `save_state` noted, clears `sys.last_exc` and its relatives, and collects
    garbage.

    Returns the number of unreachable objects found.
    """
    main = sys.modules["__main__"].__dict__
    main.clear()
    main.update(state.main)
    _importhook.finder.registered = dict(state.registered)
    for name in _importhook.loaded_names():
        del sys.modules[name]
    sys.modules.update(state.loaded)
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        if hasattr(sys, name):
            delattr(sys, name)
    return gc.collect()
