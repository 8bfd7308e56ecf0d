"""Generators, asyncio, queues, closures and decorators."""

import asyncio
import functools
from contextlib import ExitStack, asynccontextmanager, suppress


def counted(function):
    @functools.wraps(function)
    def wrapper(*arguments, **keywords):
        wrapper.calls += 1
        return function(*arguments, **keywords)

    wrapper.calls = 0
    return wrapper


@counted
def scale(value, factor=2, *, offset=0):
    return value * factor + offset


def numbers(count):
    for i in range(count):
        yield i


def windows(items, size):
    window = []
    for item in items:
        window.append(item)
        if len(window) == size:
            yield tuple(window)
            window.pop(0)


def flattened(nested):
    for item in nested:
        if isinstance(item, list):
            yield from flattened(item)
        else:
            yield item


def averager():
    total, count, average = 0.0, 0, None
    while True:
        try:
            value = yield average
        except ValueError:
            total, count = 0.0, 0
            continue
        total += value
        count += 1
        average = total / count


def counter(start=0):
    count = start

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step


def pipeline(count):
    squares = (n * n for n in numbers(count))
    odd = (n for n in squares if n % 2)
    total = 0
    for a, b, c in windows(odd, 3):
        total += scale(a, 3, offset=b) - scale(c)
    nested = [1, [2, [3, [4, list(range(20))]], 5], 6]
    total += sum(sum(flattened(nested)) for _ in range(20))
    running = averager()
    next(running)
    for i in range(200):
        running.send(i)
        if i % 50 == 0:
            running.throw(ValueError())
    running.close()
    step = counter()
    for i in range(300):
        step(i % 3)
    return total + step()


@asynccontextmanager
async def connection(log):
    log.append("open")
    try:
        yield log
    finally:
        log.append("close")


async def ticks(count):
    for i in range(count):
        if i % 10 == 0:
            await asyncio.sleep(0)
        yield i


async def producer(queue, count):
    async for i in ticks(count):
        await queue.put(i)
    await queue.put(None)


async def consumer(queue, lock, results):
    while (item := await queue.get()) is not None:
        async with lock:
            results.append(item * 2)
    return len(results)


async def failing(i):
    await asyncio.sleep(0)
    if i % 2:
        raise LookupError(i)
    return i


async def program():
    results, log = [], []
    queue, lock = asyncio.Queue(maxsize=5), asyncio.Lock()
    async with connection(log):
        _, count = await asyncio.gather(producer(queue, 250), consumer(queue, lock, results))
    outcomes = await asyncio.gather(*map(failing, range(40)), return_exceptions=True)
    errors = [outcome for outcome in outcomes if isinstance(outcome, LookupError)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(failing(i * 2)) for i in range(20)]
    with suppress(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.sleep(1)
    return count, len(errors), sum(task.result() for task in tasks), log


for _ in range(5):
    assert pipeline(1500) != 0
    assert asyncio.run(program()) == (250, 20, 380, ["open", "close"])
    with ExitStack() as stack:
        done = []
        for i in range(50):
            stack.callback(done.append, i)
    assert done[0] == 49
assert scale.calls > 1000
