"""Every system call of a logging program failing in turn.

    syscalls.py short|long STRACE-TARGET CHECK FOLDER

The program (filesystem_log.c, linked to the library as it is shipped) waits before it
starts to log.  strace is attached, the program goes on, and its Nth call of a set, in
each of its threads, fails with an errno or is interrupted by SIGKILL; for N = 1, 2, ...
until a run ends in which nothing was injected.  What has to hold afterwards:

- the program ended by itself, was not hung, and told a failure or lost nothing;
- everything it acknowledged before it told a failure is there;
- everything there was logged, once and as it was.
"""

import concurrent.futures
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

HANGS_AFTER_S = 30
INJECTED_MAX = 400
COUNT = 90

# What the program has told of itself: struct state of filesystem_log.c.
STATE = struct.Struct("<10Q480s")
STATE_NAMES = ("made", "acknowledged", "completed", "refused", "unstarted", "status",
               "sys_errno", "longest_us", "ready", "go")
READY_AT, GO_AT = 8 * 8, 9 * 8

SCENARIOS = {
    "always": "sync=always ack=call ring_kib=16 count=%d" % COUNT,
    "always, without a thread": "sync=always ack=call ring_kib=16 no_thread=1 count=%d" % COUNT,
    "interval": "sync=interval interval_ms=5 flush_ms=5 ack=flush every=20 ring_kib=16"
                " burst=4 pause_us=1500 count=%d" % (2 * COUNT),
    "written": "live=written flush_ms=5 ack=sync every=15 ring_kib=16 burst=4 pause_us=1500"
               " count=%d" % (2 * COUNT),
    "none": "live=auto ack=call ring_kib=16 count=600 burst=50 pause_us=1000",
    "several runs": "live=auto ack=call count=30 per_run=10",
}

# Sets of calls, and the errors that make sense of them.  Interrupted calls only where
# Linux may interrupt them.
INJECTIONS = [
    ("openat", ("ENOSPC", "EIO", "EMFILE", "ENFILE", "EDQUOT", "EROFS", "ENOMEM", "EINTR")),
    ("mkdir,mkdirat", ("ENOSPC", "EIO", "EDQUOT", "EROFS", "ENOMEM")),
    ("write,pwrite64", ("ENOSPC", "EIO", "EDQUOT", "EROFS", "ENOMEM", "EINTR")),
    ("fdatasync,fsync", ("EIO", "ENOSPC", "EDQUOT", "EROFS", "EINTR")),
    ("mmap", ("ENOMEM", "ENFILE", "ENODEV", "EACCES")),
    ("madvise", ("ENOMEM", "EIO", "EINVAL", "EFAULT")),
    ("ftruncate", ("ENOSPC", "EIO", "EROFS", "EDQUOT", "EINTR")),
    ("fallocate", ("ENOSPC", "EIO", "EDQUOT", "EROFS", "EOPNOTSUPP", "EINTR")),
    ("unlink,unlinkat", ("EIO", "EROFS", "ENOENT")),
    ("close", ("EIO", "ENOSPC", "EDQUOT", "EINTR")),
    ("fstat,newfstatat,fstatfs,statx,lseek", ("EIO", "ENOMEM")),
    ("msync,munmap,mprotect", ("ENOMEM", "EIO")),
    ("clone3,clone", ("EAGAIN", "ENOMEM")),
    ("getrandom,read", ("EIO", "EINTR")),
]
KILLED = "openat,mkdir,mkdirat,write,pwrite64,fdatasync,fsync,mmap,ftruncate,fallocate,madvise," \
         "unlink,unlinkat,close"


def say(text):
    print("syscalls: " + text, file=sys.stderr)


class Fields(dict):
    """A line of KEY=VALUE of the reading program."""

    def __init__(self, text):
        line = (text.strip().splitlines() or [""])[-1]
        super().__init__(pair.split("=", 1) for pair in line.split(" ") if "=" in pair)

    def number(self, key):
        return int(self.get(key, 0))


class Outcome:
    """One training with one injection."""

    def __init__(self):
        self.injected = 0
        self.hung = False
        self.status = None
        self.state = {}
        self.message = ""
        self.trace = ""


# ---- one run


def is_traced(pid):
    with open("/proc/%d/status" % pid) as stream:
        return not re.search(r"^TracerPid:\s0$", stream.read(), re.M)


def wait_until(condition, what):
    until = time.monotonic() + 10
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError(what)
        time.sleep(0.001)


def is_ready(state):
    try:
        with open(state, "rb") as stream:
            stream.seek(READY_AT)
            return stream.read(1) == b"\1"
    except FileNotFoundError:
        return False


def let_go(state):
    with open(state, "r+b") as stream:
        stream.seek(GO_AT)
        stream.write(b"\1")


def attach(program, injection, trace):
    """strace, once it has the program."""
    strace = subprocess.Popen(
        ["strace", "-f", "-qq", "-e", "signal=none", "-o", trace, "-e",
         "trace=" + injection.split(":")[0], "-e", "inject=" + injection, "-p", str(program.pid)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: is_traced(program.pid), "strace does not attach")
    return strace


def wait_while_it_goes_on(program, state):
    """Its status; None when it makes no call any more.  A slow disk is no hang."""
    made, since = None, time.monotonic()
    while time.monotonic() - since < HANGS_AFTER_S:
        try:
            return program.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            with open(state, "rb") as stream:
                now = stream.read(8)
            if now != made:
                made, since = now, time.monotonic()
    return None


def train(target, scenario, injection, folder):
    outcome = Outcome()
    trace, state = folder + "/trace", folder + "/state"
    words = SCENARIOS[scenario].split()
    program = subprocess.Popen([target, "root=" + folder + "/outputs", "state=" + state, "wait=1"] +
                               words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    strace = None
    try:
        wait_until(lambda: is_ready(state), "the training does not start")
        strace = attach(program, injection, trace)
        let_go(state)
        outcome.status = wait_while_it_goes_on(program, state)
        outcome.hung = outcome.status is None
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
        if strace:
            strace.wait(timeout=HANGS_AFTER_S)
    with open(trace) as stream:
        outcome.trace = stream.read()
    outcome.injected = outcome.trace.count("(INJECTED") + (outcome.status == -signal.SIGKILL)
    with open(state, "rb") as stream:
        *numbers, message = STATE.unpack(stream.read(STATE.size))
    outcome.state = dict(zip(STATE_NAMES, numbers))
    outcome.message = message.split(b"\0")[0].decode("utf-8", "replace")
    return outcome


# ---- what has to hold


def complaint(outcome, check, folder, kills, is_for_good):
    """None, or what is wrong."""
    state = outcome.state
    if outcome.hung:
        return "hung after %d calls" % state["made"]
    if kills and outcome.status not in (0, -signal.SIGKILL):
        return "ended with status %d: %s" % (outcome.status, outcome.message)
    if not kills and outcome.status not in (0, 1):
        return "died with status %d" % outcome.status
    if outcome.status == 1 and not outcome.message:
        return "failed and told nothing"
    found, checked = read(check, folder)
    if checked.returncode < 0:
        return "the reader died of signal %d" % -checked.returncode
    bad = [key for key in ("wrong", "twice", "torn") if found.number(key)]
    if bad:
        return ", ".join(bad)
    if found.number("first") < state["acknowledged"]:
        return "%d calls acknowledged, %d found" % (state["acknowledged"], found.number("first"))
    if found.number("completed") < state["completed"]:
        return "%d runs completed, %d found" % (state["completed"], found.number("completed"))
    if outcome.status == 0 and found.number("calls") != state["made"]:
        return "%d calls made, %d found, nothing told" % (state["made"], found.number("calls"))
    # Where nothing can be written ever after, the failure is all that can be told.
    if outcome.status == 1 and not state["unstarted"] and not is_for_good:
        return untold(state, found)
    return None


def untold(state, found):
    """One call failed and the next ones went well: what is lost is counted."""
    told = found.number("calls") + found.number("lost") + state["refused"]
    if told < state["made"]:
        return "%d calls made, %d found, %d told as lost, %d refused" % (
            state["made"], found.number("calls"), found.number("lost"), state["refused"])
    return None


def read(check, folder):
    if not os.path.isdir(folder + "/outputs"):
        return Fields(""), subprocess.CompletedProcess([], 0)
    checked = subprocess.run([check, folder + "/outputs"], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, timeout=60, text=True)
    return Fields(checked.stdout), checked


# ---- all of them


class Tally:
    def __init__(self):
        self.runs = self.violations = self.told = 0
        self.kinds = set()


def injected_lines(trace):
    lines = [line.strip()[:160] for line in trace.splitlines() if "(INJECTED" in line]
    return " | ".join(lines[:2] or [line.strip()[:160] for line in trace.splitlines()[-1:]])


def one(tools, scenario, injection, tally):
    """Whether anything was injected."""
    kills, is_for_good = "signal=" in injection, injection.endswith("+")
    folder = tempfile.mkdtemp(dir=tools.folder)
    outcome = train(tools.target, scenario, injection, folder)
    if outcome.injected:
        tally.runs += 1
        tally.told += outcome.status == 1
        what = complaint(outcome, tools.check, folder, kills, is_for_good)
        if what:
            tally.violations += 1
            say("%s; %s: %s; told: %s; at: %s" % (scenario, injection, what, outcome.message or "-",
                                                  injected_lines(outcome.trace)))
    shutil.rmtree(folder)
    return outcome.injected != 0


def every_injection():
    """(scenario, all but when=)"""
    for scenario in SCENARIOS:
        for calls, errors in INJECTIONS:
            for error in errors:
                yield scenario, "%s:error=%s" % (calls, error)
        yield scenario, KILLED + ":signal=SIGKILL"


def walk_one(tools, scenario, injection, tally):
    """Each call of the set in turn; then all from one on."""
    for n in range(1, INJECTED_MAX):
        if not one(tools, scenario, "%s:when=%d" % (injection, n), tally):
            break
    if "signal=" in injection or "EINTR" in injection:
        return
    for n in (2, 3, 5, 10):
        if not one(tools, scenario, "%s:when=%d+" % (injection, n), tally):
            break


def walk(tools, tally):
    only = os.environ.get("SYSCALLS_ONLY", "")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        walks = [pool.submit(walk_one, tools, scenario, injection, tally)
                 for scenario, injection in every_injection()
                 if only in scenario + "; " + injection]
        for walked in walks:
            walked.result()


def sample(tools, tally, seconds):
    chance = random.Random(os.environ.get("SEED", "1"))
    everything = list(every_injection())
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        scenario, injection = chance.choice(everything)
        one(tools, scenario, "%s:when=%d" % (injection, chance.choice((1, 2, 3, 5, 9, 17))), tally)


class Tools:
    def __init__(self, target, check, folder):
        self.target, self.check, self.folder = target, check, folder


def main():
    tools = Tools(*sys.argv[2:5])
    tally = Tally()
    if sys.argv[1] == "long":
        walk(tools, tally)
    else:
        sample(tools, tally, 10)
    print("syscalls: %d trainings with a system call that failed or killed, %d told it, "
          "%d lost what they should not" % (tally.runs, tally.told, tally.violations))
    sys.exit(tally.violations != 0)


main()
