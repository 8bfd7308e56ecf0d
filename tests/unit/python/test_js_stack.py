"""JavaScript stacks in tracebacks (`_pyodide._js_stack`)."""

import unittest

from _pyodide._js_stack import MAX_FRAMES, frames_of

V8 = """TypeError: bad: at f (not a frame)
    at inner (file:///page.mjs:3:12)
    at new Shape (https://host:8080/shape.js:10:1)
    at async file:///page.mjs:7:3
    at Array.map (<anonymous>)
    at eval (eval at run (file:///page.mjs:1:1), <anonymous>:2:5)
    at callFunction (file:///dist/krait.mjs:100:1)
    at wasm://wasm/01be4086:wasm-function[12]:0x1
    at below (file:///page.mjs:1:1)"""

OTHERS = """inner@file:///page.mjs:3:12
@https://host:8080/shape.js:10
ask@https://host/krait.mjs:100:1
below@file:///page.mjs:1:1"""


class FramesOf(unittest.TestCase):
    def test_v8_frames_above_the_border_outermost_first(self) -> None:
        self.assertEqual(
            frames_of(V8)[1:],
            [
                ("<anonymous>", "file:///page.mjs", 7),
                ("new Shape", "https://host:8080/shape.js", 10),
                ("inner", "file:///page.mjs", 3),
            ],
        )

    def test_frames_of_other_engines(self) -> None:
        self.assertEqual(
            frames_of(OTHERS),
            [
                ("<anonymous>", "https://host:8080/shape.js", 10),
                ("inner", "file:///page.mjs", 3),
            ],
        )

    def test_no_frames_in_other_texts(self) -> None:
        for text in ("", "Error: x", "at\n@\n:1:2", "\ud800\x00"):
            self.assertEqual(frames_of(text), [])

    def test_endless_recursion_gives_a_bounded_number(self) -> None:
        line = "    at f (file:///x.js:1:1)\n"
        self.assertEqual(len(frames_of(line * 1000)), MAX_FRAMES)

    def test_hostile_texts_take_no_time(self) -> None:
        for part in ("(", " (", ":1", " (:1"):
            self.assertEqual(frames_of("    at " + part * 50_000 + "x"), [])


if __name__ == "__main__":
    unittest.main()
