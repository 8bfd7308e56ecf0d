"""The event loop of scripts on the command line."""

import asyncio
import os
import signal
import threading
import time
import unittest

import _pyodide
from _pyodide.blocking_loop import BlockingLoop
from pyodide.webloop import PyodideFuture, PyodideTask, WebLoop
from support import AttachedCase


class Blocking(AttachedCase):
    options = {"blocking_run": True}

    def test_there_is_no_running_loop_outside(self) -> None:
        with self.assertRaises(RuntimeError):
            asyncio.get_running_loop()

    def test_asyncio_run_returns_the_result(self) -> None:
        async def main() -> str:
            self.assertIsInstance(asyncio.get_running_loop(), BlockingLoop)
            self.assertIsInstance(asyncio.current_task(), PyodideTask)
            self.assertIsInstance(asyncio.get_running_loop().create_future(), PyodideFuture)
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(0.01))
            return await asyncio.to_thread(str, 3)

        self.assertEqual(asyncio.run(main()), "3")
        with asyncio.Runner() as runner:
            self.assertEqual(runner.run(main()), "3")
        self.assertEqual(self.host.scheduled, [])

    def test_exceptions_come_out(self) -> None:
        async def fail(error: BaseException) -> None:
            raise error

        for error in (KeyError(1), SystemExit(3), KeyboardInterrupt()):
            with self.subTest(error), self.assertRaises(type(error)):
                asyncio.run(fail(error))

    def test_timers_take_their_time(self) -> None:
        start = time.monotonic()
        asyncio.run(asyncio.sleep(0.05))

        self.assertGreaterEqual(time.monotonic() - start, 0.05)

    def test_a_wait_for_nothing_is_an_error_and_cleans_up(self) -> None:
        cleaned = []

        async def wait() -> None:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                cleaned.append(True)

        with self.assertRaisesRegex(RuntimeError, "^The event loop would wait for ever"):
            asyncio.run(wait())
        self.assertEqual(cleaned, [True])

    def test_another_thread_may_end_the_wait(self) -> None:
        async def wait() -> int:
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            timer = threading.Timer(0.05, loop.call_soon_threadsafe, (future.set_result, 5))
            timer.start()
            return await future

        self.assertEqual(asyncio.run(wait()), 5)

    def test_an_interrupt_ends_a_sleep(self) -> None:
        async def main() -> None:
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)

        start = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            asyncio.run(main())
        self.assertLess(time.monotonic() - start, 10)

    def test_the_prompt_can_run_it_too(self) -> None:
        results = []

        async def prompt() -> None:
            self.assertIsInstance(asyncio.get_running_loop(), WebLoop)
            results.append(asyncio.run(asyncio.sleep(0, 1)))
            self.assertIsInstance(asyncio.get_running_loop(), WebLoop)

        _pyodide.host.loop.create_task(prompt())
        self.host.run()
        self.assertEqual(results, [1])

    def test_it_does_not_nest(self) -> None:
        async def outer() -> None:
            inner = asyncio.sleep(0)
            try:
                asyncio.run(inner)
            finally:
                inner.close()

        with self.assertRaisesRegex(RuntimeError, "cannot be called from a running event loop"):
            asyncio.run(outer())


class Changing(AttachedCase):
    def test_the_mode_can_be_changed_after_attach(self) -> None:
        task = asyncio.get_running_loop().create_task(asyncio.sleep(0, 1))

        _pyodide.use_blocking_run()

        self.assertEqual(asyncio.run(asyncio.sleep(0, 2)), 2)
        self.host.run()
        self.assertEqual(task.result(), 1)
        _pyodide.detach()
        self.assertEqual(asyncio.run(asyncio.sleep(0, 3)), 3)


class Library(AttachedCase):
    """The standard library's own use of loops."""

    options = {"blocking_run": True}

    def test_isolated_asyncio_test_cases_run(self) -> None:
        class Inner(unittest.IsolatedAsyncioTestCase):
            async def test_sleep(self) -> None:
                await asyncio.sleep(0.001)

        result = unittest.TestResult()
        Inner("test_sleep").run(result)

        self.assertTrue(result.wasSuccessful(), result.errors)
        self.assertEqual(result.testsRun, 1)
