"""One logger, one question, in a process of its own: prints the answer as JSON.

    case.py PEER call FOLDER SECONDS     what a call costs, in ns: quartiles of batches, mean
    case.py PEER close FOLDER POINTS     what closing takes, in ms
    case.py PEER kill FOLDER POINTS      logs, and is killed once the last call returned
    case.py PEER read FOLDER POINTS      what reading takes, in ms, and how many there were
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from pathlib import Path
from statistics import mean, quantiles
from time import perf_counter_ns
from typing import Callable

from peers import NAMES, PEERS

# Batches are so long that reading the clock twice does not count.
BATCH_NS = 2_000_000
BATCHES_MIN = 20


def noisy_loss(count: int) -> list[float]:
    """A falling loss with the noise of batches, in single precision as trainings have it."""
    import struct

    draw = random.Random(7)
    values = [1 / (1 + i / count) + draw.gauss(0, 0.02) for i in range(count)]
    return list(struct.unpack("%df" % count, struct.pack("%df" % count, *values)))


def nothing(values: list[float], first: int) -> None:
    for value in values:
        pass


def cost(log: Callable[..., None], items: list, seconds: float) -> list[float]:
    """Nanoseconds an item, the loop itself taken off: quartiles over batches, and the mean."""
    first = perf_counter_ns()
    log(items[:20], 0)
    once = max(1, (perf_counter_ns() - first) // 20)
    size = max(1, min(len(items), BATCH_NS // once))
    batch = items[:size]
    batches = max(BATCHES_MIN, int(seconds * 1e9 / (once * size)))
    took, empty = [], []
    for i in range(batches):
        start = perf_counter_ns()
        log(batch, 20 + i * size)
        middle = perf_counter_ns()
        nothing(batch, 0)
        took.append(middle - start)
        empty.append(perf_counter_ns() - middle)
    loop = quantiles(empty, n=4)[1]
    return [(of_batch - loop) / size for of_batch in (*quantiles(took, n=4), mean(took))]


def call(peer: type, folder: Path, seconds: float) -> dict[str, list[float]]:
    logger = peer(folder)
    values = noisy_loss(5000)
    rows = [{name: value * i for i, name in enumerate(NAMES)} for value in values]
    said = {"scalar": cost(logger.scalars, values, seconds)}
    if hasattr(logger, "steps"):
        said["step"] = cost(logger.steps, values, seconds)
    said["row"] = cost(logger.rows, rows, seconds)
    logger.close()
    return said


def close(peer: type, folder: Path, points: float) -> dict[str, float]:
    logger = peer(folder)
    logger.scalars(noisy_loss(int(points)), 0)
    start = perf_counter_ns()
    logger.close()
    return {"ms": (perf_counter_ns() - start) / 1e6}


def kill(peer: type, folder: Path, points: float) -> None:
    peer(folder).scalars(noisy_loss(int(points)), 0)
    os.kill(os.getpid(), signal.SIGKILL)


def read(peer: type, folder: Path, points: float) -> dict[str, float]:
    peer.read(folder)  # Imports what reading needs, and warms the cache for all alike.
    start = perf_counter_ns()
    count = peer.read(folder)
    return {"ms": (perf_counter_ns() - start) / 1e6, "count": count}


if __name__ == "__main__":
    question = {"call": call, "close": close, "kill": kill, "read": read}[sys.argv[2]]
    answer = question(PEERS[sys.argv[1]], Path(sys.argv[3]), float(sys.argv[4]))
    print("\n" + json.dumps(answer))
