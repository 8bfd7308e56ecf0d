"""A tree of coroutines on a small event loop: await, send and exceptions through them."""

from collections import deque


class Pause:
    def __await__(self):
        return (yield self)


async def node(depth: int, results: list[int]) -> int:
    await Pause()
    if depth == 0:
        try:
            if len(results) % 5 == 0:
                raise ValueError(len(results))
        except ValueError as error:
            results.append(error.args[0])
        results.append(1)
        return 1
    return sum([await node(depth - 1, results) for _ in range(3)]) + 1


def run() -> str:
    results: list[int] = []
    ready = deque(node(4, results) for _ in range(20))
    finished, turns = 0, 0
    while ready:
        task = ready.popleft()
        turns += 1
        try:
            task.send(None)
        except StopIteration as stop:
            finished += stop.value
        else:
            ready.append(task)
    return f"{finished} {turns} {sum(results)}"
