"""tools/testing/counts.py reads the closing lines of each runner."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools" / "testing"))

import counts  # noqa: E402


class CountsTest(unittest.TestCase):
    def check(self, output: str, passed: int, failed: int, skipped: int) -> None:
        self.assertEqual(counts.read(output), counts.Counts(passed, failed, skipped))

    def test_node_in_both_reporters(self) -> None:
        self.check("# tests 7\n# pass 4\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n", 4, 2, 1)
        self.check("ℹ pass 3\nℹ fail 0\n", 3, 0, 0)

    def test_node_excepted_apart_from_skipped(self) -> None:
        spec = (
            "﹣ PB-data: shared (0.1ms) # excepted: memory is not shared\n﹣ other (0.1ms) # SKIP\n"
        )
        tap = "ok 3 - PB-data: shared # SKIP excepted: memory is not shared\n"

        for output in (spec, tap):
            found = counts.read(output + "# pass 1\n# skipped 2\n")
            self.assertEqual(found, counts.Counts(1, 0, 1, 1))
            self.assertEqual(str(found), "1 passed, 0 failed, 1 skipped, 1 excepted")

    def test_doctest_with_colours(self) -> None:
        line = "[doctest] test cases:  12 | \x1b[0;32m 11 passed\x1b[0m | 1 failed | 2 skipped\n"
        self.check(line, 11, 1, 2)

    def test_unittest(self) -> None:
        self.check("Ran 5 tests in 0.001s\n\nOK\n", 5, 0, 0)
        self.check("Ran 6 tests in 1.2s\n\nFAILED (failures=1, errors=2, skipped=1)\n", 2, 3, 1)

    def test_runners_add_up(self) -> None:
        self.check("Ran 1 test in 0.1s\n\nOK\n# pass 2\n3 passed, 0 failed, 1 skipped\n", 6, 0, 1)

    def test_no_runner_counts_nothing(self) -> None:
        self.check("everything is fine\n", 0, 0, 0)
        self.assertEqual(counts.read("everything is fine\n").executed, 0)


if __name__ == "__main__":
    unittest.main()
