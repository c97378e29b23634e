"""The run that a callback or a writer logs into."""

from __future__ import annotations

import copy
import pickle

import pytest

import epochlog
from epochlog._held_run import HeldRun


def test_a_run_of_its_own_is_one_run_for_life(root) -> None:
    held = HeldRun(None, {"tags": {"a": "b"}})
    assert (held.run, held.is_open) == (None, False)
    first = held.open(name="ridge")
    first.log("loss", 1.0)
    held.complete()
    held.complete()
    second = held.open(name="other")
    second.log("loss", 2.0)
    held.complete()
    assert (second.id, second.name) == (first.id, "ridge")
    run = epochlog.open_run(first.folder)
    assert (run.status, run.tags) == ("Completed", {"a": "b"})
    assert sorted(run["loss"].values) == [1.0, 2.0]


def test_options_beside_a_run_are_an_error(root) -> None:
    with epochlog.Run("given") as run, pytest.raises(TypeError, match="name would have no effect"):
        HeldRun(run, {"name": "other"})


def test_a_given_run_is_never_ended(root) -> None:
    with epochlog.Run("given") as run:
        held = HeldRun(run)
        held.complete()
        held.fail("no")
        held.end_as(ValueError("no"))
        assert run.is_open and held.open() is run


@pytest.mark.parametrize(
    "error, status",
    [(ValueError("bad"), "Failed"), (KeyboardInterrupt(), "Canceled"), (None, "Completed")],
)
def test_a_run_of_its_own_ends_as_the_exception_says(root, error, status: str) -> None:
    held = HeldRun(None, {"name": "a"})
    held.open()
    held.end_as(error)
    assert held.run is not None
    assert epochlog.open_run(held.run.folder).status == status


def test_copies_have_runs_of_their_own_or_share_the_given(root) -> None:
    with epochlog.Run("given") as run:
        assert copy.deepcopy(HeldRun(run)).run is run
    held = HeldRun(None, {"name": "a"})
    first = held.open().id
    twin = copy.deepcopy(held)
    assert twin.open().id != first
    twin.complete()
    held.complete()


def test_pickled_it_leads_to_the_same_run(root) -> None:
    held = HeldRun(None, {"name": "a", "params": {"x": 1}})
    first = held.open().id
    held.complete()
    other = pickle.loads(pickle.dumps(held))
    assert other.open().id == first
    other.complete()
    unopened = pickle.loads(pickle.dumps(HeldRun(None, {"params": {"x": 1}})))
    assert unopened.options == {"params": {"x": 1}}
