"""Azure ML's runs end as they are told to, and else as their process does."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest

from epochlog.azureml import Experiment, Run, Workspace
from epochlog.azureml.exceptions import ActivityFailedException, UserErrorException

START = """\
from epochlog.azureml import Experiment, Run, Workspace
run = Experiment(Workspace.from_config(), "e").start_logging(snapshot_directory=None)
run.log("loss", 0.5)
"""
OFFLINE = """\
from epochlog.azureml.core.run import Run, _OfflineRun
run = Run.get_context()
"""


@pytest.fixture
def experiment(root: Path) -> Experiment:
    return Experiment(Workspace.from_config(), "e")


@pytest.fixture
def started(experiment: Experiment) -> Iterator[Callable[[], Run]]:
    yield lambda: experiment.start_logging(snapshot_directory=None)


def only_run(name: str = "e") -> Run:
    (run,) = Experiment(Workspace.from_config(), name).get_runs()
    return run


# -------------------------------------------------------------------------- ends


def test_a_run_completes_fails_or_is_canceled(started) -> None:
    runs = [started() for _ in range(3)]
    assert [run.get_status() for run in runs] == ["Running"] * 3
    runs[0].start()  # nothing: it has
    runs[0].complete()
    runs[1].fail("went wrong", "Divergence")
    runs[2].cancel()
    assert [run.status for run in runs] == ["Completed", "Failed", "Canceled"]
    assert runs[1].get_details()["error"]["error"]["code"] == "Divergence"
    assert runs[1].get_details()["error"]["error"]["message"] == "went wrong"


def test_failing_with_an_exception_keeps_its_traceback(started) -> None:
    run = started()
    try:
        {}["key"]
    except KeyError as error:
        run.fail(error)
    error = run.get_details()["error"]["error"]
    assert (error["code"], error["message"]) == (
        "UserError",
        "User program failed with KeyError: 'key'",
    )
    assert error["debugInfo"]["type"] == "KeyError"
    assert error["debugInfo"]["message"] == "'key'"
    assert '{}["key"]' in error["debugInfo"]["stackTrace"]


def test_failing_with_something_else_is_refused_and_fails_nothing(started) -> None:
    run = started()
    with pytest.raises(TypeError, match="error_details is a int"):
        run.fail(7)
    assert run.status == "Running"
    run.fail()
    assert run.get_details()["error"]["error"]["message"] == ""


def test_a_run_that_has_ended_stays_as_it_is(started) -> None:
    run = started()
    run.complete()
    run.complete()
    with pytest.warns(RuntimeWarning, match="has ended as Completed and stays so"):
        run.fail("too late")
    with pytest.warns(RuntimeWarning, match="stays so"):
        run.cancel()
    assert run.status == "Completed"


def test_ending_without_telling_keeps_the_outputs_and_goes_on(started) -> None:
    run = started()
    Path("outputs/a.txt").write_text("a")
    run.complete(_set_status=False)
    assert (run.status, run.get_file_names()) == ("Running", ["outputs/a.txt"])
    run.log("after", 1)
    run.complete()
    assert run.get_metrics() == {"after": 1}


def test_flush_returns_at_once_and_leaves_the_run_open(started) -> None:
    run = started()
    run.log("loss", 0.5)
    run.flush(timeout_seconds=300)
    run.log("loss", 0.25)
    run.complete()
    assert run.get_metrics() == {"loss": [0.5, 0.25]}


@pytest.mark.parametrize(
    "error, status",
    [
        (None, "Completed"),
        (ValueError("bad"), "Failed"),
        (KeyboardInterrupt(), "Canceled"),
        (SystemExit(0), "Completed"),
        (SystemExit(3), "Failed"),
    ],
)
def test_leaving_a_block_ends_the_run_as_the_exception_says(started, error, status: str) -> None:
    try:
        with started() as run:
            if error is not None:
                raise error
    except BaseException as raised:
        assert raised is error
    assert run.status == status


def test_a_block_leaves_a_run_that_was_ended_within_it(started) -> None:
    with started() as run:
        run.fail("by hand")
    assert run.status == "Failed"


def test_waiting_for_a_run_of_this_process_would_last_for_ever_and_is_refused(started) -> None:
    run = started()
    with pytest.raises(UserErrorException, match="is logged by this process"):
        run.wait_for_completion()
    run.complete()
    assert run.wait_for_completion()["status"] == "Completed"


# ------------------------------------------------------------- ends of the process


@pytest.mark.parametrize(
    "end, status",
    [
        ("", "Completed"),
        ("raise ValueError('bad')", "Failed"),
        ("import sys; sys.exit(3)", "Failed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", "Canceled"),
        ("import os; os._exit(0)", "NotResponding"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "NotResponding"),
        ("import os, sys\nif os.fork() == 0: sys.exit(5)\nos.wait()", "Completed"),
    ],
)
@pytest.mark.parametrize("begin", [START, OFFLINE], ids=["interactive", "offline"])
def test_a_run_that_nobody_ends_ends_as_its_process(root: Path, python, begin, end, status) -> None:
    python(begin + "run.log('last', 1)\n" + end, check=False)
    (run,) = [run for e in Workspace.from_config().experiments.values() for run in e.get_runs()]
    assert run.status == status
    assert run.get_metrics("last") == {"last": 1}


def test_a_run_whose_process_was_killed_can_be_given_an_end(root: Path, python) -> None:
    python(START + "import os; os._exit(1)", check=False)
    run = only_run()
    assert run.status == "NotResponding"
    with pytest.raises(ActivityFailedException, match="ended as NotResponding"):
        run.wait_for_completion()
    run.fail("the machine was switched off")
    assert (run.status, run.get_metrics()) == ("Failed", {"loss": 0.5})
    assert (only_run().name, only_run().experiment.name) == ("python", "e")


def test_a_run_of_another_process_is_not_ended_from_here(root: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START + "input()"], stdin=subprocess.PIPE
    ) as other:
        while not list(root.glob("*/*.elog")):
            time.sleep(0.02)
        run = only_run()
        for end in (run.complete, run.fail, run.cancel):
            with pytest.raises(UserErrorException, match="logged by another process"):
                end()
        run.tag("seen from outside")
        run.log("from outside", 1)
        assert run.status == "Running"
        other.communicate(b"\n")
    assert run.wait_for_completion()["status"] == "Completed"
    assert run.get_metrics() == {"loss": 0.5, "from outside": 1}
    assert run.tags == {"seen from outside": None}


# ------------------------------------------------------------------------ offline


def test_outside_of_a_submission_the_run_is_an_offline_run_that_keeps_everything(
    root, python
) -> None:
    said = python(
        OFFLINE + "assert run.id.startswith('OfflineRun'), run.id\n"
        "assert isinstance(run, _OfflineRun) and type(run) == _OfflineRun\n"
        "assert isinstance(run, Run)\n"
        "assert Run.get_context() is run\n"
        "run.log('alpha', 0.1); run.tag('t'); run.log_list('l', [1, 2])\n"
        "open('outputs/model.pkl', 'w').close()\n"
        "assert run.experiment.name == 'default' and run.get_metrics()['alpha'] == 0.1\n"
        "run.complete()\n"
        "second = Run.get_context()\n"
        "assert second.id != run.id and second.id.startswith('OfflineRun')\n"
        "print(run.id)\n"
    )
    run = Run.get(Workspace.from_config(), said.stdout.split()[-1])
    assert run.get_metrics() == {"alpha": 0.1, "l": [1, 2]}
    assert (run.status, run.tags, run.get_file_names()) == (
        "Completed",
        {"t": None},
        ["outputs/model.pkl"],
    )
    assert not said.stderr


def test_offline_can_be_refused(root: Path, python) -> None:
    python(
        "from epochlog.azureml.core import Run\n"
        "from epochlog.azureml.exceptions import RunEnvironmentException\n"
        "try: Run.get_context(allow_offline=False)\n"
        "except RunEnvironmentException as error: assert 'EPOCHLOG_RUN_ID' in str(error)\n"
        "else: raise SystemExit('no exception')\n"
    )
    assert not root.exists()


def test_the_environment_names_the_run_and_the_experiment(root: Path, python) -> None:
    begin = OFFLINE + "assert type(run) is Run, type(run)\nrun.log('loss', 1)\n"
    python(begin + "run.log('a', 1)", EPOCHLOG_RUN_ID="job-17", EPOCHLOG_EXPERIMENT="sweep")
    run = only_run("sweep")
    assert (run.id, run.status, run.get_metrics()) == ("job-17", "Completed", {"loss": 1, "a": 1})
    assert type(run) is Run


@pytest.mark.forks
def test_workers_of_an_offline_run_log_to_it(root: Path, tmp_path: Path) -> None:
    script = tmp_path / "workers.py"
    script.write_text(
        "import multiprocessing, sys\n" + OFFLINE.replace("run = ", "") + "def work(i):\n"
        "    Run.get_context().log('from ' + sys.argv[1], i)\n"
        "if __name__ == '__main__':\n"
        "    run = Run.get_context()\n"
        "    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:\n"
        "        pool.map(work, range(4))\n"
        "        pool.close(); pool.join()\n"
    )
    for method in ("fork", "spawn"):
        subprocess.run([sys.executable, script, method], check=True, timeout=60)
        (run,) = [
            r
            for r in Workspace.from_config().experiments["default"].get_runs()
            if f"from {method}" in r.get_metrics()
        ]
        assert sorted(run.get_metrics()[f"from {method}"]) == [0, 1, 2, 3]
        assert run.status == "Completed"
    assert len(list(root.iterdir())) == 2
    assert not list(Path(run._folder).glob("*.live"))  # the workers left it


def test_ranks_of_one_job_share_one_offline_run(root: Path) -> None:
    launcher = (
        "import os, subprocess, sys\n"
        "script = 'from epochlog.azureml import Run\\nrun = Run.get_context()\\n'\n"
        'script += \'import os; run.log("rank" + os.environ["RANK"], 1)\'\n'
        "env = {**os.environ, 'WORLD_SIZE': '2', 'LOCAL_WORLD_SIZE': '2'}\n"
        "ranks = [subprocess.Popen([sys.executable, '-c', script], env={**env, 'RANK': str(r)})\n"
        "         for r in range(2)]\n"
        "sys.exit(max(rank.wait() for rank in ranks))\n"
    )
    subprocess.run([sys.executable, "-c", launcher], check=True, timeout=60)
    (run,) = Workspace.from_config().experiments["default"].get_runs()
    assert run.get_metrics() == {"rank0": 1, "rank1": 1}
    assert run.id.startswith("OfflineRun")


def test_ctrl_c_while_waiting_stops_the_wait_alone(root: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START + "input()"], stdin=subprocess.PIPE
    ) as other:
        while not list(root.glob("*/*.elog")):
            time.sleep(0.02)
        waiting = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from epochlog.azureml import *\n"
                "(run,) = Experiment(Workspace.from_config(), 'e').get_runs()\n"
                "print('waiting', flush=True); run.wait_for_completion(show_output=True)",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert waiting.stdout is not None and waiting.stdout.readline() == b"waiting\n"
        time.sleep(0.2)
        waiting.send_signal(signal.SIGINT)
        _, errors = waiting.communicate(timeout=20)
        assert b"KeyboardInterrupt" in errors
        assert only_run().status == "Running"
        other.communicate(b"\n")
    assert only_run().status == "Completed"
