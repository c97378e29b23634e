#!/usr/bin/env python3
"""Tests logs that the library wrote: both readers must agree on each, by footer and by scanning.

    EPOCHLOG_EXAMPLE_LOGS="a.elog b.elog" EPOCHLOG=build/epochlog python3 test_writer.py

The list is separated by spaces, colons or line ends. Without EPOCHLOG only the Python reader reads.
"""

import os
import pathlib
import re
import unittest

import elog_reader
from compare import command, difference, difference_to_command


def example_logs():
    listed = os.environ.get("EPOCHLOG_EXAMPLE_LOGS", "")
    return [pathlib.Path(path) for path in re.split(r"[\s:]+", listed) if path]


@unittest.skipUnless(example_logs(), "EPOCHLOG_EXAMPLE_LOGS is not set")
class WrittenLogs(unittest.TestCase):
    def test_python_reader_reads_each(self):
        for path in example_logs():
            with self.subTest(str(path)):
                decoding = elog_reader.read(path)
                self.assertNotIn("error", decoding)
                self.assertFalse(decoding["damaged"], decoding["skipped"])
                self.assertEqual((decoding["unknown"], decoding["missing_frames"]), (0, 0))
                self.assertIsNotNone(decoding["run"])

    def test_footer_and_scan_agree(self):
        for path in example_logs():
            with self.subTest(str(path)):
                by_scan = elog_reader.read(path, scanning=True)
                self.assertIsNone(difference(by_scan, elog_reader.read(path)))

    def test_a_footer_tells_all_frames(self):
        for path in example_logs():
            data = path.read_bytes()
            if data[-64:-56] == elog_reader.TRAILER_MAGIC:
                with self.subTest(str(path)):
                    self.assertIsNotNone(elog_reader.by_footer(data, 64, data[40:56]))

    @unittest.skipUnless(command(), "EPOCHLOG is not set")
    def test_command_agrees_with_the_python_reader(self):
        for path in example_logs():
            with self.subTest(str(path)):
                self.assertIsNone(difference_to_command(elog_reader.read(path), path))


if __name__ == "__main__":
    unittest.main()
