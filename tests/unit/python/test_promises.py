"""Promises as futures, awaitables as promises: `_pyodide._promises`."""

import asyncio
import traceback
from typing import Any, NoReturn
from unittest import mock

from _pyodide import _core, _promises
from pyodide.webloop import PyodideFuture
from support import AttachedCase, JsObject, JsPromise


class FutureOf(AttachedCase):
    def test_it_ends_as_the_promise_does(self) -> None:
        promise = JsPromise()
        future = _promises.future_of(promise)
        self.assertIsInstance(future, PyodideFuture)
        self.assertFalse(future.done())

        promise.fulfill(3)

        self.assertEqual(future.result(), 3)

    def test_both_handlers_are_released(self) -> None:
        for settle in ("fulfill", "reject"):
            promise = JsPromise()
            future = _promises.future_of(promise)
            getattr(promise, settle)(_core.JsException("Error", "no"))
            future.exception()

            self.assertTrue(promise.fulfill.is_released)
            self.assertTrue(promise.reject.is_released)

    def test_rejections_raise(self) -> None:
        def rethrow(reason: Any) -> NoReturn:
            raise _core.JsException("Error", f"thrown {reason!r}")

        self.pyodide_js._api = JsObject(rethrow=rethrow)
        cases = [
            (_core.JsException("TypeError", "why"), _core.JsException, "TypeError: why"),
            (KeyError("original"), KeyError, "'original'"),
            ("a text", _core.JsException, "Error: thrown 'a text'"),
            (3, _core.JsException, "Error: thrown 3"),
            (
                StopIteration(1),
                RuntimeError,
                "a JavaScript promise was rejected with StopIteration",
            ),
        ]
        for reason, kind, text in cases:
            with self.subTest(reason):
                promise = JsPromise()
                future = _promises.future_of(promise)
                promise.reject(reason)

                self.assertIs(type(future.exception()), kind)
                self.assertTrue(str(future.exception()).startswith(text))

    def test_a_canceled_future_stays_canceled(self) -> None:
        for settle in ("fulfill", "reject"):
            promise = JsPromise()
            future = _promises.future_of(promise)
            future.cancel()
            getattr(promise, settle)(_core.JsException("Error", "late"))

            self.assertTrue(future.cancelled())

    def test_it_can_be_awaited(self) -> None:
        promise = JsPromise()

        async def main() -> Any:
            return await _promises.future_of(promise)

        task = _promises.schedule(main())
        self.host.run()
        promise.fulfill("value")
        self.host.run()

        self.assertEqual(task.result(), "value")


class ItemOf(AttachedCase):
    def test_a_step_is_unpacked(self) -> None:
        async def item(**step: Any) -> Any:
            promise = asyncio.get_running_loop().create_future()
            promise.set_result(JsObject(**step))
            try:
                return await _promises.item_of(promise)
            except StopAsyncIteration as end:
                return "end", *end.args

        going_on = _promises.schedule(item(done=False, value=5))
        ended = _promises.schedule(item(done=True, value=6))
        self.host.run()

        self.assertEqual(going_on.result(), 5)
        self.assertEqual(ended.result(), ("end", 6))


class Settle(AttachedCase):
    def settle(self, awaitable: Any) -> list[tuple[str, Any]]:
        outcomes: list[tuple[str, Any]] = []

        def reject(raise_error: Any) -> None:
            try:
                raise_error()
            except BaseException as error:
                outcomes.append(("rejected", error))

        _promises.settle(awaitable, lambda value: outcomes.append(("resolved", value)), reject)
        self.assertEqual(outcomes, [], "nothing happens at once")
        self.host.run()
        return outcomes

    async def fail(self, error: BaseException) -> None:
        raise error

    def test_a_value_resolves(self) -> None:
        self.assertEqual(self.settle(asyncio.sleep(0, 3)), [("resolved", 3)])
        future = asyncio.get_event_loop().create_future()
        future.set_result(4)
        self.assertEqual(self.settle(future), [("resolved", 4)])

    def test_an_object_resolves_as_an_own_proxy(self) -> None:
        made = mock.Mock()
        with mock.patch.object(_core, "create_proxy", made):
            self.assertEqual(self.settle(asyncio.sleep(0, [1])), [("resolved", made.return_value)])
        made.assert_called_once_with([1], False, False)

    def test_every_exception_rejects(self) -> None:
        for error in (KeyError(1), SystemExit(2), KeyboardInterrupt(), asyncio.CancelledError()):
            with self.subTest(error):
                self.assertEqual(self.settle(self.fail(error)), [("rejected", error)])

    def test_a_failed_or_canceled_future_rejects(self) -> None:
        failed = asyncio.get_event_loop().create_future()
        failed.set_exception(KeyError("why"))
        self.assertEqual(self.settle(failed), [("rejected", failed.exception())])
        canceled = asyncio.get_event_loop().create_future()
        canceled.cancel()
        ((outcome, error),) = self.settle(canceled)
        self.assertEqual(outcome, "rejected")
        self.assertIsInstance(error, asyncio.CancelledError)

    def test_what_is_no_awaitable_rejects(self) -> None:
        ((outcome, error),) = self.settle(3)
        self.assertEqual(outcome, "rejected")
        self.assertIsInstance(error, TypeError)

    def test_the_traceback_begins_in_the_awaitable(self) -> None:
        ((_, error),) = self.settle(self.fail(KeyError()))
        frames = [frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)]
        self.assertEqual(frames, ["reject", "fail"])
