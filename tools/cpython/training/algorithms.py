"""Graphs, dynamic programming, backtracking, matrices and sorting, written out in Python."""

from collections import deque


def shortest_paths(width, height):
    """Breadth-first search through a grid with walls."""
    walls = {(x, y) for x in range(width) for y in range(height) if (x * 7 + y * 5) % 11 == 3}
    distances = {(0, 0): 0}
    waiting = deque([(0, 0)])
    while waiting:
        x, y = waiting.popleft()
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            place = (x + dx, y + dy)
            if 0 <= place[0] < width and 0 <= place[1] < height:
                if place not in walls and place not in distances:
                    distances[place] = distances[x, y] + 1
                    waiting.append(place)
    return max(distances.values())


def edit_distance(left, right):
    previous = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        current = [i]
        for j, b in enumerate(right, 1):
            if a == b:
                current.append(previous[j - 1])
            else:
                current.append(1 + min(previous[j], current[j - 1], previous[j - 1]))
        previous = current
    return previous[-1]


def knapsack(items, capacity):
    best = [0] * (capacity + 1)
    for weight, value in items:
        for room in range(capacity, weight - 1, -1):
            candidate = best[room - weight] + value
            if candidate > best[room]:
                best[room] = candidate
    return best[capacity]


def solve_sudoku(cells):
    """Fills zeros in place, trying the cell with the fewest candidates first."""
    fewest, chosen = None, -1
    for i, cell in enumerate(cells):
        if cell == 0:
            row, column = divmod(i, 9)
            box = row // 3 * 27 + column // 3 * 3
            seen = set(cells[row * 9 : row * 9 + 9]) | set(cells[column::9])
            seen.update(cells[box + r * 9 + c] for r in range(3) for c in range(3))
            free = [digit for digit in range(1, 10) if digit not in seen]
            if fewest is None or len(free) < len(fewest):
                fewest, chosen = free, i
    if fewest is None:
        return True
    for digit in fewest:
        cells[chosen] = digit
        if solve_sudoku(cells):
            return True
    cells[chosen] = 0
    return False


def multiply(left, right):
    columns = list(zip(*right))
    return [[sum(a * b for a, b in zip(row, column)) for column in columns] for row in left]


def heap_sort(numbers):
    def sink(start, end):
        root = start
        while True:
            child = 2 * root + 1
            if child >= end:
                return
            if child + 1 < end and numbers[child] < numbers[child + 1]:
                child += 1
            if numbers[root] >= numbers[child]:
                return
            numbers[root], numbers[child] = numbers[child], numbers[root]
            root = child

    for start in range(len(numbers) // 2 - 1, -1, -1):
        sink(start, len(numbers))
    for end in range(len(numbers) - 1, 0, -1):
        numbers[0], numbers[end] = numbers[end], numbers[0]
        sink(0, end)


def quick_sort(numbers):
    if len(numbers) < 2:
        return numbers
    pivot = numbers[len(numbers) // 2]
    below = quick_sort([n for n in numbers if n < pivot])
    above = quick_sort([n for n in numbers if n > pivot])
    return below + [n for n in numbers if n == pivot] + above


def collatz(limit):
    lengths = {1: 1}
    for start in range(2, limit):
        n, steps = start, 0
        while n not in lengths:
            n = 3 * n + 1 if n & 1 else n >> 1
            steps += 1
        lengths[start] = lengths[n] + steps
    return max(lengths, key=lengths.get)


def life(size, generations):
    alive = {(x, y) for x in range(size) for y in range(size) if (x * x + y) % 3 == 0}
    for _ in range(generations):
        counts = {}
        for x, y in alive:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        place = ((x + dx) % size, (y + dy) % size)
                        counts[place] = counts.get(place, 0) + 1
        alive = {p for p, n in counts.items() if n == 3 or n == 2 and p in alive}
    return len(alive)


def ackermann(m, n):
    if m == 0:
        return n + 1
    return ackermann(m - 1, 1 if n == 0 else ackermann(m, n - 1))


def gray_codes(bits):
    return [i ^ (i >> 1) for i in range(1 << bits)]


SUDOKU = "530070000600195000098000060800060003400803001700020006060000280000419005000080079"

for _ in range(4):
    assert shortest_paths(40, 40) > 40
    assert edit_distance("intergalactic travel" * 4, "interesting galleries" * 4) > 8
    assert knapsack([(i % 13 + 1, i * 7 % 31) for i in range(60)], 300) > 100
    cells = [int(letter) for letter in SUDOKU]
    assert solve_sudoku(cells) and 0 not in cells
    matrix = [[(i * j) % 7 / 3 for j in range(24)] for i in range(24)]
    assert len(multiply(matrix, multiply(matrix, matrix))) == 24
    numbers = [(i * 7919) % 4001 for i in range(4001)]
    assert quick_sort(numbers) == sorted(numbers)
    heap_sort(numbers)
    assert numbers == list(range(4001))
    assert collatz(3000) == 2919
    assert life(24, 12) >= 0
    assert ackermann(2, 40) == 83
    assert gray_codes(12)[5] == 7
