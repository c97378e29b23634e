"""The ranks of a job come to one run without a word to each other."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import epochlog
from epochlog import _identity

LAUNCHERS = ("SLURM_", "OMPI_", "PMI_", "PMIX_", "MPI_", "TORCHELASTIC_", "EPOCHLOG_RUN", "LOCAL_")
RANKS = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")

BEGIN = """
import os, sys, time, warnings
import epochlog

run = epochlog.Run("train")
for step in range(100):
    run.log(f"loss/{run.rank}", step)
    run.log("all", run.rank, step)
"""
SAY_ID = BEGIN + "print(run.id)\n"

# A launcher: a process that starts each rank with its part of the environment, by a shell
# script where it is told to, and prints what each rank printed.
LAUNCH = """
import json, os, subprocess, sys
order = json.load(sys.stdin)
for _ in range(order["times"]):
    ranks = []
    for environment in order["ranks"]:
        command = [sys.executable, order["script"]]
        if order["wrapped"]:
            command = ["sh", "-c", '"$@"; exit $?', "sh", *command]
        ranks.append(subprocess.Popen(command, env={**os.environ, **environment},
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    for rank in ranks:
        out, err = rank.communicate()
        print(json.dumps([out.split(), err, rank.returncode]))
"""


@pytest.fixture(autouse=True)
def no_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run in a job themselves."""
    for name in list(os.environ):
        if name.startswith(LAUNCHERS) or name in RANKS:
            monkeypatch.delenv(name)
    monkeypatch.setattr(_identity, "_started", {})
    monkeypatch.setattr(_identity, "_first_name", [])
    monkeypatch.setattr(_identity, "_is_warned", False)


def launched(
    root: Path,
    ranks: list[dict[str, str]],
    code: str = SAY_ID,
    *,
    times: int = 1,
    wrapped: bool = False,
    **more: str,
) -> list[tuple[list[str], str, int]]:
    """What each rank that one launcher started printed, said and ended with."""
    script = root.parent / "train.py"
    script.write_text(code if code is SAY_ID else BEGIN + textwrap.dedent(code))
    order = {"ranks": ranks, "script": str(script), "times": times, "wrapped": wrapped}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH],
        input=json.dumps(order),
        env={**kept, "PYTHONPATH": str(Path(epochlog.__file__).parents[1]), **more},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]  # type: ignore[misc]


def ids(ranks: list[tuple[list[str], str, int]]) -> set[str]:
    for printed, said, status in ranks:
        assert status == 0 and said == "", said
    return {run_id for printed, _, _ in ranks for run_id in printed}


def torchrun(
    size: int, *, first: int = 0, nodes: int = 1, job: str = "none"
) -> list[dict[str, str]]:
    """One node's part of a job as torchrun starts it."""
    return [
        {
            "RANK": str(first + i),
            "LOCAL_RANK": str(i),
            "WORLD_SIZE": str(size * nodes),
            "LOCAL_WORLD_SIZE": str(size),
            "MASTER_ADDR": "localhost",
            "MASTER_PORT": "29500",
            "TORCHELASTIC_RUN_ID": job,
        }
        for i in range(size)
    ]


def slurm(
    size: int, *, first: int = 0, nodes: int = 1, job: str = "4711", step: str | None = "0"
) -> list[dict[str, str]]:
    """One node's part of a step as srun starts it; without a step, what a batch script has."""
    return [
        {
            "SLURM_JOB_ID": job,
            "SLURM_PROCID": str(first + i),
            "SLURM_LOCALID": str(i),
            "SLURM_NTASKS": str(size * nodes),
            "SLURM_TASKS_PER_NODE": f"{size}(x{nodes})",
            **({} if step is None else {"SLURM_STEP_ID": step}),
        }
        for i in range(size)
    ]


def the_run(root: Path, run_id: str) -> epochlog.SavedRun:
    return epochlog.open_run(root / run_id)


# ------------------------------------------------------------------- one node


@pytest.mark.parametrize("wrapped", [False, True])
def test_ranks_of_one_launcher_are_one_run(root: Path, wrapped: bool) -> None:
    (run_id,) = ids(launched(root, torchrun(3), wrapped=wrapped))
    assert [found.id for found in epochlog.runs(root)] == [run_id]
    run = the_run(root, run_id)
    assert (run.status, run.world_size, run.warnings) == ("Completed", 3, [])
    logs = sorted(path.name[:6] for path in Path(run.path).glob("*.elog"))
    assert logs == ["00000-", "00001-", "00002-"]
    for rank in range(3):
        assert list(run[f"loss/{rank}"].values) == list(range(100))
    assert len(run["all"].values) == 300
    metrics = run.get_metrics()
    assert set(metrics) == {"all", "loss/0", "loss/1", "loss/2"}
    assert len(metrics["all"]) == 300


def test_the_report_sees_all_ranks(root: Path) -> None:
    (run_id,) = ids(launched(root, torchrun(2)))
    page = Path(the_run(root, run_id).report()).read_text()
    assert "loss/0" in page and "loss/1" in page


def test_the_id_looks_like_others(root: Path) -> None:
    (run_id,) = ids(launched(root, torchrun(2)))
    assert re.fullmatch(r"\d{8}-\d{6}-train-[0-9a-f]{6}", run_id)


def test_two_jobs_are_two_runs(root: Path) -> None:
    first, second = ids(launched(root, torchrun(2))), ids(launched(root, torchrun(2)))
    assert len(first) == len(second) == 1
    assert first != second


def test_runs_of_one_job_are_told_apart(root: Path) -> None:
    code = """
    run.complete()
    second, other = epochlog.Run("train"), epochlog.Run("evaluate")
    children = [second.child("child") for _ in range(2)]
    print(run.id, second.id, other.id, *(child.id for child in children))
    for made in (*children, second, other):
        made.complete()
    """
    ranks = launched(root, torchrun(2), code)
    assert len(ids(ranks)) == 5
    assert ranks[0][0] == ranks[1][0]
    assert {run.id for run in epochlog.runs(root)} == set(ranks[0][0])


def test_a_restart_by_the_same_launcher_joins(root: Path) -> None:
    code = f"""
    if not os.path.exists({str(root.parent / "begun")!r}):
        time.sleep(0.2)
        if run.rank == 1:
            open({str(root.parent / "begun")!r}, "w").close()
        run.flush()
        os.kill(os.getpid(), 9)
    print(run.id)
    """
    ranks = launched(root, torchrun(2), code, times=3)
    assert len(ids([rank for rank in ranks if rank[2] == 0])) == 1
    assert len(epochlog.runs(root)) == 1
    run = epochlog.open_run(epochlog.runs(root)[0].path)
    assert run.status == "Completed"
    assert len(run["all"].values) == 600


def test_ranks_of_mpirun(root: Path) -> None:
    """In a job of Slurm, whose numbers are those of mpirun's daemons."""
    ranks = [
        {
            **slurm(1, nodes=2)[0],
            "OMPI_COMM_WORLD_RANK": str(i),
            "OMPI_COMM_WORLD_SIZE": "2",
            "OMPI_COMM_WORLD_LOCAL_RANK": str(i),
            "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
        }
        for i in range(2)
    ]
    (run_id,) = ids(launched(root, ranks))
    assert len(the_run(root, run_id)["loss/1"].values) == 100


def test_ranks_of_mpich(root: Path) -> None:
    ranks = [
        {"PMI_RANK": str(i), "PMI_SIZE": "2", "MPI_LOCALRANKID": str(i), "MPI_LOCALNRANKS": "2"}
        for i in range(2)
    ]
    (run_id,) = ids(launched(root, ranks))
    assert len(the_run(root, run_id)["loss/1"].values) == 100


# --------------------------------------------------------------- several nodes


def test_a_step_of_slurm_on_two_nodes(root: Path) -> None:
    nodes = [launched(root, slurm(2, first=first, nodes=2)) for first in (0, 2)]
    (run_id,) = ids(nodes[0] + nodes[1])
    run = the_run(root, run_id)
    assert (run.world_size, run.warnings, len(run["all"].values)) == (4, [], 400)


def test_steps_and_jobs_of_slurm_are_told_apart(root: Path) -> None:
    jobs = [("1", "0"), ("1", "1"), ("2", "0")]
    found = [ids(launched(root, slurm(2, job=job, step=step))) for job, step in jobs]
    assert [len(run_ids) for run_ids in found] == [1, 1, 1]
    assert len(set.union(*found)) == 3


def test_a_job_that_slurm_queued_again_joins(root: Path) -> None:
    first = ids(launched(root, slurm(2), SLURM_JOB_START_TIME="1700000000"))
    again = ids(
        launched(root, slurm(2), SLURM_JOB_START_TIME="1700009999", SLURM_RESTART_COUNT="1")
    )
    assert first == again
    assert len(epochlog.runs(root)) == 1


def test_a_batch_script_is_no_rank(root: Path) -> None:
    """It has the numbers of a task, but runs alone; and once more, is another run."""
    (batch,) = slurm(1, nodes=4, step=None)
    code = "print(run.id)\nassert (run.rank, run.world_size) == (0, 1)"
    first, second = (ids(launched(root, [batch], code)) for _ in range(2))
    assert first != second
    assert not the_run(root, first.pop()).warnings


def test_torchrun_with_the_name_of_a_job_on_two_nodes(root: Path) -> None:
    nodes = [
        launched(root, torchrun(2, first=first, nodes=2, job="night-7")) for first in (0, 2)
    ]
    (run_id,) = ids(nodes[0] + nodes[1])
    assert len(the_run(root, run_id)["all"].values) == 400
    assert ids(launched(root, torchrun(2, nodes=2, job="night-8"))) != {run_id}


def test_torchrun_in_a_job_of_slurm(root: Path) -> None:
    """One launcher on each node, which srun started."""
    nodes = []
    for node in range(2):
        task = slurm(1, first=node, nodes=2)[0]
        nodes += launched(root, torchrun(2, first=2 * node, nodes=2), **task)
    (run_id,) = ids(nodes)
    assert len(the_run(root, run_id)["loss/3"].values) == 100


def test_nodes_with_nothing_in_common_warn_once(root: Path) -> None:
    code = """
    second = epochlog.Run("train")
    print(run.id, second.id)
    """
    found = [
        rank for first in (0, 1) for rank in launched(root, torchrun(1, first=first, nodes=2), code)
    ]
    assert len({run_id for printed, _, _ in found for run_id in printed}) == 4
    for _, said, status in found:
        assert status == 0
        assert said.count("RuntimeWarning") == 1
        assert "EPOCHLOG_RUN_ID" in said and "train.py" in said


# ---------------------------------------------------- an id by the environment


def test_an_id_by_the_environment_is_for_all(root: Path) -> None:
    code = "print(run.id)\nrun.complete()"
    nodes = [
        launched(root, torchrun(1, first=first, nodes=2), code, EPOCHLOG_RUN_ID="job")
        for first in (0, 1)
    ]
    assert ids(nodes[0] + nodes[1]) == {"job"}
    assert the_run(root, "job").status == "Completed"


def test_further_runs_of_a_process_with_an_id(root: Path) -> None:
    """The id is that of the first one, and the others follow from it in all ranks alike."""
    code = """
    run.complete()
    others = [epochlog.Run(name) for name in ("train", "evaluate", "train", "evaluate")]
    child = others[0].child("child")
    print(run.id, *(other.id for other in others), child.id)
    for made in (child, *others):
        made.complete()
    """
    ranks = launched(root, torchrun(2), code, EPOCHLOG_RUN_ID="job")
    assert ranks[0][0] == ranks[1][0]
    assert ranks[0][0][:5] == ["job", "job-2", "job-evaluate", "job-3", "job-evaluate-2"]
    assert len(ids(ranks)) == 6
    assert the_run(root, "job-3").status == "Completed"


def test_children_of_a_run_with_an_id(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPOCHLOG_RUN_ID", "job")
    with epochlog.Run("train") as run:
        with run.child() as first, run.child() as second:
            first.log("x", 1)
    assert run.id == "job"
    assert len({run.id, first.id, second.id}) == 3
    assert first.saved().parent_id == second.saved().parent_id == "job"
    assert not run.saved().metrics


def test_an_id_that_is_given_is_taken(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPOCHLOG_RUN_ID", "job")
    with epochlog.Run("train", run_id="mine") as run:
        pass
    with epochlog.Run("train") as other:
        pass
    assert (run.id, other.id) == ("mine", "job")


def test_a_restart_with_an_id_joins(root: Path) -> None:
    for _ in range(2):
        assert ids(launched(root, [{}], EPOCHLOG_RUN_ID="job")) == {"job"}
    assert len(the_run(root, "job")["all"].values) == 200


# --------------------------------------------------------- whose word is the run's


@pytest.mark.parametrize(
    "zero, one, status",
    [
        ("", "", "Completed"),
        ("", "raise ValueError('rank 1')", "Completed"),
        ("raise ValueError('rank 0')", "", "Failed"),
        ("os._exit(0)", "", "NotResponding"),
        ("os.kill(os.getpid(), 15)", "raise ValueError('rank 1')", "NotResponding"),
    ],
)
def test_the_end_is_that_of_rank_0(root: Path, zero: str, one: str, status: str) -> None:
    code = f"""
    if run.rank == 1:
        {one or "pass"}
    else:
        {zero or "pass"}
    """
    launched(root, torchrun(2), code)
    (found,) = epochlog.runs(root)
    run = epochlog.open_run(found.path)
    assert run.status == status
    assert (run.error_message or "") == ("rank 0" if status == "Failed" else "")
    assert len(run["all"].values) == 200


def test_a_rank_that_is_missing_is_told(root: Path) -> None:
    (run_id,) = ids(launched(root, torchrun(3)[:2]))
    (warning,) = the_run(root, run_id).warnings
    assert "1 of 3 ranks" in warning
