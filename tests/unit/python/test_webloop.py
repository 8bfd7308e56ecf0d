"""WL-*: the event loop inside a JavaScript host, on timers of the test."""

import asyncio
import contextvars
import gc
import inspect
import io
import math
import subprocess
import sys
import unittest
from contextlib import redirect_stderr
from pathlib import Path
from unittest import mock

import _pyodide
from _pyodide import _promises, _webloop
from _pyodide._loop_queue import LoopQueue
from pyodide.webloop import PyodideFuture, PyodideTask, WebLoop, WebLoopPolicy
from support import AttachedCase


class Running(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        self.loop = asyncio.get_event_loop()

    def finish(self, coroutine):
        task = self.loop.create_task(coroutine)
        self.host.run()
        self.assertTrue(task.done())
        return task.result()

    def test_a_loop_runs_before_user_code(self) -> None:
        self.assertIsInstance(asyncio.get_running_loop(), WebLoop)
        self.assertIsInstance(asyncio.get_event_loop_policy(), WebLoopPolicy)
        self.assertTrue(self.loop.is_running())
        self.loop.close()
        self.loop.stop()
        self.loop.run_forever()
        self.assertFalse(self.loop.is_closed())

    def test_callbacks_run_in_order_in_a_later_macrotask(self) -> None:
        seen = []
        self.loop.call_soon(seen.append, 1)
        canceled = self.loop.call_soon(seen.append, 2)
        self.loop.call_soon_threadsafe(seen.append, 3)
        canceled.cancel()
        self.assertEqual(seen, [])
        self.assertEqual(self.host.delays_ms, [0])

        self.host.run()

        self.assertEqual(seen, [1, 3])

    def test_what_a_batch_queues_waits_for_the_next(self) -> None:
        seen = []

        def first() -> None:
            seen.append("first")
            self.loop.call_soon(seen.append, "third")

        self.loop.call_soon(first)
        self.loop.call_soon(seen.append, "second")
        self.host.run_one()

        self.assertEqual(seen, ["first", "second"])
        self.assertEqual(len(self.host.scheduled), 1)
        self.host.run()
        self.assertEqual(seen, ["first", "second", "third"])

    def test_timers_run_in_order_of_time(self) -> None:
        seen = []
        now = self.loop.time()
        self.loop.call_later(0.02, seen.append, "late")
        self.loop.call_at(now + 0.01, seen.append, "early")
        self.loop.call_later(0, seen.append, "now")
        canceled = self.loop.call_later(0.005, seen.append, "canceled")
        canceled.cancel()

        self.host.run()

        self.assertEqual(seen, ["now", "early", "late"])
        self.assertGreaterEqual(self.loop.time() - now, 0.02)

    def test_timers_ask_the_host_only_for_what_is_due_first(self) -> None:
        for delay in (0.01, 0.5, 0.6, 0.7):
            self.loop.call_later(delay, int)

        self.assertEqual(len(self.host.scheduled), 1)

    def test_delays_out_of_range(self) -> None:
        with self.assertRaisesRegex(ValueError, "^Can't schedule in the past"):
            self.loop.call_later(-1, print)
        with self.assertRaisesRegex(ValueError, "^Can't schedule in the past"):
            self.loop.call_at(self.loop.time() - 1, print)
        with self.assertRaises(ValueError):
            self.loop.call_later(math.nan, print)
        self.assertEqual(self.loop.call_later(math.inf, print).when(), math.inf)
        self.assertEqual(self.host.delays_ms, [])
        self.loop.call_later(1e9, print)
        self.assertEqual(self.host.delays_ms, [_webloop.MAX_DELAY_MS])

    def test_a_context_is_kept(self) -> None:
        variable = contextvars.ContextVar("variable", default=0)
        context = contextvars.copy_context()
        context.run(variable.set, 5)
        seen = []
        self.loop.call_soon(lambda: seen.append(variable.get()), context=context)

        self.host.run()

        self.assertEqual(seen, [5])

    def test_asyncio_works_on_it(self) -> None:
        async def main() -> list:
            queue: asyncio.Queue[int] = asyncio.Queue()
            results = []

            async def worker() -> None:
                results.append(await queue.get())

            async with asyncio.TaskGroup() as group:
                group.create_task(worker())
                await asyncio.sleep(0.001)
                await queue.put(1)
            try:
                async with asyncio.timeout(0.001):
                    await asyncio.sleep(1)
            except TimeoutError:
                results.append("timeout")
            try:
                await asyncio.wait_for(asyncio.sleep(1), 0.001)
            except TimeoutError:
                results.append("timeout")
            results.append(await asyncio.to_thread(len, "abc"))
            return results + await asyncio.gather(asyncio.sleep(0, 2), asyncio.sleep(0.001, 3))

        self.assertEqual(self.finish(main()), [1, "timeout", "timeout", 3, 2, 3])

    def test_futures_and_tasks_have_their_classes(self) -> None:
        async def main() -> str:
            return asyncio.current_task().get_name()

        self.assertIsInstance(self.loop.create_future(), PyodideFuture)
        task = self.loop.create_task(main(), name="a name")
        self.assertIsInstance(task, PyodideTask)
        self.assertIsInstance(task, PyodideFuture)
        eager = self.loop.create_task(main(), name="eager", eager_start=True)
        self.assertEqual(eager.result(), "eager")
        self.host.run()
        self.assertEqual(task.result(), "a name")

    def test_a_task_factory_makes_the_tasks(self) -> None:
        made = []

        def factory(loop, coro, **options):
            made.append(options.get("name"))
            return asyncio.Task(coro, loop=loop, **options)

        self.loop.set_task_factory(factory)
        self.assertIs(self.loop.get_task_factory(), factory)
        self.assertEqual(self.finish(asyncio.sleep(0, 4)), 4)
        self.assertEqual(made, [None])
        with self.assertRaises(TypeError):
            self.loop.set_task_factory(3)

    def test_run_in_executor_runs_at_once(self) -> None:
        future = self.loop.run_in_executor(None, divmod, 7, 2)
        self.assertEqual(future.result(), (3, 1))
        failed = self.loop.run_in_executor(None, divmod, 7, 0)
        self.assertIsInstance(failed.exception(), ZeroDivisionError)
        ended = self.loop.run_in_executor(None, next, iter(()))
        self.assertIsInstance(ended.exception(), RuntimeError)
        self.loop.set_default_executor(None)
        self.assertIsNone(self.finish(self.loop.shutdown_default_executor()))

    def test_names_are_looked_up(self) -> None:
        addresses = self.finish(self.loop.getaddrinfo("127.0.0.1", 80))
        self.assertIn(("127.0.0.1", 80), [address[4] for address in addresses])

    def test_asynchronous_generators_are_closed(self) -> None:
        closed = []

        async def numbers(name):
            try:
                yield 1
            finally:
                closed.append(name)

        async def leave_early() -> None:
            async for _ in numbers("collected"):
                break

        self.finish(leave_early())
        gc.collect()
        self.host.run()
        self.assertEqual(closed, ["collected"])

        generator = numbers("shut down")
        self.finish(anext(generator))
        self.finish(self.loop.shutdown_asyncgens())
        self.assertEqual(closed, ["collected", "shut down"])

    def test_what_a_host_cannot_do_is_not_implemented(self) -> None:
        names = (
            "add_reader remove_reader add_writer remove_writer add_signal_handler "
            "remove_signal_handler connect_read_pipe connect_write_pipe sendfile create_server "
            "create_unix_connection create_unix_server connect_accepted_socket "
            "create_datagram_endpoint start_tls sock_recvfrom sock_recvfrom_into sock_sendto "
            "sock_accept sock_sendfile subprocess_shell subprocess_exec create_connection "
            "sock_connect sock_recv sock_recv_into sock_sendall"
        ).split()
        for name in names:
            method = getattr(self.loop, name)
            required = [
                parameter
                for parameter in inspect.signature(method).parameters.values()
                if parameter.default is parameter.empty
                and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            ]
            with self.subTest(name), self.assertRaises(NotImplementedError):
                coroutine = method(*(None for _ in required))
                coroutine.send(None)

    def test_debug_can_be_set(self) -> None:
        self.loop.set_debug(True)
        self.assertTrue(self.loop.get_debug())
        self.assertEqual(self.finish(asyncio.sleep(0.001, 1)), 1)

    def test_many_canceled_timers_are_thrown_away(self) -> None:
        for _ in range(1000):
            self.loop.call_later(1000, print).cancel()

        self.assertLess(len(self.loop._queue._timers), 200)


class Exceptions(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        self.loop = asyncio.get_event_loop()
        self.stderr = io.StringIO()
        self.enterContext(redirect_stderr(self.stderr))

    async def fail(self) -> None:
        1 / 0

    def test_a_task_nobody_waits_for_is_reported(self) -> None:
        self.loop.create_task(self.fail())
        self.host.run()

        lines = self.stderr.getvalue().splitlines()
        self.assertEqual(lines[0], "Unhandled exception in event loop")
        self.assertEqual(lines[1], "Traceback (most recent call last):")
        self.assertEqual(lines[-1], "ZeroDivisionError: division by zero")
        gc.collect()
        self.assertEqual(self.stderr.getvalue().splitlines(), lines)

    def test_a_task_somebody_waits_for_is_not(self) -> None:
        async def main() -> None:
            for wait in (asyncio.wait_for(self.fail(), 1), asyncio.create_task(self.fail())):
                with self.assertRaises(ZeroDivisionError):
                    await wait
            await asyncio.gather(self.fail(), return_exceptions=True)
            canceled = asyncio.create_task(asyncio.sleep(1))
            await asyncio.sleep(0)
            canceled.cancel()

        task = self.loop.create_task(main())
        self.host.run()
        task.result()
        self.assertEqual(self.stderr.getvalue(), "")

    def test_a_failing_callback_does_not_stop_the_others(self) -> None:
        seen = []
        self.loop.call_soon(divmod, 1, 0)
        self.loop.call_soon(seen.append, 1)

        self.host.run()

        self.assertEqual(seen, [1])
        self.assertIn("Exception in callback", self.stderr.getvalue())
        self.assertIn("ZeroDivisionError", self.stderr.getvalue())

    def test_a_handler_takes_the_place_of_the_report(self) -> None:
        contexts = []
        self.loop.set_exception_handler(lambda loop, context: contexts.append(context))
        self.loop.create_task(self.fail())
        self.host.run()

        self.assertIsInstance(contexts[0]["exception"], ZeroDivisionError)
        self.assertEqual(self.stderr.getvalue(), "")
        with self.assertRaises(TypeError):
            self.loop.set_exception_handler(3)
        self.loop.set_exception_handler(None)
        self.assertIsNone(self.loop.get_exception_handler())

    def test_a_failing_handler_is_reported_too(self) -> None:
        self.loop.set_exception_handler(lambda loop, context: 1 / 0)
        self.loop.call_exception_handler({"message": "first"})

        self.assertIn(
            "Unhandled error in the event loop's exception handler", self.stderr.getvalue()
        )

    def test_what_ends_a_program_goes_to_its_handler(self) -> None:
        seen = []
        self.loop._system_exit_handler = seen.append
        self.loop._keyboard_interrupt_handler = lambda: seen.append("interrupt")
        self.loop.call_soon(sys.exit, 3)
        self.loop.call_soon(mock.Mock(side_effect=KeyboardInterrupt))
        self.loop.call_soon(seen.append, "others run")

        self.host.run()

        self.assertEqual(seen, [3, "interrupt", "others run"])

    def test_without_a_handler_it_reaches_the_host_and_the_rest_runs(self) -> None:
        seen = []
        self.loop.call_soon(sys.exit, 3)
        self.loop.call_soon(seen.append, "others run")

        with self.assertRaises(SystemExit):
            self.host.run()
        self.host.run()

        self.assertEqual(seen, ["others run"])

    def test_the_end_of_all_work_is_told(self) -> None:
        seen = []
        self.loop._no_in_progress_handler = lambda: seen.append("idle")
        self.loop.create_task(asyncio.sleep(0.001))
        self.loop.create_task(asyncio.sleep(0.002))

        self.host.run()

        self.assertEqual(seen, ["idle"])


class Chaining(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        self.loop = asyncio.get_event_loop()

    def test_then_gives_what_the_handler_gives(self) -> None:
        async def twice(value):
            return asyncio.sleep(0, value * 2)

        future = self.loop.create_future()
        result = future.then(lambda value: twice(value + 1))
        self.assertIsInstance(result, PyodideFuture)
        future.set_result(20)
        self.host.run()

        self.assertEqual(result.result(), 42)

    def test_exceptions_pass_on_or_are_caught(self) -> None:
        future = self.loop.create_future()
        passed = future.then(print)
        caught = future.catch(lambda error: str(error))
        both = future.then(print, lambda error: 1 / 0)
        future.set_exception(KeyError("why"))
        self.host.run()

        self.assertIsInstance(passed.exception(), KeyError)
        self.assertEqual(caught.result(), "'why'")
        self.assertIsInstance(both.exception(), ZeroDivisionError)

    def test_cancellation_passes_on(self) -> None:
        seen = []
        future = self.loop.create_future()
        passed = future.then(seen.append, seen.append)
        finished = future.finally_(lambda: seen.append("finally"))
        future.cancel()
        self.host.run()

        self.assertTrue(passed.cancelled())
        self.assertTrue(finished.cancelled())
        self.assertEqual(seen, ["finally"])

    def test_finally_keeps_the_outcome(self) -> None:
        future = self.loop.create_future()
        kept = future.finally_(lambda: asyncio.sleep(0, "ignored"))
        failed = future.finally_(lambda: 1 / 0)
        future.set_result(1)
        self.host.run()

        self.assertEqual(kept.result(), 1)
        self.assertIsInstance(failed.exception(), ZeroDivisionError)

    def test_a_canceled_result_stays_canceled(self) -> None:
        future = self.loop.create_future()
        result = future.then(lambda value: value)
        result.cancel()
        future.set_result(1)
        self.host.run()

        self.assertTrue(result.cancelled())


class RunUntilComplete(AttachedCase):
    async def answer(self) -> int:
        return 42

    def test_without_stack_switching_it_is_a_runtime_error(self) -> None:
        message = "^WebAssembly stack switching not supported in this JavaScript runtime"
        for run in (asyncio.run, asyncio.get_event_loop().run_until_complete):
            coroutine = self.answer()
            with self.assertRaisesRegex(RuntimeError, message):
                run(coroutine)
            coroutine.close()
        with self.assertRaises(ValueError):
            asyncio.run(3)

    def test_a_program_may_choose_to_get_the_future(self) -> None:
        _pyodide.attach(self.js, self.pyodide_js, {"enableRunUntilComplete": False})

        future = asyncio.run(self.answer())
        self.host.run()

        self.assertEqual(future.result(), 42)


class Policy(AttachedCase):
    def test_new_loops_become_current(self) -> None:
        policy = asyncio.get_event_loop_policy()
        loop = asyncio.new_event_loop()
        self.assertIs(policy.get_event_loop(), loop)
        other = WebLoop()
        asyncio.set_event_loop(other)
        self.assertIs(policy.get_event_loop(), other)
        asyncio.set_event_loop(None)
        self.assertIsInstance(policy.get_event_loop(), WebLoop)

    def test_detach_leaves_nothing(self) -> None:
        _pyodide.detach()

        self.assertNotIsInstance(asyncio.get_event_loop_policy(), WebLoopPolicy)
        self.assertEqual(sys.get_asyncgen_hooks(), (None, None))
        self.assertEqual(asyncio.run(asyncio.sleep(0, 1)), 1)
        with self.assertRaises(RuntimeError):
            _promises.current_loop()


class Queue(unittest.TestCase):
    def test_timers_for_one_moment_keep_their_order(self) -> None:
        queue = LoopQueue()
        loop = mock.Mock(get_debug=lambda: False)
        seen = []
        for number in range(5):
            queue.add_timer(asyncio.TimerHandle(1.0, seen.append, (number,), loop))

        queue.take_due(0.5)
        self.assertFalse(queue.has_ready)
        queue.take_due(1.0)
        while queue.has_ready:
            queue.run_next()

        self.assertEqual(seen, [0, 1, 2, 3, 4])


class BeforeAttach(unittest.TestCase):
    def test_importing_asks_nothing_of_the_host(self) -> None:
        # A snapshot is taken between import and attach.
        program = (
            "from _pyodide import _core\n"
            "def schedule(*args): raise SystemExit('a timer before attach')\n"
            "_core.schedule = schedule\n"
            "import _pyodide._preload, asyncio, sys\n"
            "assert asyncio._get_running_loop() is None\n"
            "import threading; assert threading.active_count() == 1\n"
            "import os; assert len(os.listdir('/proc/self/fd')) == 4\n"  # 0 to 2 and that folder
        )
        folder = Path(_pyodide.__file__).parents[1]
        subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": str(folder)})


if __name__ == "__main__":
    unittest.main()
