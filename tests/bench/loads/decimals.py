"""Bills of telephone calls in decimal arithmetic, as banks round them."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal


def run() -> str:
    cent = Decimal("0.01")
    rates = (Decimal("0.0013"), Decimal("0.00894"))
    basic, distance = Decimal("0.0675"), Decimal("0.0341")
    total = taxes = Decimal(0)
    state = 12345
    for _ in range(1200):
        state = (state * 1103515245 + 12345) % 2**31
        seconds = Decimal(state % 9000)
        kind = state & 1
        price = (seconds * rates[kind]).quantize(cent, ROUND_HALF_EVEN)
        tax = (price * basic).quantize(cent, ROUND_DOWN)
        if kind:
            tax += (price * distance).quantize(cent, ROUND_DOWN)
        taxes += tax
        total += price + tax
    return f"{total} {taxes}"
