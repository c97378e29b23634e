"""Power cuts on a real ext4, replayed at every write.

    replay.py SEEDS CAPTURE LOG CHECK FOLDER

Each workload runs on an ext4 whose block device is a file of the FUSE file system
CAPTURE (fuse/capture.c), which writes down all writes and flushes in order, and in
between them what the workload had been promised at that moment.  Then, for each of
SEEDS places, the disk is made as a power cut there leaves it: what was written before
the last flush is there; of what came after it, any sectors may be.  Such a disk is
mounted, which replays ext4's journal, and the runs on it are read.

The free blocks of the disk are full of deleted runs with other values, so that what a
cut leaves unwritten looks like a log, but of another time.
"""

import os
import random
import signal
import struct
import subprocess
import sys
import time

DISK_SIZE = 64 << 20
SECTOR = 512
PAGE = 4096
HEAD = struct.Struct("<cQI")
MOUNT_FAILURES_ALLOWED = 0.05

ALWAYS = "sync=always ack=call mark=MARK "
INTERVAL = "sync=interval interval_ms=20 ack=age age_ms=1000 mark=MARK "
# So that the loop lives long enough to see intervals pass.
SLOWLY = "burst=10 pause_us=700 count=30000 "

# name: (mount options, arguments).  With data=writeback a file may have its new length
# before its bytes: what is behind the last sync is then what the blocks held before.
WORKLOADS = {
    "create": ("", ALWAYS + "count=12 per_run=1"),
    "create, writeback": ("data=writeback", ALWAYS + "count=12 per_run=1"),
    "complete": ("", ALWAYS + "count=90 per_run=30"),
    "always": ("", ALWAYS + "count=400"),
    "always, ring reused": ("", ALWAYS + "count=3000 ring_kib=16"),
    "always, ring reused, writeback": ("data=writeback", ALWAYS + "count=3000 ring_kib=16"),
    "always, without a thread": ("", ALWAYS + "count=2000 ring_kib=16 no_thread=1"),
    "always, written": ("", ALWAYS + "count=600 ring_kib=16 live=written"),
    "interval": ("", INTERVAL + SLOWLY),
    "interval, ring reused": ("", INTERVAL + SLOWLY + "ring_kib=16"),
    "interval, ring reused, writeback": ("data=writeback", INTERVAL + SLOWLY + "ring_kib=16"),
    "interval, written": ("", INTERVAL + SLOWLY + "live=written ring_kib=64"),
    "none, synced by hand": ("", "sync=none ack=sync every=50 mark=MARK count=6000 ring_kib=64"),
    "none, synced by hand, writeback": ("data=writeback", "sync=none ack=sync every=50 mark=MARK"
                                        " count=6000 ring_kib=16"),
}


def say(text):
    print("replay: " + text, file=sys.stderr)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def join(*options):
    return ",".join(option for option in options if option)


def unmount(path):
    """Something may still look at a file system that was just mounted."""
    for _ in range(50):
        if subprocess.run(["umount", path], stderr=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.1)
    run("umount", path)


class Fields(dict):
    """A line of KEY=VALUE of the two programs."""

    def __init__(self, text):
        line = (text.strip().splitlines() or [""])[-1]
        super().__init__(pair.split("=", 1) for pair in line.split(" ") if "=" in pair)

    def number(self, key):
        return int(self.get(key, 0))


# ---- what is recorded


def use_blocks(tools, disk):
    """Earlier trainings, deleted: nearly every free block has been part of one.  The
    second may fill the disk."""
    for salt in (1, 2):
        subprocess.run([tools.log, "root=%s/before-%d" % (disk, salt), "salt=%d" % salt, "end=0",
                        "count=400000", "ring_kib=8192"], stdout=subprocess.DEVNULL)
    run("sync", "-f", disk)
    run("rm", "-rf", disk + "/before-1", disk + "/before-2")
    run("sync", "-f", disk)


def record(tools, folder, options, arguments):
    """The events of one workload, as bytes of the capture file."""
    capture, below, disk = (os.path.join(folder, name) for name in ("capture", "below", "disk"))
    os.makedirs(below, exist_ok=True)
    os.makedirs(disk, exist_ok=True)
    server = subprocess.Popen([tools.capture, capture, below])
    try:
        while not os.path.exists(below + "/disk"):
            if server.poll() is not None:
                raise RuntimeError("the FUSE file system does not start")
            time.sleep(0.01)
        run("mkfs.ext4", "-q", "-F", "-E", "nodiscard", below + "/disk")
        run("mount", "-o", join("loop", options), below + "/disk", disk)
        try:
            use_blocks(tools, disk)
            words = arguments.replace("MARK", below + "/mark").split()
            subprocess.run([tools.log, "root=" + disk + "/outputs"] + words, check=True, timeout=300,
                           stdout=subprocess.DEVNULL)
        finally:
            unmount(disk)
    finally:
        subprocess.run(["umount", below])
        server.wait(timeout=60)
    with open(capture, "rb") as stream:
        return stream.read()


def parse(capture):
    """[(type, offset, length, place of the bytes)]"""
    events, at = [], 0
    while at < len(capture):
        kind, offset, length = HEAD.unpack_from(capture, at)
        at += HEAD.size
        events.append((kind, offset, length, at))
        if kind in b"WM":
            at += length
    return events


# ---- what a power cut leaves


class Disk:
    def __init__(self, capture):
        self.capture = capture
        self.bytes = bytearray(DISK_SIZE)

    def apply(self, event):
        kind, offset, length, at = event
        if kind == b"W":
            self.bytes[offset:offset + length] = self.capture[at:at + length]
        elif kind == b"Z":
            self.bytes[offset:offset + length] = bytes(length)

    def torn(self, events, chance):
        """A copy to which a random part of the writes was applied."""
        copy = bytearray(self.bytes)
        unit = chance.choice([SECTOR, SECTOR, PAGE])
        share = chance.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        for kind, offset, length, at in events:
            if kind not in b"WZ":
                continue
            for piece, size in pieces(offset, length, unit):
                if chance.random() < share:
                    start = at + piece - offset
                    copy[piece:piece + size] = (
                        self.capture[start:start + size] if kind == b"W" else bytes(size))
        return copy


def pieces(offset, length, unit):
    """Its sectors.  The superblock, two of them, is written as one: ext4 has no copy
    of it in the journal's checksums, and disks of today write 4 KiB at once."""
    end = offset + length
    while offset < end:
        stop = min(end, (offset // unit + 1) * unit)
        if 1024 <= offset < 2048:
            stop = min(end, max(stop, 2048))
        yield offset, stop - offset
        offset = stop


def choose_cuts(events, seeds, chance):
    """Places before which the power is cut, all after the first mark.  Half of them
    right after a mark, where most was promised and least has been written."""
    marks = [i for i, event in enumerate(events) if event[0] == b"M"]
    if not marks:
        raise RuntimeError("nothing was acknowledged")
    cuts = []
    for seed in range(seeds):
        if seed % 2 == 0:
            cuts.append(chance.choice(marks) + 1)
        else:
            cuts.append(chance.randrange(marks[0] + 1, len(events) + 1))
    return sorted(cuts)


def states(capture, seeds, chance):
    """(image, cut, acknowledged calls, completed runs) for each place."""
    events = parse(capture)
    disk, applied, promised = Disk(capture), 0, b"0 0"
    flushed, marked = 0, 0
    for cut in choose_cuts(events, seeds, chance):
        for i in range(flushed, cut):
            if events[i][0] == b"F":
                flushed = i
        for i in range(marked, cut):
            if events[i][0] == b"M":
                promised = capture[events[i][3]:events[i][3] + events[i][2]]
        marked = cut
        for event in events[applied:flushed]:
            disk.apply(event)
        applied = max(applied, flushed)
        calls, runs = promised.split()[:2]
        yield disk.torn(events[flushed:cut], chance), cut, int(calls), int(runs)


# ---- what is read


def complaint(tools, mounted, calls, runs):
    """None, or what is wrong with a disk after the cut."""
    checked = subprocess.run([tools.check, mounted + "/outputs"], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, timeout=60, text=True)
    found = Fields(checked.stdout)
    if checked.returncode < 0:
        return "the reader died of signal %d" % -checked.returncode
    # A folder whose log was not promised yet may hold nothing readable.
    bad = [key for key in ("wrong", "twice", "torn") if found.number(key)]
    if bad:
        return "%s: %s" % (", ".join(bad), checked.stdout.strip())
    if found.number("first") < calls:
        return "%d calls acknowledged, %d found: %s%s" % (
            calls, found.number("first"), checked.stdout, checked.stderr)
    if found.number("completed") < runs:
        return "%d runs completed, %d found: %s" % (runs, found.number("completed"),
                                                    checked.stdout)
    return None


class Tally:
    def __init__(self):
        self.cuts = self.violations = self.unmountable = self.promised = 0


def replay(tools, folder, name, seeds, tally):
    chance = random.Random(name)
    options, arguments = WORKLOADS[name]
    capture = record(tools, folder, options, arguments)
    image, mounted = os.path.join(folder, "image"), os.path.join(folder, "mounted")
    os.makedirs(mounted, exist_ok=True)
    for disk, cut, calls, runs in states(capture, seeds, chance):
        with open(image, "wb") as stream:
            stream.write(disk)
        tally.cuts += 1
        if subprocess.run(["mount", "-o", join("loop", options), image, mounted],
                          stderr=subprocess.DEVNULL).returncode != 0:
            tally.unmountable += 1
            continue
        try:
            what = complaint(tools, mounted, calls, runs)
        finally:
            unmount(mounted)
        tally.promised += calls
        if what:
            tally.violations += 1
            say("%s, cut before event %d: %s" % (name, cut, what))
            keep(tools, image, name, cut)


def keep(tools, image, name, cut):
    """The first broken disk is worth looking at."""
    if os.environ.get("REPLAY_KEEP"):
        os.makedirs(os.environ["REPLAY_KEEP"], exist_ok=True)
        run("cp", "--sparse=always", image,
            "%s/%s-%d" % (os.environ["REPLAY_KEEP"], name.replace(" ", "-"), cut))


class Tools:
    def __init__(self, capture, log, check):
        self.capture, self.log, self.check = capture, log, check


def main():
    seeds, folder = int(sys.argv[1]), sys.argv[5]
    tools = Tools(*sys.argv[2:5])
    tally = Tally()
    only = os.environ.get("REPLAY_ONLY")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for name in WORKLOADS:
        if only and only != name:
            continue
        try:
            replay(tools, folder, name, seeds, tally)
        except subprocess.CalledProcessError as error:
            tally.violations += 1
            say("%s: %s" % (name, error))
    if tally.violations:
        print("replay: %d of %d power cuts on ext4 left less than was acknowledged"
              % (tally.violations, tally.cuts))
    else:
        print("replay: %d power cuts on ext4, none of %d acknowledged calls lost%s"
              % (tally.cuts, tally.promised, unmountable(tally)))
    sys.exit(tally.violations != 0 or tally.unmountable > MOUNT_FAILURES_ALLOWED * tally.cuts)


def unmountable(tally):
    return ", %d disks not mountable" % tally.unmountable if tally.unmountable else ""


main()
