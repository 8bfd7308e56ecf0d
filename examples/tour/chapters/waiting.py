"""Coroutines."""

import asyncio


async def race() -> str:
    """The names of two timers, in the order in which they end."""
    ended = []

    async def timer(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        ended.append(name)

    await asyncio.gather(timer("slow", 0.05), timer("fast", 0.01))
    return ", ".join(ended)
