"""Runs and calls with a deadline. The client calls these functions by name."""

import asyncio
from collections.abc import Callable
from typing import Any

from pyodide.code import eval_code, eval_code_async

from ._deadlines import Deadline


def call(function: Callable[..., Any], seconds: float, /, *args: Any, **keywords: Any) -> Any:
    """Calls a function, in which TimeoutError is raised after that many seconds."""
    with Deadline(seconds, None):
        return function(*args, **keywords)


def run(code: str, seconds: float, **options: Any) -> Any:
    """As `eval_code`, which gets `options`. Raises TimeoutError in the code after that many seconds."""
    with Deadline(seconds, None):
        return eval_code(code, **options)


async def run_async(code: str, seconds: float | None, **options: Any) -> Any:
    """As `eval_code_async`, as a task. The code gets TimeoutError while it computes, and is canceled while it waits."""
    if seconds is None:
        return await eval_code_async(code, **options)
    with Deadline(seconds, asyncio.current_task()):
        async with asyncio.timeout(seconds):
            return await eval_code_async(code, **options)
