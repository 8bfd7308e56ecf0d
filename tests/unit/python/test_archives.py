"""Unpacking of archives by format (AR-*)."""

import shutil
import tempfile
import unittest
from pathlib import Path

from _pyodide._archives import unpack


class Unpack(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        source = self.folder / "source"
        source.mkdir()
        (source / "note.txt").write_text("hello")
        self.source = source

    def archive(self, format: str) -> str:
        return shutil.make_archive(str(self.folder / "archive"), format, self.source)

    def test_a_format_is_a_name_or_an_extension(self) -> None:
        cases = {
            "tar": ["tar", ".tar"],
            "gztar": ["gztar", "tar.gz", ".tgz", "tgz"],
            "bztar": ["bztar", "tar.bz2", ".tbz2"],
            "xztar": ["xztar", "tar.xz", "txz"],
            "zip": ["zip", ".zip", "wheel", "whl", ".whl"],
        }
        for made, names in cases.items():
            path = self.archive(made)
            for name in names:
                with self.subTest(name=name):
                    target = self.folder / made / name
                    unpack(path, name, str(target))
                    self.assertEqual((target / "note.txt").read_text(), "hello")

    def test_an_unknown_format_is_named(self) -> None:
        with self.assertRaisesRegex(ValueError, "Unrecognized format rar"):
            unpack(self.archive("zip"), "rar")

    def test_data_of_another_format_is_refused(self) -> None:
        with self.assertRaises(shutil.ReadError):
            unpack(self.archive("zip"), "tar", str(self.folder / "out"))


if __name__ == "__main__":
    unittest.main()
