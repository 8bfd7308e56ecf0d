"""Raises and catches."""

from collections.abc import Callable

from pyodide.ffi import JsException

STATIONS = {"Seattle": "SEA"}


def parse_temperature(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"no temperature: {text!r}") from error


def describe_failure(call: Callable[[], object]) -> str:
    """What a JavaScript function throws, in words."""
    try:
        call()
    except JsException as error:
        return f"{error.name}: {error.message}"
    return "nothing"


def find_station(name: str) -> str:
    return STATIONS[name]


def station_of(name: str, find: Callable[[str], str]) -> str:
    """What `find` answers, or what to say when its look-up fails."""
    try:
        return find(name)
    except KeyError as error:
        return f"KeyError: no station {error}"
