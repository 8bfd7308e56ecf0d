"""PY-state and the wrappers' bookkeeping (WR-*)."""

import sys
from typing import Any
from unittest import mock

from _pyodide import _core
from pyodide import _state
from pyodide.ffi import register_js_module, wrappers
from support import AttachedCase, JsObject, OnceCallable


class State(AttachedCase):
    def test_what_was_saved_comes_back(self) -> None:
        main = sys.modules["__main__"].__dict__
        register_js_module("saved_js", JsObject())
        import saved_js

        main["krait_kept"] = 1
        self.addCleanup(main.pop, "krait_kept")
        state = _state.save_state()

        main["krait_new"] = 2
        register_js_module("new_js", JsObject())
        import new_js  # noqa: F401

        del sys.modules["saved_js"]
        sys.last_exc = ValueError()
        collected = _state.restore_state(state)

        self.assertIsInstance(collected, int)
        self.assertEqual(main["krait_kept"], 1)
        self.assertNotIn("krait_new", main)
        self.assertNotIn("new_js", sys.modules)
        self.assertIs(sys.modules["saved_js"], saved_js)
        self.assertFalse(hasattr(sys, "last_exc"))
        with self.assertRaises(ModuleNotFoundError):
            __import__("new_js")


class Proxy(JsObject):
    def __init__(self, target: Any) -> None:
        super().__init__(target=target, is_destroyed=False)

    def destroy(self) -> None:
        self.is_destroyed = True


class Wrappers(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        self.proxies: list[Any] = []
        self.enterContext(mock.patch.object(_core, "create_proxy", self.create_proxy))
        self.enterContext(mock.patch.object(_core, "create_once_callable", self.create_once))
        self.calls: list[tuple[Any, ...]] = []
        for name in ("setTimeout", "setInterval"):
            setattr(self.js, name, lambda proxy, ms: self.calls.append((proxy, ms)) or 7)
        for name in ("clearTimeout", "clearInterval"):
            setattr(self.js, name, lambda handle: self.calls.append((handle,)))

    def create_proxy(self, obj: Any, capture_this: bool, roundtrip: bool) -> Proxy:
        self.proxies.append(Proxy(obj))
        return self.proxies[-1]

    def create_once(self, func: Any) -> OnceCallable:
        self.proxies.append(OnceCallable(func))
        return self.proxies[-1]

    def test_listeners_live_until_they_are_removed(self) -> None:
        registered: list[tuple[str, Any]] = []
        element = JsObject(
            js_id=1,
            addEventListener=lambda event, proxy: registered.append((event, proxy)),
            removeEventListener=lambda event, proxy: registered.remove((event, proxy)),
        )
        wrappers.add_event_listener(element, "click", print)
        wrappers.add_event_listener(element, "click", print)
        self.assertEqual(len(registered), 1)
        with self.assertRaises(KeyError):
            wrappers.remove_event_listener(element, "load", print)

        wrappers.remove_event_listener(element, "click", print)

        self.assertEqual(registered, [])
        self.assertTrue(all(proxy.is_destroyed for proxy in self.proxies))
        with self.assertRaises(KeyError):
            wrappers.remove_event_listener(element, "click", print)

    def test_timeouts_release_after_firing_or_clearing(self) -> None:
        seen = []
        handle = wrappers.set_timeout(lambda: seen.append(1), 10)
        self.proxies[0]()
        wrappers.clear_timeout(handle)
        self.assertEqual(seen, [1])

        handle = wrappers.set_timeout(lambda: seen.append(2), 10)
        wrappers.clear_timeout(handle)
        wrappers.clear_timeout(handle)
        self.assertTrue(self.proxies[1].is_released)
        self.assertEqual(seen, [1])

    def test_intervals_release_when_cleared(self) -> None:
        handle = wrappers.set_interval(print, 10)
        self.assertFalse(self.proxies[0].is_destroyed)
        wrappers.clear_interval(handle)
        wrappers.clear_interval(handle)
        self.assertTrue(self.proxies[0].is_destroyed)
