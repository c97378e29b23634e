"""Which rank this process is, and ids that all ranks of one job come to by themselves.

Ranks agree on an id without a word to each other, by what they all have: Slurm's numbers of job
and step, torchrun's id of the job, or on one node the process that started them all.  A rank that
is started again by the same launcher comes to the same id, and joins its run.

The run's end is that of rank 0: a run whose rank 3 failed says Completed if rank 0 completed it.
Launchers end all ranks when one fails; then rank 0 is killed, and the run is NotResponding.
"""

from __future__ import annotations

import os
import sys

# A launcher's own numbers stand before those of Slurm, which may have started the launcher.
_RANKS = ("RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID")
_SIZES = ("WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS")
_LOCAL_RANKS = ("LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "RANK")
_LOCAL_SIZES = ("LOCAL_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "LOCAL_SIZE")
_SLUG_MAX = 40
_ID_MAX = 128

_started: dict[str, int] = {}
"""How many runs of a name this process has started without an id: the ranks start alike."""
_first_name: list[str] = []
"""The name of the first run for which the environment had an id."""
_is_warned = False


def _number(names: tuple[str, ...], otherwise: int) -> int:
    for name in names:
        text = os.environ.get(name, "")
        is_meant = not name.startswith("SLURM_") or _is_slurm_task()
        if is_meant and text.isascii() and text.isdigit():
            return int(text)
    return otherwise


def _is_slurm_task() -> bool:
    """Slurm's batch script has numbers of a task, too, but is none."""
    return "SLURM_JOB_ID" in os.environ and "SLURM_STEP_ID" in os.environ


def rank() -> int:
    """This process's rank, from 0."""
    return _number(_RANKS, 0)


def world_size() -> int:
    """How many processes the job has; 1 where nobody says."""
    return max(1, _number(_SIZES, 1))


def program_name() -> str:
    """What the program is called: the script's name without its ending."""
    has_script = bool(sys.argv) and sys.argv[0] not in ("-c", "-m", "-")
    name = os.path.splitext(os.path.basename(sys.argv[0]))[0] if has_script else ""
    if name == "__main__":  # python -m package
        name = os.path.basename(os.path.dirname(sys.argv[0]))
    if name.startswith("ipykernel") or name == "colab_kernel_launcher":
        name = "notebook"
    return name or "python"


# ----------------------------------------------------------------------- ids


def run_id(name: str, rank: int, size: int, parent_id: str = "") -> str | None:
    """The id of a run that was given none; None: a new one, which the logger makes.

    $EPOCHLOG_RUN_ID names the first run of a process.  Others are further runs of the same job,
    and get ids that follow from it by their names, alike in all ranks: "job-eval", "job-2".
    Runs with a parent are new ones, and ranks of one job agree on them, too.
    """
    given = os.environ.get("EPOCHLOG_RUN_ID")
    if given and not parent_id:
        return _following(given, name)
    agreed = _agreed(name, rank, size, parent_id)
    if agreed is None and given:
        return _new(name)  # the logger would take the environment's
    return agreed


def agreed_run_id(name: str, rank: int, size: int) -> str | None:
    """The run id of a job of several ranks, the same in each of them; None: not such a job, or
    an id is given by the environment.

    With nothing in common, ranks of several nodes make runs of their own, and a warning says
    how that is mended.
    """
    return None if os.environ.get("EPOCHLOG_RUN_ID") else _agreed(name, rank, size, "")


def _agreed(name: str, rank: int, size: int, parent_id: str) -> str | None:
    if size <= 1:
        return None
    job = _job(size)
    if job is None:
        _warn_alone(rank, size)
        return None
    when, what = job
    return _make(when, name, f"{what}/{parent_id}/{_count(f'{parent_id}/{name}')}")


def _count(name: str) -> int:
    _started[name] = _started.get(name, 0) + 1
    return _started[name]


def _following(given: str, name: str) -> str:
    if not _first_name:
        _first_name.append(name)
    count = _count(f"{given}//{name}")
    ending = "" if name == _first_name[0] else f"-{_slug(name)}"
    if count > 1:
        ending += f"-{count}"
    return given[: _ID_MAX - len(ending)] + ending if ending else given


def _new(name: str) -> str:
    import secrets
    import time

    return _make(time.time(), name, secrets.token_hex(16))


def _make(when: float, name: str, what: str) -> str:
    """An id like those that a single process makes: time, name, six hex digits.

    - `when`: in seconds since 1970; 0 where the ranks have no clock in common.
    - `what`: tells the run from all others.
    """
    import hashlib
    import time

    slug = _slug(name)
    digest = hashlib.sha256(f"{slug}/{what}".encode("utf-8", "surrogatepass")).hexdigest()
    if when <= 0:
        return f"job-{slug}-{digest[:12]}"
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(when))}-{slug}-{digest[:6]}"


def _slug(name: str) -> str:
    import re

    return re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-.")[:_SLUG_MAX].rstrip("-.") or "run"


# ----------------------------------------------------------------------- jobs


def _job(size: int) -> tuple[float, str] | None:
    """When the job began, in seconds since 1970 or 0, and what tells it from all others."""
    torchrun = os.environ.get("TORCHELASTIC_RUN_ID", "none")
    if _is_slurm_task():
        names = ("SLURM_CLUSTER_NAME", "SLURM_JOB_ID", "SLURM_STEP_ID")
        return 0.0, "/".join(["slurm", *(os.environ.get(name, "") for name in names), torchrun])
    if _number(_LOCAL_SIZES, 0) == size:
        launcher = _launcher()
        if launcher is not None:
            return launcher
    return (0.0, f"torchrun/{torchrun}") if torchrun != "none" else None


def _launcher() -> tuple[float, str] | None:
    """When the process that started the ranks of this node began, and its number and machine.

    It is the nearest ancestor that is not the same rank: a script may stand between.
    """
    process = os.getppid()
    try:
        while _is_same_rank(process):
            process = int(_fields(process)[1])
        ticks = int(_fields(process)[19])
        lines = _read("/proc/stat").splitlines()
        boot = next(int(line.split()[1]) for line in lines if line.startswith(b"btime"))
        machine = _read("/proc/sys/kernel/random/boot_id").decode().strip()
    except (OSError, ValueError, IndexError, StopIteration):
        return None
    return boot + ticks / os.sysconf("SC_CLK_TCK"), f"{machine}/{process}/{ticks}"


def _is_same_rank(process: int) -> bool:
    name = next((name for name in _LOCAL_RANKS if name in os.environ), None)
    if name is None:
        return False
    try:
        environment = _read(f"/proc/{process}/environ")
    except OSError:  # another user's
        return False
    return f"{name}={os.environ[name]}".encode() in environment.split(b"\0")


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _fields(process: int) -> list[bytes]:
    """Of /proc/PID/stat, from the third on: the second may hold anything."""
    return _read(f"/proc/{process}/stat").rpartition(b")")[2].split()


def _warn_alone(rank: int, size: int) -> None:
    global _is_warned
    if _is_warned:
        return
    _is_warned = True
    import warnings

    warnings.warn(
        f"rank {rank} of {size} logs to runs of its own: the ranks have nothing in common that "
        "names their job; set EPOCHLOG_RUN_ID to the same id for all of them",
        RuntimeWarning,
        stacklevel=5,
    )
