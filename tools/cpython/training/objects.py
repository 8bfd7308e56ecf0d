"""Classes as programs write them: slots, properties, operators, descriptors, enumerations, exceptions."""

import abc
import enum
import functools
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def __eq__(self, other):
        return (self.x, self.y, self.z) == (other.x, other.y, other.z)

    def __hash__(self):
        return hash((self.x, self.y, self.z))

    @property
    def length(self):
        return (self.x**2 + self.y**2 + self.z**2) ** 0.5


class Account:
    interest = 0.02
    opened = 0

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []
        Account.opened += 1

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(f"cannot deposit {amount}")
        self.balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount, *, force=False):
        if amount > self.balance and not force:
            raise LookupError(self.owner)
        self.balance -= amount
        self.history.append(("withdraw", amount))

    def year(self):
        self.deposit(self.balance * self.interest or 1)

    @classmethod
    def named(cls, name):
        return cls(name.title())

    @staticmethod
    def fee(amount):
        return 1 if amount < 100 else amount // 100


class Savings(Account):
    interest = 0.05

    def deposit(self, amount):
        super().deposit(amount)
        if len(self.history) > 50:
            del self.history[:25]


class Typed:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.name, 0)

    def __set__(self, instance, value):
        if not isinstance(value, (int, float)):
            raise TypeError(type(value).__name__)
        setattr(instance, self.name, value)


class Shape(abc.ABC):
    width = Typed()
    height = Typed()

    def __init__(self, width, height):
        self.width = width
        self.height = height

    @abc.abstractmethod
    def area(self): ...

    def __lt__(self, other):
        return self.area() < other.area()


class Rectangle(Shape):
    def area(self):
        return self.width * self.height


class Triangle(Shape):
    def area(self):
        return self.width * self.height / 2


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


class Access(enum.IntFlag):
    READ = 1
    WRITE = 2


class Pair(NamedTuple):
    key: str
    value: int


@dataclass(frozen=True, order=True)
class Version:
    major: int
    minor: int = 0
    label: str = ""

    @functools.cached_property
    def text(self):
        return f"{self.major}.{self.minor}{self.label}"


class Tree:
    def __init__(self):
        self.root = None
        self.size = 0

    def insert(self, key):
        self.size += 1
        if self.root is None:
            self.root = [key, None, None]
            return
        node = self.root
        while True:
            side = 1 if key < node[0] else 2
            if node[side] is None:
                node[side] = [key, None, None]
                return
            node = node[side]

    def __contains__(self, key):
        node = self.root
        while node is not None:
            if key == node[0]:
                return True
            node = node[1] if key < node[0] else node[2]
        return False

    def __len__(self):
        return self.size


@contextmanager
def noted(log, what):
    log.append(what)
    try:
        yield log
    finally:
        log.pop()


def area_of(shape):
    match shape:
        case Rectangle(width=w, height=h) if w == h:
            return w * w
        case Rectangle() | Triangle():
            return shape.area()
        case {"sides": [a, b, *_]}:
            return a * b
        case (a, b):
            return a * b
        case str(name):
            return len(name)
        case None:
            return 0


def vectors():
    position, speed = Vector(0.0, 0.0, 0.0), Vector(1.0, 0.5, 0.25)
    seen = {}
    for step in range(1500):
        position = position + speed * 0.1
        speed = speed - position * 0.01
        seen[Vector(step % 7, step % 3, 0)] = position.length
    return len(seen)


def accounts():
    everyone = [Account("a"), Savings("b"), Account.named("carl"), Savings("d", 100)]
    refused = 0
    for i in range(900):
        account = everyone[i % 4]
        try:
            account.deposit(i % 90)
            account.withdraw(i % 130 + Account.fee(i))
        except LookupError:
            refused += 1
            account.withdraw(1, force=True)
        except ValueError as error:
            refused += bool(str(error))
        if i % 60 == 0:
            account.year()
    return refused


def shapes():
    every = [
        Rectangle(i % 9 + 1, i % 5 + 1) if i % 2 else Triangle(i % 4 + 1, i) for i in range(300)
    ]
    ranked = sorted(every)
    others = [{"sides": [1, 2, 3]}, (3, 4), "name", None]
    total = sum(area_of(shape) for shape in ranked + others)
    colours = [Colour((i % 3) + 1) for i in range(200)]
    names = {colour.name: colours.count(colour) for colour in Colour}
    access = Access.READ
    for i in range(60):
        access = access | Access.WRITE if i % 2 else access & ~Access.WRITE
    return total + names["RED"] + bool(access & Access.READ)


def versions():
    every = [Version(i % 5, i % 11, "rc" if i % 3 == 0 else "") for i in range(250)]
    newest = max(every)
    texts = {version.text for version in every}
    pairs = [Pair(text, len(text)) for text in texts]
    return len({p.key: p._replace(value=p.value + 1) for p in pairs}), replace(newest, minor=3)


def trees():
    tree = Tree()
    for i in range(1200):
        tree.insert((i * 7919) % 1201)
    return sum(1 for key in range(0, 1300, 3) if key in tree), len(tree)


def attempts():
    log, count = [], 0
    for i in range(500):
        with noted(log, i):
            try:
                if i % 4 == 0:
                    raise KeyError(i)
                value = [1, 2, 3][i % 5]
                count += value
            except (KeyError, IndexError) as error:
                count += isinstance(error, LookupError)
            else:
                count += hasattr(log, "append")
            finally:
                count += 1
    return count


for _ in range(8):
    assert vectors() == 21
    assert accounts() > 10
    assert shapes() > 1000
    assert versions()[1].minor == 3
    assert trees()[1] == 1200
    assert attempts() > 500
