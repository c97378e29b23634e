"""multiprocessing and pools: workers log into a run, and leave its end to its owner."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Iterator

import pytest
from programs import (
    BEGIN,
    METHODS,
    Ended,
    assert_points,
    ended,
    environment,
    lives,
    logs,
    the_run,
    until_gone,
)

import epochlog

pytestmark = pytest.mark.forks

@pytest.fixture
def short() -> Iterator[str]:
    """A folder for sockets, whose paths are short, where who is killed leaves them."""
    with tempfile.TemporaryDirectory(prefix="el-") as folder:
        yield folder


WORKERS = (
    BEGIN
    + """
def work(run, name, ending=""):
    points(run, name)
    exec(ending)
"""
)


def workers(method: str, code: str) -> str:
    return (
        WORKERS
        + f"""
if __name__ == "__main__":
    multiprocessing.set_start_method("{method}")
    run = epochlog.Run("shared")
    points(run, "parent")
"""
        + textwrap.indent(textwrap.dedent(code), "    ")
    )


@pytest.mark.parametrize("method", METHODS)
def test_processes(ended: Ended, method: str) -> None:
    """Some end well and some do not: the run is their owner's."""
    code = """
    endings = ["", "raise ValueError('worker')", "sys.exit(3)"]
    processes = [
        multiprocessing.Process(target=work, args=(run, f"worker-{i}", ending))
        for i, ending in enumerate(endings)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print([process.exitcode for process in processes])
    """
    run, done = ended(workers(method, code), "")
    assert (run.status, done.stdout) == ("Completed", "[0, 1, 3]\n"), done.stderr
    assert_points(run, {"parent": 100, **{f"worker-{i}": 100 for i in range(3)}})
    assert (logs(run), lives(run)) == (4, 0)
    assert not run.warnings


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("ending", ["os._exit(1)", "os.kill(os.getpid(), 9)"])
def test_a_worker_that_dies(ended: Ended, method: str, ending: str) -> None:
    code = f"""
    process = multiprocessing.Process(target=work, args=(run, "worker", "{ending}"))
    process.start()
    process.join()
    points(run, "after")
    """
    run, done = ended(workers(method, code), "")
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert_points(run, {"parent": 100, "worker": 100, "after": 100})


@pytest.mark.parametrize("method", METHODS)
def test_a_pool(ended: Ended, method: str) -> None:
    """However many tasks are sent the run, each worker has one log."""
    code = """
    with multiprocessing.Pool(2) as pool:
        pool.starmap(work, [(run, f"task-{i}") for i in range(20)], chunksize=1)
        pool.close()
        pool.join()
    """
    run, done = ended(workers(method, code), "")
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert_points(run, {"parent": 100, **{f"task-{i}": 100 for i in range(20)}})
    assert 2 <= logs(run) <= 3
    assert lives(run) == 0


@pytest.mark.parametrize("method", METHODS)
def test_an_executor(ended: Ended, method: str) -> None:
    code = """
    from concurrent.futures import ProcessPoolExecutor
    with ProcessPoolExecutor(2) as executor:
        tasks = [executor.submit(work, run, f"task-{i}") for i in range(10)]
        failed = executor.submit(work, run, "failed", "raise ValueError('task')")
    print(sum(task.exception() is None for task in tasks), failed.exception())
    """
    run, done = ended(workers(method, code), "")
    assert (run.status, done.stdout) == ("Completed", "10 task\n"), done.stderr
    assert_points(run, {"parent": 100, "failed": 100, **{f"task-{i}": 100 for i in range(10)}})
    assert lives(run) == 0


def test_an_executor_whose_worker_dies(ended: Ended) -> None:
    code = """
    from concurrent.futures import ProcessPoolExecutor
    with run, ProcessPoolExecutor(1) as executor:
        executor.submit(work, run, "worker", "os._exit(1)").result()
    """
    run, done = ended(workers("fork", code), "")
    assert (run.status, run.error_code) == ("Failed", "BrokenProcessPool"), done.stderr
    assert_points(run, {"parent": 100, "worker": 100})


def test_a_pool_that_is_terminated(ended: Ended) -> None:
    code = """
    with multiprocessing.Pool(2) as pool:
        pool.starmap(work, [(run, f"task-{i}") for i in range(4)])
    """
    run, done = ended(workers("fork", code), "")
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert_points(run, {"parent": 100, **{f"task-{i}": 100 for i in range(4)}})


@pytest.mark.parametrize("method", METHODS)
def test_a_worker_of_an_owner_that_ended_meanwhile(ended: Ended, method: str) -> None:
    code = """
    process = multiprocessing.Process(
        target=work, args=(run, "worker", "time.sleep(0.2); points(run, 'late')")
    )
    process.start()
    run.complete()
    process.join()
    """
    run, done = ended(workers(method, code), "")
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert_points(run, {"parent": 100, "worker": 100, "late": 100})


@pytest.mark.parametrize("method", METHODS)
def test_an_owner_that_is_killed_first(root: Path, method: str, short: str) -> None:
    code = """
    ready, go = multiprocessing.Event(), multiprocessing.Event()
    process = multiprocessing.Process(target=wait, args=(run, ready, go, os.getpid()))
    process.start()
    ready.wait()
    print(process.pid, flush=True)
    time.sleep(60)
    """
    waiting = """
def wait(run, ready, go, parent):
    points(run, "worker")
    ready.set()
    while os.path.exists(f"/proc/{parent}"):
        time.sleep(0.01)
    points(run, "later")
"""
    script = root.parent / "script.py"
    script.write_text(workers(method, code).replace("def work", waiting + "\ndef work"))
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env={**environment(), "TMPDIR": short},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )
    assert process.stdout is not None
    worker = int(process.stdout.readline())
    process.kill()
    process.wait()
    until_gone(worker)
    process.stdout.close()
    run = the_run(root)
    assert run.status == "NotResponding"
    assert_points(run, {"parent": 100, "worker": 100, "later": 100})


@pytest.mark.parametrize("method", METHODS)
def test_a_loader_of_data_whose_workers_log(ended: Ended, method: str) -> None:
    """As PyTorch has it: daemons, fed by queues, that end when they get None."""
    loader = """
def load(run, tasks, batches):
    while (i := tasks.get()) is not None:
        run.log(f"load-{i % 2}", i)
        batches.put([i])
"""
    code = """
    tasks, batches = [multiprocessing.Queue() for _ in range(2)], multiprocessing.Queue()
    loaders = [
        multiprocessing.Process(target=load, args=(run, tasks[i], batches), daemon=True)
        for i in range(2)
    ]
    for process in loaders:
        process.start()
    for epoch in range(2):
        for i in range(50):
            tasks[i % 2].put(i)
        for i in range(50):
            run.log("loss", len(batches.get()))
    for queue in tasks:
        queue.put(None)
    for process in loaders:
        process.join()
    run.complete()
    """
    begin = workers(method, code).replace("def work", loader + "\ndef work")
    run, done = ended(begin, "")
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert_points(run, {"parent": 100, "load-0": 50, "load-1": 50, "loss": 100})
    assert (logs(run), lives(run)) == (3, 0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "ending, status, codes",
    [
        ("", "Completed", [None]),
        ("sys.exit(0)", "Completed", [None]),
        ("sys.exit(3)", "Failed", ["SystemExit"]),
        # From Python 3.13 on only the exit status is known.
        ("raise ValueError('no')", "Failed", ["ValueError", "SystemExit"]),
    ],
)
def test_a_run_of_a_workers_own(
    ended: Ended, root: Path, method: str, ending: str, status: str, codes: list[str | None]
) -> None:
    own = f"""
def own():
    run = epochlog.Run("own")
    points(run, "loss")
    {ending}
"""
    code = "process = multiprocessing.Process(target=own)\nprocess.start()\nprocess.join()"
    run, done = ended(workers(method, code).replace("def work", own + "\ndef work"), "")
    mine = the_run(root, "own")
    assert run.status == "Completed", done.stderr
    assert (mine.status, mine.error_code or None) == (status, mine.error_code or None)
    assert (mine.error_code or None) in codes
    assert_points(mine, {"loss": 100})
    assert lives(mine) == 0


@pytest.mark.parametrize("method", METHODS)
def test_children_that_the_interpreter_waits_for(ended: Ended, method: str) -> None:
    """multiprocessing joins them at exit."""
    code = """
    later = "time.sleep(0.3); points(run, 'b')"
    multiprocessing.Process(target=work, args=(run, "a", later)).start()
    """
    run, done = ended(workers(method, code), "")
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert_points(run, {"parent": 100, "a": 100, "b": 100})
    assert lives(run) == 0


def test_programs_that_are_started_take_nothing_along(ended: Ended) -> None:
    run, done = ended(
        """
        import subprocess
        code = "import os; print(len(os.listdir('/proc/self/fd')))"
        before = subprocess.run([sys.executable, "-c", code], capture_output=True, close_fds=False)
        run.complete()
        after = subprocess.run([sys.executable, "-c", code], capture_output=True, close_fds=False)
        print(before.stdout == after.stdout)
        """
    )
    assert (run.status, done.stdout) == ("Completed", "True\n")
