"""tools/building runs a step again only when what it reads, or its command, has changed."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools" / "testing"))
sys.path.insert(0, str(ROOT / "tools" / "building"))

import stamps  # noqa: E402
import steps  # noqa: E402


class StampsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.input = self.folder / "input"
        self.output = self.folder / "output"
        self.input.write_text("one")
        patches = (
            mock.patch.object(stamps, "STAMPS", self.folder / "stamps"),
            mock.patch.object(steps, "LOGS", self.folder / "logs"),
            mock.patch.object(steps, "CHECKOUT", self.folder),
        )
        for patch in patches:
            patch.start()
            self.addCleanup(patch.stop)

    def build(self, script: str = "cat input >> output", more: tuple[str, ...] = ()) -> bool:
        with contextlib.redirect_stdout(io.StringIO()):
            return stamps.step(
                steps.Run(),
                "a step",
                ["sh", "-c", script],
                inputs=[self.input],
                outputs=[self.output],
                more=more,
            )

    def test_a_step_that_is_up_to_date_is_left_alone(self) -> None:
        self.assertTrue(self.build())
        self.assertTrue(self.build(more=("--again",)))

        self.assertEqual(self.output.read_text(), "one")

    def test_a_changed_input_runs_it_again(self) -> None:
        self.build()
        self.input.write_text("two")
        self.build()

        self.assertEqual(self.output.read_text(), "onetwo")

    def test_a_changed_command_runs_it_again(self) -> None:
        self.build()
        self.build("echo changed > output")

        self.assertEqual(self.output.read_text(), "changed\n")

    def test_a_missing_output_runs_it_again(self) -> None:
        self.build()
        self.output.unlink()
        self.build()

        self.assertEqual(self.output.read_text(), "one")

    def test_a_failed_step_is_not_up_to_date(self) -> None:
        self.assertFalse(self.build("touch output; exit 3"))
        self.assertFalse(self.build("touch output; exit 3"))


if __name__ == "__main__":
    unittest.main()
