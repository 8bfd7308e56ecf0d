"""Dicts, sets, sorting with keys, JSON, pickles, structs, heaps, iterators."""

import bisect
import copy
import functools
import heapq
import itertools
import json
import operator
import pickle
import struct
from array import array
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple

Person = namedtuple("Person", "name age city")
CITIES = ("Lima", "Oslo", "Kyoto", "Accra", "Quito")


def people(count):
    return [Person(f"n{i * 7919 % count:04d}", i * 31 % 90, CITIES[i % 5]) for i in range(count)]


def grouped(everyone):
    by_city = defaultdict(list)
    for person in everyone:
        by_city[person.city].append(person)
    ages = {city: sum(p.age for p in group) / len(group) for city, group in by_city.items()}
    ranked = sorted(everyone, key=lambda p: (p.city, -p.age, p.name))
    names = [name for name, age, city in ranked if age > 40 and city != "Oslo"]
    decades = Counter(person.age // 10 for person in everyone)
    parts = {
        key: len(list(group)) for key, group in itertools.groupby(ranked, operator.itemgetter(2))
    }
    return ages, names, decades.most_common(2), parts


def joined(orders, customers):
    """Two lists of records joined by a key, as a program without a database does it."""
    index = {customer["id"]: customer for customer in customers}
    totals = {}
    for order in orders:
        customer = index.get(order["customer"])
        if customer is None:
            continue
        price = sum(line["price"] * line["count"] for line in order["lines"])
        key = customer["name"], order["month"]
        totals[key] = totals.get(key, 0) + price
    return {key: round(value, 2) for key, value in totals.items() if value > 10}


def records(count):
    lines = [{"price": i * 1.25, "count": i % 4, "tags": ["a", None, True]} for i in range(3)]
    orders = [
        {"id": i, "customer": i % 40, "month": i % 12 + 1, "lines": lines[: i % 3 + 1]}
        for i in range(count)
    ]
    customers = [{"id": i, "name": f"customer {i}", "address": {"zip": i}} for i in range(35)]
    return orders, customers


def serialised(value):
    text = json.dumps(value)
    assert json.loads(text) == value
    pretty = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    data = pickle.dumps(value)
    assert pickle.loads(data) == copy.deepcopy(value)
    return len(text), len(pretty), len(data)


def packed(count):
    header = struct.Struct("<IHhd")
    data = b"".join(header.pack(i, i % 65536, -(i % 100), i / 7) for i in range(count))
    return sum(a + b + c + d for a, b, c, d in header.iter_unpack(data))


def merged(count):
    heap = []
    for i in range(count):
        heapq.heappush(heap, ((i * 7919) % count, i))
        if len(heap) > 50:
            heapq.heappop(heap)
    ordered = []
    for i in range(count):
        bisect.insort(ordered, (i * 31) % 97)
    both = heapq.merge(ordered, range(0, 97, 3))
    return len(heap), sum(both), heapq.nlargest(3, ordered)


def iterated(count):
    pairs = itertools.combinations(range(18), 2)
    chunks = list(itertools.batched(range(count), 7))
    running = list(itertools.accumulate(range(count)))
    rows = itertools.zip_longest(chunks, running, fillvalue=0)
    product = functools.reduce(operator.mul, range(1, 20))
    odd = list(filter(lambda n: n & 1, map(abs, range(-count, 0))))
    return sum(a * b for a, b in pairs), sum(1 for _ in rows), product, len(odd)


class Cache:
    """Least recently used, by hand."""

    def __init__(self, size):
        self.size = size
        self.data = OrderedDict()
        self.hits = 0

    def get(self, key, make):
        if key in self.data:
            self.hits += 1
            self.data.move_to_end(key)
            return self.data[key]
        value = self.data[key] = make(key)
        if len(self.data) > self.size:
            self.data.popitem(last=False)
        return value


def sets(count):
    threes, fives = set(range(0, count, 3)), {n for n in range(count) if n % 5 == 0}
    both = threes & fives
    frozen = {frozenset((i % 7, i % 3)) for i in range(count)}
    return len(both), len(threes ^ fives), both <= threes, len(frozen), not threes.isdisjoint(fives)


@functools.lru_cache(maxsize=None)
def partitions(n, largest):
    if n == 0:
        return 1
    return sum(partitions(n - part, part) for part in range(1, min(n, largest) + 1))


for _ in range(4):
    everyone = people(900)
    ages, names, common, parts = grouped(everyone)
    assert len(ages) == len(parts) == 5 and len(names) > 100 and len(common) == 2
    orders, customers = records(300)
    assert len(joined(orders, customers)) > 20
    assert min(serialised([orders[:60], customers])) > 100
    assert packed(900) > 0
    assert merged(900)[0] == 50
    assert iterated(900)[2] == 121645100408832000
    cache = Cache(40)
    assert sum(cache.get(i * i % 70, str) == "4" for i in range(1500)) > 0 and cache.hits > 100
    assert sets(1500)[2]
    partitions.cache_clear()
    assert partitions(45, 45) == 89134
    queue = deque(maxlen=50)
    for i in range(2000):
        queue.append(i)
        if i % 3 == 0:
            queue.rotate(1)
    chain = ChainMap({"a": 1}, {"b": 2}, dict.fromkeys("cdef", 3))
    assert [chain[key] for key in "abcdef"] == [1, 2, 3, 3, 3, 3]
    numbers = array("d", (i / 3 for i in range(1500)))
    assert sum(numbers[i] * numbers[-i] for i in range(1, 700)) > 0
    table = [[0] * 30 for _ in range(30)]
    for i in range(30):
        for j in range(30):
            table[i][j] = table[i - 1][j] + table[i][j - 1] + 1 if i and j else 1
    assert table[4][4] > 1
    copies = [dict(row, extra=i) for i, row in enumerate(customers)]
    copies.sort(key=operator.itemgetter("name"), reverse=True)
    assert {**copies[0], "id": 0}["extra"] == 9 and "zip" in copies[3]["address"]
    first, *middle, last = sorted({person.city for person in everyone})
    assert (first, last, len(middle)) == ("Accra", "Quito", 3)
