"""The run of a submitted script tells what became of the script, whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any, Callable

import pytest

from epochlog.azureml import Experiment, Run, ScriptRunConfig, Workspace
from epochlog.azureml.exceptions import ActivityFailedException

JOIN = "from epochlog.azureml.core.run import Run\nrun = Run.get_context()\n"


@pytest.fixture
def experiment(root: Path) -> Experiment:
    return Experiment(Workspace.from_config(), "submitted")


@pytest.fixture
def submit(experiment: Experiment) -> Callable[..., Run]:
    """submit(text of train.py, **options of ScriptRunConfig) in the folder src."""

    def submitted(text: str, tags: Any = None, **options: Any) -> Run:
        Path("src").mkdir(exist_ok=True)
        Path("src/train.py").write_text(textwrap.dedent(text), "utf-8")
        return experiment.submit(ScriptRunConfig("src", "train.py", **options), tags=tags)

    return submitted


def console(run: Run) -> str:
    return Path(run._folder, "logs/std_log.txt").read_text("utf-8")


def until(happens: Callable[[], Any], seconds: float = 20) -> Any:
    """Waits for something to be true."""
    end = time.monotonic() + seconds
    while not (result := happens()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return result


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


# ------------------------------------------------------------------------- its end


def test_a_script_that_exits_with_3_has_failed_and_says_so(submit) -> None:
    run = submit("import sys; print('before'); sys.exit(3)")
    with pytest.raises(ActivityFailedException, match="the script ended with exit code 3"):
        run.wait_for_completion()
    details = run.wait_for_completion(raise_on_error=False)
    assert details["status"] == "Failed"
    error = details["error"]["error"]
    assert (error["code"], error["message"]) == ("UserError", "the script ended with exit code 3")
    assert error["debugInfo"]["stackTrace"] == "before\n"


def test_an_exception_fails_the_run_with_its_traceback(submit) -> None:
    run = submit(
        JOIN + "run.log('loss', 1)\ndef step():\n    raise ValueError('häßlich')\nstep()\n"
    )
    error = run.wait_for_completion(raise_on_error=False)["error"]["error"]
    assert error["message"] == "the script ended with exit code 1: ValueError: häßlich"
    assert error["debugInfo"]["stackTrace"].startswith("Traceback (most recent call last):\n")
    assert error["debugInfo"]["stackTrace"].endswith("ValueError: häßlich")
    assert (run.status, run.get_metrics()) == ("Failed", {"loss": 1})


def test_a_script_that_is_killed_has_failed_by_that_signal(submit) -> None:
    run = submit(
        JOIN + "run.log('loss', 1)\nopen('outputs/x', 'w').close()\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    error = run.wait_for_completion(raise_on_error=False)["error"]["error"]
    assert error["message"] == "the script was killed by SIGKILL"
    assert run.get_metrics() == {"loss": 1}
    assert run.get_file_names() == ["logs/std_log.txt", "outputs/x"]


@pytest.mark.parametrize(
    "end, status, message",
    [
        ("run.fail('diverged', 'Divergence')", "Failed", "diverged"),
        ("run.cancel()", "Canceled", None),
        ("run.complete(); raise SystemExit(3)", "Completed", None),
        ("run.complete(); run.log('after', 1)", "Completed", None),
        (
            "with run: raise SystemExit('by block')",
            "Failed",
            "the program ended with exit status by block",
        ),
    ],
)
def test_what_the_script_says_of_its_end_counts(submit, end, status, message) -> None:
    run = submit(JOIN + end)
    details = run.wait_for_completion(raise_on_error=False)
    assert details["status"] == status
    assert details.get("error", {}).get("error", {}).get("message") == message
    assert not Path(run._folder, "end.json").exists()


def test_a_script_that_prints_much_and_all_letters_is_shown_as_it_prints(submit, capfd) -> None:
    run = submit(
        """
        import sys
        print("Größe ∑ 日本 🎉")
        print("to stderr", file=sys.stderr)
        sys.stdout.buffer.write(b"\\xff\\xfe cut \\xe2\\x88")
        sys.stdout.flush()
        for i in range(20_000):
            print("line", i)
        """
    )
    run.wait_for_completion(show_output=True)
    shown = capfd.readouterr().out
    assert "Größe ∑ 日本 🎉\nto stderr\n\ufffd\ufffd cut \ufffdline 0\n" in shown
    assert shown.count("line ") == 20_000


def test_output_is_shown_while_the_script_runs(submit, capfd) -> None:
    run = submit("import time\nprint('early')\ntime.sleep(60)\n")
    until(lambda: console(run) == "early\n")
    assert run.status == "Running"
    run.cancel()
    run.wait_for_completion(raise_on_error=False)


def test_a_script_without_end_is_canceled_with_its_processes(submit) -> None:
    run = submit(
        """
        import os, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(os.getpid(), child.pid, flush=True)
        time.sleep(600)
        """
    )
    processes = [int(word) for word in until(lambda: console(run)).split()]
    assert all(map(is_alive, processes))
    run.cancel()
    assert run.status in ("CancelRequested", "Canceled")
    with pytest.raises(ActivityFailedException, match="ended as Canceled"):
        run.wait_for_completion()
    until(lambda: not any(map(is_alive, processes)))
    assert run.status == "Canceled"
    assert not Path(run._folder, "cancel").exists()
    run.cancel()  # it has ended: nothing


def test_a_script_that_will_not_end_is_killed(submit) -> None:
    run = submit(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True)\nwhile True: time.sleep(1)"
    )
    until(lambda: console(run) == "deaf\n")
    run.cancel()
    assert run.wait_for_completion(raise_on_error=False)["status"] == "Canceled"


def test_a_script_is_ended_when_its_time_is_over(submit) -> None:
    run = submit("import time; time.sleep(600)", max_run_duration_seconds=0.3)
    assert run.wait_for_completion(raise_on_error=False)["status"] == "Canceled"


def test_a_run_is_canceled_by_who_opens_it_again(submit, experiment) -> None:
    run = submit(JOIN + "print('up', flush=True)\nimport time; time.sleep(600)")
    until(lambda: console(run) == "up\n")
    Run(experiment, run.id).cancel()
    assert run.wait_for_completion(raise_on_error=False)["status"] == "Canceled"


@pytest.mark.forks
def test_a_process_that_a_script_leaves_behind_does_not_hold_its_run_open(submit) -> None:
    run = submit(
        """
        import os, time
        if os.fork() == 0:
            time.sleep(600)
        print(os.getpid(), flush=True)
        """
    )
    began = time.monotonic()
    assert run.wait_for_completion()["status"] == "Completed"
    assert time.monotonic() - began < 30
    group = int(console(run))
    os.killpg(group, signal.SIGKILL)


def test_forked_workers_log_to_the_run(submit) -> None:
    run = submit(
        JOIN
        + """
import multiprocessing
def work(i):
    run.log("worker", i)
with multiprocessing.get_context("fork").Pool(2) as pool:
    pool.map(work, range(4))
    pool.close(); pool.join()
run.log("main", 1)
"""
    )
    run.wait_for_completion()
    metrics = run.get_metrics()
    assert (sorted(metrics["worker"]), metrics["main"]) == ([0, 1, 2, 3], 1)


def test_ranks_that_a_script_starts_log_to_the_run(submit) -> None:
    Path("src").mkdir()
    Path("src/rank.py").write_text(JOIN + "import os; run.log('rank ' + os.environ['RANK'], 1)")
    run = submit(
        """
        import os, subprocess, sys
        ranks = [
            subprocess.Popen(
                [sys.executable, "rank.py"],
                env={**os.environ, "RANK": str(rank), "WORLD_SIZE": "3"},
            )
            for rank in range(3)
        ]
        sys.exit(max(rank.wait() for rank in ranks))
        """
    )
    assert run.wait_for_completion()["status"] == "Completed"
    assert run.get_metrics() == {"rank 0": 1, "rank 1": 1, "rank 2": 1}
    assert "warnings" not in run.get_details()


# ------------------------------------------------------------- who submitted is gone


def test_a_run_goes_on_when_who_submitted_it_ends(submit, experiment) -> None:
    Path("src").mkdir()
    Path("src/slow.py").write_text(JOIN + "import time; time.sleep(1); run.log('late', 1)")
    code = (
        "from epochlog.azureml import *\n"
        "experiment = Experiment(Workspace.from_config(), 'submitted')\n"
        "run = experiment.submit(ScriptRunConfig('src', 'slow.py'))\n"
        "print(run.id, flush=True)\n"
    )
    for end in ("", "import os, signal; os.kill(0, signal.SIGKILL)"):
        done = subprocess.run(
            [sys.executable, "-c", code + end],
            capture_output=True,
            text=True,
            timeout=60,
            start_new_session=True,
        )
        assert done.stderr == ""
        run = Run(experiment, done.stdout.strip())
        assert run.wait_for_completion()["status"] == "Completed"
        assert run.get_metrics() == {"late": 1}


def supervisor_of(run: Run) -> int:
    (log,) = [log for log in run._saved().logs if log.rank == 0 and log.start == run._saved().start]
    return log.pid


def test_a_script_whose_supervisor_is_killed_ends_its_run_itself(submit) -> None:
    run = submit(
        JOIN
        + "print('up', flush=True)\nrun.log('a', 1)\nimport time; time.sleep(2)\nrun.log('b', 1)"
    )
    until(lambda: console(run) == "up\n" and run.get_metrics() == {"a": 1})
    os.kill(supervisor_of(run), signal.SIGKILL)
    assert run.wait_for_completion()["status"] == "Completed"
    assert run.get_metrics() == {"a": 1, "b": 1}


def test_a_supervisor_that_is_asked_to_end_cancels_the_run(submit) -> None:
    run = submit("print('up', flush=True)\nimport time; time.sleep(600)")
    until(lambda: console(run) == "up\n")
    os.kill(supervisor_of(run), signal.SIGTERM)
    assert run.wait_for_completion(raise_on_error=False)["status"] == "Canceled"
