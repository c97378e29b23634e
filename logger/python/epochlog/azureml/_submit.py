"""Submits a script: its run's folder, snapshot and working folder, and a supervisor for it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Sequence

from . import _archive, _finder, _ids, _paths, _tree, _workcopy
from ._once import warn_once
from .exceptions import ArgumentException, ArgumentTypeException, ExperimentExecutionException

if TYPE_CHECKING:
    from .core.experiment import Experiment
    from .core.run import Run
    from .core.script_run_config import ScriptRunConfig

ARCHIVE = "snapshot.zip"
"""In the run's folder until the supervisor keeps it."""

_LARGE_BYTES = 300 << 20
"""Of a source directory, from where on a word about it is said."""


def submit(
    experiment: Experiment,
    config: ScriptRunConfig,
    tags: dict[str, Any] | None = None,
    parent: str | None = None,
) -> Run:
    """See `Experiment.submit`; `parent` is the id of the run it is a child of."""
    from .core.run import Run
    from .core.script_run_config import ScriptRunConfig

    if not isinstance(config, ScriptRunConfig):
        raise ArgumentTypeException(
            f"config is a {type(config).__name__}; what is submitted is a ScriptRunConfig"
        )
    _warn(config)
    source = _source(config)
    interpreter = _interpreter(config)
    name = _name(config)
    run_id = _ids.make(name)
    folder = os.path.join(experiment.workspace.root, run_id)
    os.makedirs(folder)
    try:
        order = _prepare(config, source, interpreter, folder, experiment.workspace.root)
        order.update(
            root=experiment.workspace.root,
            run_id=run_id,
            name=name,
            experiment=experiment.name,
            parent=parent,
            tags={str(k): None if v is None else str(v) for k, v in (tags or {}).items()},
        )
        _start_supervisor(order)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Run._of(experiment, run_id)


def _prepare(
    config: ScriptRunConfig, source: str, interpreter: str, folder: str, root: str
) -> dict[str, Any]:
    """Keeps the source as it is now, and says what is to be run."""
    entries = _tree.source(source, root)
    size = sum(entry.size for entry in entries)
    if size > _LARGE_BYTES:
        warn_once(
            f"the source directory holds {size >> 20} MiB, which are kept with each run; "
            ".amlignore leaves data out, and the script finds it all the same"
        )
    snapshot = None
    if config.run_config.history.snapshot_project:
        kept = [entry for entry in entries if entry.is_kept]
        snapshot = _archive.write(os.path.join(folder, ARCHIVE), kept).id
    placed = _workcopy.make(folder, entries)
    return {
        "source": source,
        "folder": folder,
        "placed": placed,
        "snapshot": snapshot,
        "command": _command(config, interpreter),
        "environment": _variables(config, interpreter),
        "watched": _watched(config),
        "most_seconds": config.run_config.max_run_duration_seconds,
        "definition": _definition(config, interpreter),
    }


def _source(config: ScriptRunConfig) -> str:
    """The source directory, an absolute path, which has the script in it."""
    source = os.path.abspath(config.source_directory)
    if not os.path.isdir(source):
        raise ArgumentException(f"source_directory {config.source_directory!r} is no folder")
    if config.script is None and not config.command:
        raise ArgumentException("a ScriptRunConfig has a script or a command")
    if config.script is not None:
        if not _paths.is_inside(config.script):
            raise ArgumentException(f"script {config.script!r} is not within its source_directory")
        if not os.path.isfile(os.path.join(source, config.script)):
            raise ArgumentException(f"script {config.script!r} is not in {source}")
    return source


def _interpreter(config: ScriptRunConfig) -> str:
    """The interpreter of the environment; none given: this one."""
    wanted = config.run_config.environment.python.interpreter_path
    if wanted is None:
        return sys.executable
    found = shutil.which(os.path.expanduser(wanted))
    if found is None:
        raise ArgumentException(f"interpreter_path {wanted!r} is no program")
    return os.path.abspath(found)


def _name(config: ScriptRunConfig) -> str:
    if config.script is not None:
        return os.path.splitext(os.path.basename(config.script))[0]
    first = config.command if isinstance(config.command, str) else str(_words(config)[0])
    return os.path.basename(first.split()[0]) if first.split() else "command"


def _words(config: ScriptRunConfig) -> Sequence[Any]:
    return config.command if isinstance(config.command, (list, tuple)) else [config.command]


def _command(config: ScriptRunConfig, interpreter: str) -> list[str]:
    """The words that are run; a python among them is the environment's."""
    arguments = [str(argument) for argument in config.arguments]
    if config.script is not None:
        return [interpreter, os.path.normpath(config.script), *arguments]
    if isinstance(config.command, str):
        line = " ".join([config.command, *map(shlex.quote, arguments)])
        return ["/bin/sh", "-c", line]
    words = [str(word) for word in _words(config)] + arguments
    if words[0] in ("python", "python3"):
        words[0] = interpreter
    return words


def _variables(config: ScriptRunConfig, interpreter: str) -> dict[str, str]:
    """What the script's environment has beside that of this process."""
    variables = {
        "PATH": os.path.dirname(interpreter) + os.pathsep + os.environ.get("PATH", os.defpath),
        "PYTHONPATH": _search_path(),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": os.environ.get("PYTHONIOENCODING", "utf-8"),
    }
    given = (
        config.run_config.environment.environment_variables,
        config.run_config.environment_variables,
    )
    for some in given:
        variables.update({str(key): str(value) for key, value in some.items()})
    return variables


def _search_path() -> str:
    """PYTHONPATH for another folder, with that which epochlog comes from where it would else not
    be found, and with what serves azureml where there is no other."""
    search = [os.path.abspath(p) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if os.path.basename(home) not in ("site-packages", "dist-packages") and home not in search:
        search.append(home)
    search += [_finder.SHIM] if _finder.SHIM not in search else []
    return os.pathsep.join(search)


def _watched(config: ScriptRunConfig) -> list[str]:
    """The folders whose files are kept, relative to the working folder."""
    more = [str(path) for path in config.run_config.history.directories_to_watch or []]
    inside = [os.path.normpath(path) for path in more if _paths.is_inside(path)]
    return list(dict.fromkeys([*_tree.PRODUCTS, *inside]))


def _definition(config: ScriptRunConfig, interpreter: str) -> dict[str, Any]:
    """What a run says of how it was submitted."""
    command = config.command
    return {
        "script": config.script,
        "command": [str(word) for word in command] if isinstance(command, list) else command,
        "arguments": [str(argument) for argument in config.arguments],
        "sourceDirectory": config.source_directory,
        "framework": config.run_config.framework,
        "target": "local",
        "interpreter": interpreter,
        "maxRunDurationSeconds": config.run_config.max_run_duration_seconds,
        "environment": config.run_config.environment._as_dict(),
    }


def _warn(config: ScriptRunConfig) -> None:
    """Says once what of the configuration cannot be had here."""
    config.run_config.environment._warn()
    if getattr(config.run_config.docker, "use_docker", False):
        warn_once("docker is left aside: the script runs on this machine as it is")
    if str(config.run_config.target) != "local":
        warn_once(f"compute_target {config.run_config.target} is left aside: scripts run here")
    if config.distributed_job_config is not None:
        warn_once(
            "distributed_job_config is left aside: use a launcher such as torchrun as command"
        )


def _start_supervisor(order: dict[str, Any]) -> None:
    """Starts the process that runs the script, and waits until it has."""
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "epochlog.azureml._supervise", *order["command"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",  # the first place that Python looks for modules in
        env={**os.environ, "PYTHONPATH": _search_path()},
        start_new_session=True,
    )
    try:
        said, errors = supervisor.communicate(json.dumps(order).encode("utf-8", "surrogateescape"))
    except BaseException:  # Ctrl-C: nothing is to go on whose folder goes
        os.killpg(supervisor.pid, signal.SIGTERM)
        raise
    if said.strip() != b"started":
        raise ExperimentExecutionException(
            f"the script could not be started: {errors.decode('utf-8', 'replace').strip()}"
        )
