"""Which rank this process is, and an id that all ranks of one job come to by themselves."""

from __future__ import annotations

import os
import sys

_RANKS = ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK")
_SIZES = ("WORLD_SIZE", "SLURM_NTASKS", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE")

_started: dict[str, int] = {}
"""How many runs of a name this process has started without an id: the ranks start alike."""


def _number(names: tuple[str, ...], otherwise: int) -> int:
    for name in names:
        text = os.environ.get(name, "")
        if text.isascii() and text.isdigit():
            return int(text)
    return otherwise


def rank() -> int:
    """This process's rank, from 0."""
    return _number(_RANKS, 0)


def world_size() -> int:
    """How many processes the job has; 1 where nobody says."""
    return max(1, _number(_SIZES, 1))


def program_name() -> str:
    """What the program is called: the script's name without its ending."""
    script = os.path.basename(sys.argv[0]) if sys.argv and sys.argv[0] not in ("-c", "-m", "-") else ""
    name = os.path.splitext(script)[0]
    if name == "__main__":  # python -m package
        name = os.path.basename(os.path.dirname(sys.argv[0]))
    if name.startswith("ipykernel") or name == "colab_kernel_launcher":
        name = "notebook"
    return name or "python"


def agreed_run_id(name: str, rank: int, size: int) -> str | None:
    """The run id of a job of several ranks, the same in each of them; None: not such a job, or
    an id is given by the environment.

    What they share: the job's id (torchrun's, Slurm's), or on one node the launcher that started
    them all.  With neither, ranks of several nodes make runs of their own, and a warning says how
    that is mended.
    """
    if size <= 1 or os.environ.get("EPOCHLOG_RUN_ID"):
        return None
    job = _job()
    if job is None:
        _warn_alone(rank, size)
        return None
    when, what = job
    _started[name] = _started.get(name, 0) + 1
    return _make(when, name, f"{what}/{_started[name]}")


def _job() -> tuple[float, str] | None:
    """When the job began, in seconds since 1970, and what tells it from all others."""
    launcher = _launcher()
    torchrun = os.environ.get("TORCHELASTIC_RUN_ID", "none")
    slurm = os.environ.get("SLURM_JOB_ID")
    local_size = _number(("LOCAL_WORLD_SIZE", "SLURM_TASKS_PER_NODE", "OMPI_COMM_WORLD_LOCAL_SIZE"), 0)
    if slurm is not None:
        begin = os.environ.get("SLURM_JOB_START_TIME", "")
        step = os.environ.get("SLURM_STEP_ID", "")
        return (float(begin) if begin.isdigit() else 0.0, f"slurm/{slurm}/{step}")
    if torchrun != "none" and local_size != world_size():
        return (0.0, f"torchrun/{torchrun}")
    if local_size == world_size() and launcher is not None:
        return launcher
    return (0.0, f"torchrun/{torchrun}") if torchrun != "none" else None


def _launcher() -> tuple[float, str] | None:
    """When this process's parent began, and its number and host."""
    parent = os.getppid()
    try:
        with open(f"/proc/{parent}/stat", "rb") as file:
            ticks = int(file.read().rpartition(b")")[2].split()[19])
        with open("/proc/stat", "rb") as file:
            boot = next(int(line.split()[1]) for line in file if line.startswith(b"btime"))
        with open("/proc/sys/kernel/random/boot_id") as text:
            machine = text.read().strip()
    except (OSError, ValueError, IndexError, StopIteration):
        return None
    return boot + ticks / os.sysconf("SC_CLK_TCK"), f"{machine}/{parent}/{ticks}"


def _make(when: float, name: str, what: str) -> str:
    """An id like those that a single process makes: time, name, six hex digits."""
    import hashlib
    import re
    import time

    slug = re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-.")[:40] or "run"
    digits = hashlib.sha256(f"{slug}/{what}".encode()).hexdigest()[:6]
    if when <= 0:  # the ranks' clocks are no clock of the job
        digest = hashlib.sha256(what.encode()).hexdigest()[:12]
        return f"job-{slug}-{digest}"
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(when))}-{slug}-{digits}"


def _warn_alone(rank: int, size: int) -> None:
    import warnings

    warnings.warn(
        f"rank {rank} of {size} logs to a run of its own: the ranks have nothing in common that "
        "names their job; set EPOCHLOG_RUN_ID to the same id for all of them",
        RuntimeWarning,
        stacklevel=4,
    )
