"""Reads the `stack` of a JavaScript error, so that a traceback can show its frames (ER-js2py)."""

import re

# "    at f (file:///x.js:1:2)", "    at async file:///x.js:1:2" in V8; "f@file:///x.js:1:2" in other engines.
_V8 = re.compile(
    r"\s+at (?:async )?(?:(?P<function>.*?) \()?(?P<file>.*?):(?P<line>\d+):\d+\)?\s*$"
)
_OTHERS = re.compile(r"(?P<function>[^@\s]*)@(?P<file>.*?):(?P<line>\d+)(?::\d+)?\s*$")

# Where the calls between the languages are made; what is below was called by Python, or called it.
_OUR_FILES = re.compile(r"^wasm:|\.wasm\b|/(?:krait|pyodide|krait\.asm|krait-worker)\.m?js$")

MAX_FRAMES = 50
MAX_LINE = 1000  # characters; programs can write what they like into a stack


def frames_of(stack: str) -> list[tuple[str, str, int]]:
    """Function, file and line of the frames above the border to Python, the outermost first; at most `MAX_FRAMES`."""
    frames: list[tuple[str, str, int]] = []
    for line in stack.splitlines():
        match = (_V8.match(line) or _OTHERS.match(line)) if len(line) <= MAX_LINE else None
        if match is None:
            continue
        if _OUR_FILES.search(match["file"]) or len(frames) == MAX_FRAMES:
            break
        frames.append((match["function"] or "<anonymous>", match["file"], int(match["line"])))
    return frames[::-1]
