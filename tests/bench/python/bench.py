"""Prints what the package costs beside the loggers of others: figure, baseline, ratio, bar.

    bench.py FOLDER [quick]

Nothing here fails: a bar that is missed is printed as MISSED, since the machine may be busy.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter_ns

from peers import PEERS

HERE = Path(__file__).parent
# What takes long gets fewer points.
POINTS = {"mlflow": 2000}


class Bench:
    def __init__(self, folder: Path, quick: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.made = 0

    def case(self, peer: str, question: str, size: float, folder: Path | None = None) -> dict:
        """Asks one question of one logger, in a new process and, unless told, a new folder."""
        code = [sys.executable, HERE / "case.py", peer, question, folder or self.new(), str(size)]
        done = subprocess.run(code, capture_output=True, text=True)
        if question == "kill":
            return {}
        if done.returncode != 0:
            sys.exit("%s, %s:\n%s" % (peer, question, done.stderr))
        return json.loads(done.stdout.splitlines()[-1])

    def new(self) -> Path:
        self.made += 1
        folder = self.folder / str(self.made)
        folder.mkdir()
        return folder

    def points(self, peer: str) -> int:
        return POINTS.get(peer, 20000) // (10 if self.quick else 1)


def line(figure: str, here: str, baseline: str, ratio: str, bar: str, met: bool) -> None:
    verdict = "bar %s: %s" % (bar, "ok" if met else "MISSED")
    print("  %-34s %12s   %-30s %8s  %s" % (figure, here, baseline, ratio, verdict))


def calls(bench: Bench, peer: str, runs: int) -> dict[str, list[float]]:
    """Quartiles and mean of each kind of call: each the median of so many runs."""
    seconds = 0.2 if bench.quick else 1
    said = [bench.case(peer, "call", seconds) for _ in range(runs)]
    return {kind: [median(run[kind][i] for run in said) for i in range(4)] for kind in said[0]}


def import_ms(statement: str, runs: int) -> float:
    """What a statement adds to the life of an interpreter: a median of pairs."""
    added = []
    for _ in range(runs):
        took = []
        for code in ("pass", statement):
            start = perf_counter_ns()
            subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
            took.append(perf_counter_ns() - start)
        added.append((took[1] - took[0]) / 1e6)
    return median(added)


def import_own_ms(module: str) -> float:
    """The same as `-X importtime` tells it."""
    code = [sys.executable, "-X", "importtime", "-c", "import " + module]
    told = subprocess.run(code, check=True, capture_output=True, text=True).stderr
    return median(
        int(row.split("|")[1]) / 1e3
        for row in told.splitlines()
        if row.split("|")[-1].strip() == module
    )


def bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def noise() -> str:
    """How far apart the quartiles are of a loop that should always take the same."""
    took = []
    for _ in range(300):
        start = perf_counter_ns()
        for _ in range(20000):
            pass
        took.append(perf_counter_ns() - start)
    low, middle, high = quantiles(took, n=4)
    return "quartiles of an empty loop %.1f %% apart, load %.1f" % (
        100 * (high - low) / middle,
        os.getloadavg()[0],
    )


def speed(bench: Bench) -> dict[str, dict[str, list[float]]]:
    runs = 1 if bench.quick else 5
    said = {peer: calls(bench, peer, runs) for peer in ("epochlog", "torch")}
    ours, torch = said["epochlog"], said["torch"]
    for kind, figure, bar in (
        ("scalar", 'run.log("loss", x)', 200),
        ("step", 'run.log("loss", x, step)', 200),
        ("row", "run.log({ten: x})", 1000),
    ):
        other = torch["row" if kind == "row" else "scalar"][1]
        ratio = other / ours[kind][1]
        is_met = ours[kind][1] <= bar and ratio >= 100
        words = "torch add_scalar%s %.1f us" % (" x 10" if kind == "row" else "", other / 1e3)
        here = "%.0f ns" % ours[kind][1]
        line(figure, here, words, "%.0f x" % ratio, "<= %d ns, >= 100 x" % bar, is_met)
    return said


def imports(bench: Bench) -> None:
    ours = import_ms("import epochlog", 5 if bench.quick else 25)
    other = import_ms("import torch.utils.tensorboard", 1 if bench.quick else 3)
    line(
        "import epochlog",
        "%.1f ms" % ours,
        "torch.utils.tensorboard %.0f ms" % other,
        "%.0f x" % (other / ours),
        "<= 20 ms",
        ours <= 20,
    )
    print("  %-34s %9.1f ms   as -X importtime tells it" % ("", import_own_ms("epochlog")))


def peer_row(bench: Bench, peer: str, call: dict[str, list[float]]) -> str:
    """One logger's line of the table."""
    points = bench.points(peer)
    closed, killed = bench.new(), bench.new()
    close = bench.case(peer, "close", points, closed)
    size = bytes_below(closed) / points
    reading = bench.case(peer, "read", points, closed)
    bench.case(peer, "kill", points, killed)
    kept = bench.case(peer, "read", points, killed)["count"]
    if reading["count"] != points:
        sys.exit("%s: %d of %d points are read" % (peer, reading["count"], points))
    return "  %-19s %8.2f %8.2f %8.2f %8.1f %9.1f %10.3f  %d of %d" % (
        PEERS[peer].title,
        call["scalar"][1] / 1e3,
        call["scalar"][3] / 1e3,
        call["row"][1] / 1e3,
        close["ms"],
        size,
        points / reading["ms"] / 1e3,
        kept,
        points,
    )


def processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
        return next(row for row in text.splitlines() if row.startswith("model name")).split(": ")[1]
    except (OSError, StopIteration, IndexError):
        return platform.machine()


def main() -> None:
    bench = Bench(Path(sys.argv[1]), "quick" in sys.argv[2:])
    print("%s, %d processors" % (processor(), os.cpu_count() or 1), end=", ")
    print("%s, Python %s" % (platform.platform(), platform.python_version()))
    print("medians over batches of calls, the loop taken off; %s\n" % noise())
    said = speed(bench)
    imports(bench)
    heads = "scalar", "mean", "ten", "close", "bytes a", "reading", "kept after"
    units = "us", "us", "us", "ms", "point", "million/s", "kill -9"
    for head in (("\n  ", *heads), ("  ", *units)):
        print("%s%19s %8s %8s %8s %8s %9s %10s  %s" % (head[0], "", *head[1:]))
    for peer in PEERS:
        print(peer_row(bench, peer, said.get(peer) or calls(bench, peer, 1)), flush=True)


main()
