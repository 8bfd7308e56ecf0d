"""Standard output whose flush reaches the handler (ST-batched.3, ST-out.layer)."""

import errno
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

from _pyodide import _standard_streams
from _pyodide._standard_streams import OutputStream


class Output(unittest.TestCase):
    def setUp(self) -> None:
        self.file = tempfile.TemporaryFile()
        self.addCleanup(self.file.close)

    def stream(self) -> OutputStream:
        raw = io.FileIO(os.dup(self.file.fileno()), "wb")
        stream = OutputStream(io.BufferedWriter(raw), encoding="utf-8", line_buffering=True)
        self.addCleanup(stream.close)
        return stream

    def test_a_flush_syncs_and_a_line_does_not(self) -> None:
        stream = self.stream()
        with mock.patch("os.fsync") as fsync:
            print("a line", file=stream)
            fsync.assert_not_called()
            print("a part", end="", file=stream, flush=True)
            fsync.assert_called_once_with(stream.fileno())

    def test_what_has_nothing_to_sync_is_no_failure(self) -> None:
        stream = self.stream()
        with mock.patch("os.fsync", side_effect=OSError(errno.EINVAL, "no sync")):
            stream.flush()
        with mock.patch("os.fsync", side_effect=OSError(errno.EIO, "handler")):
            with self.assertRaises(OSError):
                stream.flush()

    def test_set_up_replaces_plain_streams_once(self) -> None:
        raw = io.FileIO(self.file.fileno(), "wb", closefd=False)
        plain = io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8")
        with mock.patch.multiple(sys, stdout=plain, stderr=io.StringIO(), __stdout__=plain):
            _standard_streams.set_up()
            first = sys.stdout
            _standard_streams.set_up()

            self.assertIs(sys.stdout, first)
            self.assertIs(sys.__stdout__, first)
            self.assertIsInstance(first, OutputStream)
            self.assertEqual(first.errors, "surrogateescape")
            self.assertTrue(first.line_buffering)


if __name__ == "__main__":
    unittest.main()
