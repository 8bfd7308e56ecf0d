"""Binary trees made, walked by nested generators and thrown away."""


class Node:
    __slots__ = ("left", "right", "value")

    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.value
        if self.right is not None:
            yield from self.right


def make(values: range):
    if not values:
        return None
    middle = len(values) // 2
    return Node(make(values[:middle]), values[middle], make(values[middle + 1 :]))


def run() -> int:
    total = 0
    for size in (10, 200, 1500, 800):
        total += sum(i * value for i, value in enumerate(make(range(size))))
    return total
