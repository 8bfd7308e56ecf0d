"""Deep copies and pickles, of nested data and of instances."""

import copy
import pickle
from dataclasses import dataclass, field


@dataclass
class Item:
    name: str
    price: float
    tags: list[str] = field(default_factory=list)
    parts: dict[str, "Item"] = field(default_factory=dict)


def catalogue(depth: int, label: str) -> Item:
    item = Item(label, len(label) * 1.25, [label, label.upper()])
    if depth:
        for letter in "abc":
            item.parts[letter] = catalogue(depth - 1, label + letter)
    return item


def count(item: Item) -> int:
    return 1 + sum(map(count, item.parts.values()))


def run() -> int:
    item = catalogue(3, "x")
    total = 0
    for _ in range(2):
        twin = copy.deepcopy(item)
        assert twin == item and twin is not item
        data = [[count(twin), "text", None, 2.5, (i, str(i))] for i in range(150)]
        again = pickle.loads(pickle.dumps(data, protocol=4))
        assert again == copy.deepcopy(data)
        total += count(twin) + len(again)
    return total
