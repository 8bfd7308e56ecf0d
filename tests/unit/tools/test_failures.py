"""tools/testing/failures.py finds the failed tests of a log."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools" / "testing"))

import failures  # noqa: E402

LOG = """\
TAP version 13
# Subtest: first
ok 1 - first
  ---
  duration_ms: 1
  ...
# Subtest: second
not ok 2 - second
  ---
  error: 'expected 1'
  ...
# Subtest: suite
    # Subtest: inner
    not ok 1 - inner
      ---
      error: 'no such file'
      ...
    1..1
not ok 3 - suite
  ---
  error: '1 subtest failed'"""


class FailuresTest(unittest.TestCase):
    def test_failed_tests_with_their_details(self) -> None:
        found = list(failures.of_tap(LOG.splitlines()))

        self.assertEqual([block[0].strip() for block in found][0], "not ok 2 - second")
        self.assertEqual(found[0][2:], ["  error: 'expected 1'", "  ..."])
        self.assertEqual(found[1][2].strip(), "error: 'no such file'")
        self.assertEqual(found[2][-1].strip(), "error: '1 subtest failed'")
        self.assertEqual(len(found), 3)

    def test_none_where_nothing_failed(self) -> None:
        self.assertEqual(list(failures.of_tap(["ok 1 - first", "# pass 1"])), [])


if __name__ == "__main__":
    unittest.main()
