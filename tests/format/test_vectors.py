#!/usr/bin/env python3
"""Tests the format's vectors: the readers decode them, the maker makes them, and
damage costs what it must and no more.

    python3 test_vectors.py                  the Python reader and the maker
    EPOCHLOG=build/epochlog python3 ...      the command, too
"""

import concurrent.futures
import functools
import io
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import unittest

import elog_frames
import elog_live
import elog_maker
import elog_reader
import make_vectors
from compare import command, difference, difference_to_command, parse
from vector_parts import ALL, LOSS, flipped, started_log

HERE = pathlib.Path(__file__).resolve().parent
SPECIFICATION = HERE.parents[1] / "format-spec" / "FORMAT.md"
VECTORS = make_vectors.VECTORS


# Thousands of files here differ in one byte: the checksums of the other frames are the same.
for module in (elog_reader, elog_frames, elog_live):
    module.crc32c = functools.lru_cache(maxsize=4096)(module.crc32c)


def vectors():
    return sorted(VECTORS.glob("*/*.elog"))


def wanted(path):
    return parse(path.with_suffix(".json").read_text())


def decode(data, live=None, scanning=False):
    """The Python reader's decoding of bytes; checks that every byte is accounted for."""
    try:
        held = elog_live.read(io.BytesIO(live)) if live is not None else None
        log = elog_reader.load(data, held, scanning)
    except elog_reader.Refused as refused:
        return {"error": refused.kind}
    counted = 0 if log.skipped and log.skipped[0][0] == 0 else log.start
    counted += sum(frame.end - frame.offset for frame in log.frames)
    counted += sum(end - start for start, end, _ in log.skipped)
    assert counted == len(data), "%d bytes accounted for of %d" % (counted, len(data))
    return log.decoding()


class Vectors(unittest.TestCase):
    def test_python_reader_decodes_each_vector_both_ways(self):
        for path in vectors():
            for options in ([], ["--scan"]):
                with self.subTest(path.stem, options=options):
                    got = elog_reader.read(path, bool(options))
                    self.assertIsNone(difference(wanted(path), got))

    def test_every_byte_is_accounted_for(self):
        for path in vectors():
            for scanning in (False, True):
                with self.subTest(path.stem, scanning=scanning):
                    decode(path.read_bytes(), None, scanning)

    def test_maker_makes_the_same_bytes(self):
        made = make_vectors.files()
        there = {str(p.relative_to(VECTORS)): p for p in VECTORS.rglob("*") if p.is_file()}
        self.assertEqual(sorted(made), sorted(there), "run make_vectors.py")
        for name, path in there.items():
            with self.subTest(name):
                self.assertTrue(made[name] == path.read_bytes(), "run make_vectors.py")

    def test_finished_logs_are_read_by_the_footer(self):
        for name in ("scalars-finished", "empty-finished", "index-chain", "deflated", "many-rows"):
            data = (VECTORS / "good" / (name + ".elog")).read_bytes()
            with self.subTest(name):
                self.assertIsNotNone(elog_reader.by_footer(data, 64, data[40:56]))
        data = (VECTORS / "future" / "longer-headers.elog").read_bytes()
        self.assertIsNotNone(elog_reader.by_footer(data, 128, data[40:56]))

    @unittest.skipUnless(command(), "EPOCHLOG is not set")
    def test_command_decodes_each_vector(self):
        for path in vectors():
            with self.subTest(path.stem):
                self.assertIsNone(difference_to_command(wanted(path), path))


class CommandLine(unittest.TestCase):
    def run_reader(self, *arguments):
        return subprocess.run([sys.executable, str(HERE / "elog_reader.py"), *map(str, arguments)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def test_a_log_gives_its_decoding(self):
        path = VECTORS / "good" / "scalars-finished.elog"
        done = self.run_reader(path, "--scan")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIsNone(difference(wanted(path), parse(done.stdout)))

    def test_a_refused_file_gives_one_line_and_exit_status_1(self):
        for path in (VECTORS / "future" / "major-2.elog", VECTORS / "no such file.elog", VECTORS):
            done = self.run_reader(path)
            self.assertEqual(done.returncode, 1)
            self.assertEqual(done.stdout.count(b"\n"), 1)
            self.assertIn("error", parse(done.stdout))


# -- damage --------------------------------------------------------------------------------------


def after_a_cut(log, length):
    """The decoding of the first bytes of a log, told by where its frames stand."""
    if length < 64:
        return {"error": "empty"}
    lost = [frame for frame in log.frames if frame.end > length]
    start = lost[0].offset if lost else length
    skipped = [(start, length, "cut")] if start < length else []
    return elog_maker.expected(log.tells(without=lost), skipped=skipped)


def after_a_flip(log, at):
    """The decoding of a log with a byte flipped, told by what stands there."""
    if at < 8:
        return {"error": "not a log"}
    if at < 64:
        skipped = [(0, 64, "gap")] if at < 60 else []
        return elog_maker.expected(log.tells(), damaged=bool(skipped), skipped=skipped)
    frame = next(frame for frame in log.frames if at < frame.end)
    if at >= frame.payload_end:
        return elog_maker.expected(log.tells())
    why, missing = "payload", 0
    if at < frame.body:
        last = frame is log.frames[-1]
        why, missing = ("torn", 0) if last else ("gap", 1)
    return elog_maker.expected(log.tells(without=[frame]), damaged=True, missing=missing,
                               skipped=[(frame.offset, frame.end, why)])


def victims():
    """Vectors whose every byte is hit: (name, vector)."""
    of = {name: maker for folder, name, _, maker in ALL if folder == "good"}
    return [(name, of[name]()) for name in ("scalars-finished", "unfinished", "text-series")]


class Damage(unittest.TestCase):
    def assert_decodes(self, want, data, live=None, where=()):
        for scanning in (False, True):
            try:
                found = difference(want, decode(data, live, scanning))
            except Exception as error:  # pylint: disable=broad-except
                found = repr(error)
            if found:
                self.fail("%s, scanning %s: %s" % (where, scanning, found))

    def test_every_truncation_costs_only_the_frames_behind_it(self):
        for name, vector in victims():
            for length in range(1, len(vector.data) + 1):
                want = after_a_cut(vector.log, length)
                self.assert_decodes(want, vector.data[:length], None, (name, "cut to", length))

    def test_every_flip_costs_only_its_frame(self):
        for name, vector in victims():
            for at in range(len(vector.data)):
                want = after_a_flip(vector.log, at)
                for mask in (0xFF, 0x01):
                    data = flipped(vector.data, at, mask)
                    self.assert_decodes(want, data, None, (name, "flip at", at, mask))

    def test_a_flip_in_a_live_file_ends_its_segment(self):
        log = started_log()
        a = elog_maker.Segment(1, 0, [elog_maker.live_rec(LOSS.record())] + [
            elog_maker.live_scalar(1, i, i, 0.5 * i) for i in range(4)])
        b = elog_maker.Segment(2, 5, [elog_maker.live_row(5, 0, [(1, 1.0), (2, 2.0)])] * 3)
        live = elog_maker.live_file([a, b])
        places = [*range(600), *range(4096, 4096 + 400), *range(8192, 8192 + 400)]
        for at in places:
            tells = log.tells() + self.live_tells(a, 4096, at) + self.live_tells(b, 8192, at)
            if at < 52:
                tells = log.tells()
            want = elog_maker.expected(tells)
            self.assert_decodes(want, log.bytes(), flipped(live, at), ("flip at", at))

    @staticmethod
    def live_tells(segment, offset, hit):
        if offset <= hit < offset + 36:
            return []
        tells, at = [], offset + 64
        for kind, payload, told in segment.items:
            end = at + len(elog_maker.live_record(segment.generation, kind, payload))
            if at <= hit < end:
                break
            tells, at = tells + told, end
        return tells

    def test_every_truncation_of_a_live_file_leaves_the_records_before_it(self):
        vector = next(maker() for f, n, _, maker in ALL if n == "behind-the-blocks")
        for length in [*range(0, 4400, 7), *range(8000, 8192)]:
            decode(vector.data, vector.live[:length])


@unittest.skipUnless(command(), "EPOCHLOG is not set")
class Agreement(unittest.TestCase):
    """Damage whose decoding nobody has written down: both readers say the same of it."""

    NAMES = ("good/scalars-finished", "good/text-series", "good/deflated", "live/behind-the-blocks",
             "good/batches")
    MOST = 1500  # files, of all vectors together

    def test_both_readers_say_the_same_of_flips_and_truncations(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in self.NAMES:
                path = VECTORS / (name + ".elog")
                data = path.read_bytes()
                damaged = list(self.damaged(data))
                step = -(-len(damaged) * len(self.NAMES) // self.MOST)
                files = self.written(folder, path, damaged[::step])
                with concurrent.futures.ThreadPoolExecutor(2) as pool:
                    list(pool.map(self.assert_agree, *zip(*files)))

    @staticmethod
    def damaged(data):
        """What was done, and the bytes after it."""
        for at in range(0, len(data), 7):
            for mask in (0xFF, 0x01):
                yield "flip at %d by %d" % (at, mask), flipped(data, at, mask)
        for length in range(0, len(data), 11):
            yield "cut to %d" % length, data[:length]
        for frame in elog_frames.scan(data, 64, data[40:56])[0]:
            if frame.type <= elog_frames.RECORDS and not frame.flags & 1:
                for at in range(frame.body, frame.body + frame.stored_len, 7):
                    yield "flip at %d, checksums made good" % at, resealed(flipped(data, at), frame)

    @staticmethod
    def written(folder, path, damaged):
        """Writes the files, each with the vector's live file, if there is one, beside it."""
        files = []
        for i, (done, data) in enumerate(damaged):
            file = pathlib.Path(folder) / ("%s-%d.elog" % (path.stem, i))
            file.write_bytes(data)
            if path.with_suffix(".live").exists():
                file.with_suffix(".live").symlink_to(path.with_suffix(".live"))
            files.append((path.stem + ", " + done, file))
        return files

    def assert_agree(self, done, file):
        self.assertIsNone(difference_to_command(elog_reader.read(file), file), done)


class Nonsense(unittest.TestCase):
    """Contents that contradict themselves under good checksums: nothing may raise."""

    MASKS = (0xFF, 0x01)

    def test_flips_under_good_checksums_never_raise(self):
        for path in vectors():
            if path.parent.name == "good":
                data = path.read_bytes()
                for frame in elog_reader.scan(data, 64, data[40:56])[0]:
                    self.flip_all(path.stem, frame)

    def flip_all(self, name, frame):
        kind, payload = frame.type, frame.payload()
        if payload is None or len(payload) > 1500:
            return
        for at in range(len(payload)):
            for mask in self.MASKS:
                log = elog_reader.Log()
                try:
                    log.attempt(log.add_frame, kind, flipped(payload, at, mask))
                    log.decoding()
                except Exception as error:  # pylint: disable=broad-except
                    self.fail("%s, type %d, flip at %d of the payload: %r" % (name, kind, at, error))

    def test_every_truncated_payload_never_raises(self):
        for path in vectors():
            data = path.read_bytes()
            for frame in elog_reader.scan(data, 64, data[40:56])[0]:
                payload = frame.payload() or b""
                for length in range(0, min(len(payload), 1500), 3):
                    log = elog_reader.Log()
                    log.attempt(log.add_frame, frame.type, payload[:length])
                    log.decoding()

    def test_flips_in_footer_and_index_under_good_checksums_change_nothing(self):
        path = VECTORS / "good" / "index-chain.elog"
        data, want = path.read_bytes(), wanted(path)
        for frame in elog_reader.scan(data, 64, data[40:56])[0]:
            if frame.type not in (elog_frames.INDEX, elog_frames.FOOTER) or frame.flags & 1:
                continue
            for at in range(frame.body, frame.body + frame.stored_len):
                hit = resealed(flipped(data, at), frame)
                found = difference(want, decode(hit))
                self.assertIsNone(found, "flip at %d" % at)


def resealed(data, frame):
    """The bytes with the checksums of a frame, and of a trailer, made good again."""
    data = bytearray(data)
    body, end = frame.body, frame.body + frame.stored_len
    if frame.type == elog_reader.FOOTER:
        struct.pack_into("<I", data, end - 8, elog_reader.crc32c(bytes(data[end - 64 : end - 8])))
    struct.pack_into("<I", data, frame.offset + 32, elog_reader.crc32c(bytes(data[body:end])))
    head = bytes(data[40:56]) + data[frame.offset : frame.offset + 36] + data[frame.offset + 40 : body]
    struct.pack_into("<I", data, frame.offset + 36, elog_reader.crc32c(head))
    return bytes(data)


# -- the specification ---------------------------------------------------------------------------


def worked_example():
    """The bytes of the hexdump and the JSON of section 14."""
    section = SPECIFICATION.read_text().split("\n## 14 ")[1]
    data = bytearray()
    for match in re.finditer(r"^([0-9a-f]{8})  ((?:[0-9a-f]{2} +){1,16}) *\|", section, re.MULTILINE):
        assert int(match.group(1), 16) == len(data), "offset %s of the hexdump" % match.group(1)
        data += bytes.fromhex(match.group(2))
    return bytes(data), parse(section.split("```json\n")[1].split("```")[0]), section


class Specification(unittest.TestCase):
    def test_worked_example_decodes_as_it_says(self):
        data, want, _ = worked_example()
        self.assertGreater(len(data), 64)
        self.assertIsNone(difference(want, decode(data)))
        self.assertTrue(data == (VECTORS / "good" / "worked-example.elog").read_bytes())

    def test_worked_example_explains_every_byte(self):
        data, _, section = worked_example()
        explained = bytearray()
        for match in re.finditer(r"^\| (\d+) \| `([0-9A-F ]+)` \|", section, re.MULTILINE):
            self.assertEqual(int(match.group(1)), len(explained), match.group(0))
            explained += bytes.fromhex(match.group(2))
        self.assertTrue(bytes(explained) == data, "first difference at %s" % next(
            (i for i, (a, b) in enumerate(zip(explained, data)) if a != b), len(explained)))

    @unittest.skipUnless(command(), "EPOCHLOG is not set")
    def test_command_decodes_the_worked_example(self):
        data, want, _ = worked_example()
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "example.elog"
            path.write_bytes(data)
            self.assertIsNone(difference_to_command(want, path))

    def test_checksum_values_of_section_2(self):
        for crc32c in (elog_reader.crc32c, elog_maker.crc32c):
            self.assertEqual(crc32c(b"123456789"), 0xE3069283)
            self.assertEqual(crc32c(bytes(32)), 0x8A9136AA)


if __name__ == "__main__":
    unittest.main()
