"""Scripts that import azureml run unchanged, and as Python itself would run them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from epochlog.azureml import Experiment, Workspace

SCRIPT = """\
import azureml.core
from azureml.core import Environment, Experiment, Run, ScriptRunConfig, Workspace
from azureml.core.environment import Environment as SameEnvironment
from azureml.core.run import Run as SameRun, _OfflineRun
from azureml.core.runconfig import RunConfiguration
from azureml.core.model import Model
from azureml.core.conda_dependencies import CondaDependencies
from azureml.exceptions import UserErrorException
from azureml.widgets import RunDetails
import epochlog.azureml.core.run
assert SameRun is Run is azureml.core.Run is epochlog.azureml.core.run.Run
assert SameEnvironment is Environment
assert azureml.core.__name__ == "epochlog.azureml.core"
assert azureml.core.__spec__.name == "epochlog.azureml.core"
assert azureml.core.VERSION
"""


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), "utf-8")
    return path


def run(*words: Any, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    """python -m epochlog.azureml with these arguments."""
    done = subprocess.run(
        [sys.executable, "-m", "epochlog.azureml", *map(str, words)],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=120,
    )
    if check and done.returncode != 0:
        pytest.fail(f"exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def plain(*words: Any) -> subprocess.CompletedProcess[str]:
    """The same words given to Python itself."""
    return subprocess.run(
        [sys.executable, *map(str, words)], capture_output=True, text=True, timeout=60
    )


def test_every_published_import_is_served_and_is_the_same_module(root: Path) -> None:
    write("train.py", SCRIPT + "print('done')\n")
    assert run("train.py").stdout == "done\n"


def test_a_script_logs_unchanged(root: Path) -> None:
    write(
        "train.py", "from azureml.core import Run\nrun = Run.get_context()\nrun.log('loss', 0.5)\n"
    )
    done = run("train.py")
    assert (done.stdout, done.stderr) == ("", "")
    (found,) = Workspace.from_config().experiments["default"].get_runs()
    assert (found.get_metrics(), found.status, found.name) == ({"loss": 0.5}, "Completed", "train")


def test_the_same_script_runs_with_the_prefix_changed_alone(root: Path) -> None:
    text = SCRIPT.replace("azureml", "epochlog.azureml").replace("epochlog.epochlog", "epochlog")
    write("train.py", text)
    done = plain("train.py")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "words", [["deep/er/show.py"], ["-m", "pack"], ["-m", "pack.sub"], ["deep"]]
)
def test_a_program_sees_what_it_sees_without_the_runner(root: Path, words: list[str]) -> None:
    text = """
        import sys
        print(__name__, __file__, sys.argv, sys.path[0], __package__ or None)
        print(__spec__ and __spec__.name, sys.modules["__main__"].__dict__ is globals())
        print(sorted(n for n in globals() if n not in ("__cached__", "__loader__")))
    """
    write("deep/er/show.py", text)
    write("deep/__main__.py", "import sys; print(__name__, sys.argv, sys.path[0])")
    write("pack/__init__.py", "")
    write("pack/__main__.py", text)
    write("pack/sub.py", text)
    arguments = ["--option", "a b", "-m", "-v"]
    ours, theirs = run(*words, *arguments), plain(*words, *arguments)
    assert ours.stdout == theirs.stdout
    assert ours.stderr == theirs.stderr == ""


@pytest.mark.parametrize(
    "end",
    [
        "raise SystemExit(3)",
        "import sys; sys.exit('words')",
        "sys.exit()",
        "1 / 0",
        "def f():\n  1 / 0\nf()",
        "import os; os.kill(os.getpid(), 9)",
        "raise KeyboardInterrupt",
        "import nothing.like.this",
        "x = )",
    ],
)
def test_a_program_ends_as_it_ends_without_the_runner(root: Path, end: str) -> None:
    write("end.py", "import sys\nprint('begun')\n" + end + "\n")
    ours, theirs = run("end.py", check=False), plain("end.py")
    assert ours.returncode == theirs.returncode
    assert ours.stdout == theirs.stdout
    assert ours.stderr.replace(os.getcwd() + "/", "") == theirs.stderr.replace(
        os.getcwd() + "/", ""
    )


def test_an_exception_fails_the_run_with_a_traceback_of_the_script_alone(root: Path) -> None:
    write(
        "train.py",
        "from azureml.core import Run\nrun = Run.get_context()\ndef f():\n    1 / 0\nf()\n",
    )
    assert run("train.py", check=False).returncode == 1
    (found,) = Workspace.from_config().experiments["default"].get_runs()
    trace = found.get_details()["error"]["error"]["debugInfo"]["stackTrace"]
    assert found.status == "Failed"
    assert "epochlog" not in trace and "line 5" in trace and "ZeroDivisionError" in trace


@pytest.mark.parametrize("end", ["raise SystemExit(3)", "import sys; sys.exit('words')"])
def test_an_exit_status_fails_the_run(root: Path, end: str) -> None:
    write("train.py", "from azureml.core import Run\nrun = Run.get_context()\n" + end)
    assert run("train.py", check=False).returncode in (1, 3)
    (found,) = Workspace.from_config().experiments["default"].get_runs()
    assert found.status == "Failed"


def test_what_is_called_at_the_exit_still_has_its_module(root: Path) -> None:
    write(
        "a.py",
        "import atexit, sys\nvalue = 7\n"
        "atexit.register(lambda: print(value, sys.modules['__main__'].value))",
    )
    assert run("a.py").stdout == "7 7\n"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.forks
def test_workers_of_multiprocessing_import_azureml_too(root: Path, method: str) -> None:
    write(
        "pool.py",
        """
        import multiprocessing, sys
        from azureml.core import Run

        class Point:
            pass

        def work(i):
            import azureml.core.run
            assert azureml.core.run.Run is Run
            return Point()

        if __name__ == "__main__":
            with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
                print(len(pool.map(work, range(4))), type(pool.map(work, [1])[0]) is Point)
        """,
    )
    assert run("pool.py", method).stdout == "4 True\n"


def test_programs_that_a_script_starts_import_azureml_too(root: Path) -> None:
    write("inner.py", SCRIPT + "print('inner')\n")
    write(
        "outer.py",
        "import subprocess, sys\nsubprocess.run([sys.executable, 'inner.py'], check=True)",
    )
    done = run("outer.py")
    assert (done.stdout, done.stderr) == ("inner\n", "")
    assert plain("inner.py").returncode == 1  # and nobody else does


def test_a_submitted_script_imports_azureml_too(root: Path) -> None:
    write("src/train.py", SCRIPT + "Run.get_context().log('mse', 1)\n")
    write(
        "submit.py",
        """
        from azureml.core import Experiment, ScriptRunConfig, Workspace
        run = Experiment(Workspace.from_config(), "e").submit(ScriptRunConfig("src", "train.py"))
        run.wait_for_completion(show_output=True)
        """,
    )
    run("submit.py")
    (found,) = Experiment(Workspace.from_config(), "e").get_runs()
    assert found.get_metrics() == {"mse": 1}


REAL = {
    "azureml/__init__.py": "",
    "azureml/core/__init__.py": "where = 'real'\n",
}


@pytest.mark.parametrize("is_namespace", [False, True])
def test_where_the_real_azureml_is_there_it_is_used(root: Path, is_namespace: bool) -> None:
    for name, text in REAL.items():
        if not (is_namespace and name == "azureml/__init__.py"):
            write("site/" + name, text)
    write("show.py", "import azureml.core; print(azureml.core.where)")
    site = os.pathsep.join(["site", os.environ.get("PYTHONPATH", "")])
    done = run("-v", "show.py", PYTHONPATH=site)
    assert done.stdout == "real\n"
    assert done.stderr == "epochlog: azureml is the one that is installed\n"


def test_a_program_with_the_real_azureml_keeps_it_below_one_without(root: Path) -> None:
    """The interpreter that a script starts may have what this one has not."""
    for name, text in REAL.items():
        write("site/" + name, text)
    write("show.py", "import azureml.core; print(azureml.core.where)")
    write(
        "outer.py",
        """
        import os, subprocess, sys
        import azureml.core
        os.environ["PYTHONPATH"] += os.pathsep + "site"
        subprocess.run([sys.executable, "show.py"], check=True)
        """,
    )
    assert run("outer.py").stdout == "real\n"


def test_other_packages_below_azureml_do_not_stand_in_the_way(root: Path) -> None:
    write("site/azureml/other/__init__.py", "where = 'namespace'\n")
    write("show.py", "import azureml.core; print(azureml.core.VERSION and 'ours')")
    site = os.pathsep.join(["site", os.environ.get("PYTHONPATH", "")])
    assert run("show.py", PYTHONPATH=site).stdout == "ours\n"


def test_a_part_of_azureml_that_is_not_served_is_told(root: Path) -> None:
    write("a.py", "import azureml.train.hyperdrive\n")
    write("b.py", "from azureml.core import Dataset\n")
    said = run("a.py", check=False).stderr
    assert "'azureml.train' is not among the parts of Azure ML that epochlog serves" in said
    assert "cannot import name 'Dataset'" in run("b.py", check=False).stderr


def test_it_says_who_serves_only_when_asked(root: Path) -> None:
    write("a.py", "import azureml.core")
    assert run("a.py").stderr == ""
    said = run("-v", "a.py").stderr
    assert said.startswith("epochlog: azureml is served from ") and said.count("\n") == 1


def test_help_and_wrong_usage(root: Path) -> None:
    for option in ("-h", "--help"):
        done = run(option)
        assert (
            done.stdout.startswith("usage: python -m epochlog.azureml [-v] SCRIPT")
            and not done.stderr
        )
    for words, says in [
        ([], "no script is named"),
        (["-m"], "no module is named"),
        (["-x"], "unknown option '-x'"),
        (["gone.py"], "cannot open 'gone.py': No such file or directory"),
        (["-m", "no.such.module"], "no module named 'no.such.module'"),
    ]:
        done = run(*words, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("python -m epochlog.azureml: " + says)


def test_a_notebook_installs_it_with_a_call(root: Path, python) -> None:
    python(
        "from epochlog.azureml import install\n"
        "assert install() and install()\n"
        "from azureml.core import Run\n"
        "import epochlog.azureml\n"
        "assert Run is epochlog.azureml.Run\n"
        "from epochlog.azureml import _finder\n"
        "_finder.uninstall()\n"
        "try: import azureml.core\n"
        "except ModuleNotFoundError: pass\n"
        "else: raise SystemExit('still there')\n"
    )


def test_importing_the_package_serves_nothing_by_itself(root: Path, python) -> None:
    done = python("import epochlog.azureml.core, azureml.core", check=False)
    assert "No module named 'azureml'" in done.stderr


def test_the_flat_names_are_those_of_the_tree(python) -> None:
    python(
        "import epochlog.azureml as flat\n"
        "from epochlog.azureml import *\n"
        "from epochlog.azureml.core import *\n"
        "import epochlog.azureml.core as core, epochlog.azureml.widgets as widgets\n"
        "for name in core.__all__[1:]: assert getattr(flat, name) is getattr(core, name), name\n"
        "assert flat.RunDetails is widgets.RunDetails\n"
        "assert set(flat.__all__) <= set(dir(flat))\n"
        "try: flat.nothing\n"
        "except AttributeError as error: assert 'nothing' in str(error)\n"
    )
