"""Which rank a process is, and what ids it makes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

import epochlog
from epochlog import _identity

LAUNCHERS = ("SLURM_", "OMPI_", "PMI_", "PMIX_", "MPI_", "TORCHELASTIC_", "EPOCHLOG_RUN", "LOCAL_")
RANKS = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
TORCHRUN = {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
SLURM = {
    "SLURM_JOB_ID": "4711",
    "SLURM_STEP_ID": "0",
    "SLURM_PROCID": "3",
    "SLURM_LOCALID": "1",
    "SLURM_NTASKS": "4",
}


@pytest.fixture(autouse=True)
def no_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run in a job themselves."""
    for name in list(os.environ):
        if name.startswith(LAUNCHERS) or name in RANKS:
            monkeypatch.delenv(name)
    monkeypatch.setattr(_identity, "_started", {})
    monkeypatch.setattr(_identity, "_first_name", [])
    monkeypatch.setattr(_identity, "_is_warned", False)


@pytest.mark.parametrize(
    "variables, rank, size",
    [
        ({}, 0, 1),
        ({"RANK": "3", "WORLD_SIZE": "8"}, 3, 8),
        ({"RANK": "", "WORLD_SIZE": "many"}, 0, 1),
        ({"RANK": "-1", "WORLD_SIZE": "0"}, 0, 1),
        ({"RANK": "\u0663", "WORLD_SIZE": "\u0664"}, 0, 1),
        ({"SLURM_PROCID": "3", "SLURM_NTASKS": "8"}, 0, 1),
        (SLURM, 3, 4),
        ({**SLURM, "SLURM_STEP_NUM_TASKS": "6"}, 3, 6),
        ({**SLURM, "RANK": "5", "WORLD_SIZE": "7"}, 5, 7),
        ({"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"}, 1, 2),
        ({"PMI_RANK": "1", "PMI_SIZE": "2"}, 1, 2),
    ],
)
def test_rank_and_size(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], rank: int, size: int
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert (_identity.rank(), _identity.world_size()) == (rank, size)


@pytest.mark.parametrize("name", ["train", "Ünïcode / Name", "...", "", "a" * 500, "\udc80"])
@pytest.mark.parametrize("variables", [SLURM, {"EPOCHLOG_RUN_ID": "j" * 128}])
def test_ids_are_good_whatever_the_name(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str, variables: dict[str, str]
) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    made = [_identity.run_id(name, 0, 2) for _ in range(3)]
    assert len(set(made)) == 3
    for run_id in made:
        assert run_id is not None
        with epochlog.Run("named", run_id=run_id) as run:
            assert run.id == run_id


@pytest.mark.parametrize(
    "arguments, name",
    [
        (["/models/train.py"], "train"),
        (["train"], "train"),
        (["/lib/package/__main__.py"], "package"),
        (["-c"], "python"),
        (["-m"], "python"),
        ([""], "python"),
        ([], "python"),
        (["/lib/ipykernel_launcher.py"], "notebook"),
    ],
)
def test_what_a_program_is_called(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], name: str
) -> None:
    monkeypatch.setattr(sys, "argv", arguments)
    assert _identity.program_name() == name


def test_no_proc_file_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: str) -> Any:
        raise FileNotFoundError(path)

    for variable, value in TORCHRUN.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(_identity, "_read", fail)
    with pytest.warns(RuntimeWarning, match="rank 0 of 2"):
        assert _identity.run_id("train", 0, 2) is None
    assert _identity.run_id("train", 0, 2) is None
