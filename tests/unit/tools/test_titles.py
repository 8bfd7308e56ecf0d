"""tools/testing/titles.py finds which rules the titles of tests name."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools" / "testing"))

from titles import rules_in  # noqa: E402


class TitlesTest(unittest.TestCase):
    def check(self, name: str, source: str, rules: set[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_text(source)
            self.assertEqual(rules_in(path), rules)

    def test_calls_of_test(self) -> None:
        source = """
            test("JS-opt-args, PX-get.2: both", async () => {});
              test(
                `TC-py.str: ${code}`, () => {});
            test('FS-PATH', () => {});
        """
        self.check("a.test.ts", source, {"JS-opt-args", "PX-get.2", "TC-py.str", "FS-PATH"})

    def test_rules_elsewhere_do_not_count(self) -> None:
        source = """
            // PX-get: a comment
            test("bad input, PX-get: the title begins otherwise", () => {});
            test("PX-get is no title", () => {});
            test(`${id}: PX-get`, () => {});
        """
        self.check("a.test.ts", source, set())

    def test_docstrings_of_unittest(self) -> None:
        source = '''
"""PY-module: that of the file is no title."""
class Some:
    """PY-one, PY-two: a class."""
    def test_it(self):
        """PY-three."""
    def test_other(self):
        """Says PY-four somewhere."""
'''
        self.check("test_a.py", source, {"PY-one", "PY-two", "PY-three"})


if __name__ == "__main__":
    unittest.main()
