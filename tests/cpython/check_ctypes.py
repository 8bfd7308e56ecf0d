"""ctypes through libffi: calls, callbacks, structs, and variadic arguments of mixed sizes.

Runs inside the wasm interpreter: tests/cpython/run.py tests/cpython/check_ctypes.py
"""

import ctypes
import sys

snprintf = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p)(
    sys.snprintf_address
)


def formatted(pattern: bytes, *arguments: object) -> bytes:
    buffer = ctypes.create_string_buffer(200)
    length = snprintf(buffer, len(buffer), pattern, *arguments)
    assert length == len(buffer.value), (length, buffer.value)
    return buffer.value


def check_variadic_arguments_keep_their_order_and_padding() -> None:
    double, longlong, text = ctypes.c_double, ctypes.c_longlong, ctypes.c_char_p
    assert formatted(b"plain") == b"plain"
    assert formatted(b"%d %d", 1, 2) == b"1 2"
    assert formatted(b"%.2f %s", double(1.25), text(b"after")) == b"1.25 after"
    assert formatted(b"%d %.1f %d %s", 1, double(2.5), 3, text(b"x")) == b"1 2.5 3 x"
    assert formatted(b"%lld %d %lld", longlong(1 << 40), 7, longlong(-1)) == b"1099511627776 7 -1"


def check_callbacks() -> None:
    prototype = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, ctypes.c_longlong, ctypes.c_float)
    callback = prototype(lambda small, large, real: small + large + real)
    assert callback(1, 1 << 40, 0.5) == (1 << 40) + 1.5


def check_structs_by_value() -> None:
    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]

    callback = ctypes.CFUNCTYPE(ctypes.c_double, Point)(lambda point: point.x * point.y)
    assert callback(Point(3, 0.5)) == 1.5


def check_many_closures_are_freed() -> None:
    prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
    for number in range(3000):
        assert prototype(lambda value: value + number)(1) == number + 1


if __name__ == "__main__":
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check()
            print(name)
