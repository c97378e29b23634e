"""Scripts to submit."""

from __future__ import annotations

import os
from typing import Any, Sequence

from .environment import Environment
from .runconfig import RunConfiguration

__all__ = ["ScriptRunConfig"]


class ScriptRunConfig:
    """A script, and how it is run.

    - `source_directory`: the folder it is in, which becomes the run's snapshot.
    - `script`: relative to that folder.
    - `arguments`: of the script, each made a text; a list, or one line that is split as a shell
      does.
    - `run_config`: None: a new RunConfiguration.
    - `environment`: in the place of that of `run_config`.
    - `command`: a list of words, or a line for the shell, in the place of a script.
    - `max_run_duration_seconds`: after which the script is ended, and the run is Canceled; None: no
      limit.
    - `compute_target`, `distributed_job_config`, `docker_runtime_config`, `resume_from`: taken for
      Azure's sake; the script runs on this machine, as one process.
    """

    def __init__(
        self,
        source_directory: str | os.PathLike[str] | None = None,
        script: str | None = None,
        arguments: Sequence[Any] | str | None = None,
        run_config: RunConfiguration | None = None,
        _telemetry_values: Any = None,
        compute_target: Any = None,
        environment: Environment | None = None,
        distributed_job_config: Any = None,
        resume_from: Any = None,
        max_run_duration_seconds: float | None = None,
        command: Sequence[Any] | str | None = None,
        docker_runtime_config: Any = None,
        **kwargs: Any,
    ) -> None:
        import copy
        import shlex

        words = shlex.split(arguments) if isinstance(arguments, str) else arguments
        self.source_directory = os.fspath(source_directory) if source_directory is not None else "."
        self.run_config = copy.copy(run_config) if run_config is not None else RunConfiguration()
        self.script = script if script is not None else self.run_config.script
        self.arguments = list(words if words is not None else self.run_config.arguments)
        self.command = command if command is not None else self.run_config.command
        self.compute_target = compute_target
        self.distributed_job_config = distributed_job_config
        self.docker_runtime_config = docker_runtime_config
        self.resume_from = resume_from
        if environment is not None:
            self.run_config.environment = environment
        if compute_target is not None:
            self.run_config.target = compute_target
        if docker_runtime_config is not None:
            self.run_config.docker = docker_runtime_config
        if max_run_duration_seconds is not None:
            self.run_config.max_run_duration_seconds = max_run_duration_seconds

    @property
    def max_run_duration_seconds(self) -> float | None:
        return self.run_config.max_run_duration_seconds

    @max_run_duration_seconds.setter
    def max_run_duration_seconds(self, seconds: float | None) -> None:
        self.run_config.max_run_duration_seconds = seconds
