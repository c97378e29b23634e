"""How a script is run."""

from __future__ import annotations

from typing import Any, Sequence

from .conda_dependencies import CondaDependencies
from .environment import Environment

__all__ = ["DockerConfiguration", "HistoryConfig", "MpiConfiguration", "RunConfiguration"]


class HistoryConfig:
    """What a run keeps of its script.

    - `snapshot_project`: whether the source directory is kept as the snapshot.
    - `directories_to_watch`: folders whose files are kept, beside ./outputs and ./logs.
    """

    def __init__(self) -> None:
        self.output_collection = True
        self.snapshot_project = True
        self.directories_to_watch: list[str] = ["logs"]


class DockerConfiguration:
    """Containers, which epochlog does not use."""

    def __init__(self, use_docker: bool = False, **kwargs: Any) -> None:
        self.use_docker = use_docker


class MpiConfiguration:
    """Several processes, which epochlog leaves to launchers such as torchrun."""

    def __init__(self, process_count_per_node: int = 1, node_count: int = 1) -> None:
        self.process_count_per_node = process_count_per_node
        self.node_count = node_count


class RunConfiguration:
    """Script, arguments, environment.

    - `script`: relative to the source directory; None: `command`.
    - `arguments`: each becomes a text.
    - `conda_dependencies`: packages, noted with the run.
    - `command`: a list of words, or a line for the shell, in the place of a script.
    """

    def __init__(
        self,
        script: str | None = None,
        arguments: Sequence[Any] | None = None,
        framework: str | None = None,
        communicator: str | None = None,
        conda_dependencies: CondaDependencies | None = None,
        _history_enabled: bool | None = None,
        _path: str | None = None,
        _name: str | None = None,
        command: Sequence[Any] | str | None = None,
        **kwargs: Any,
    ) -> None:
        self.script = script
        self.arguments: list[Any] = list(arguments or [])
        self.command = command
        self.framework = framework or "Python"
        self.communicator = communicator or "None"
        self.target: Any = "local"
        self.node_count = 1
        self.max_run_duration_seconds: float | None = None
        self.environment = Environment()
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies = conda_dependencies
        self.environment_variables: dict[str, str] = {}
        self.history = HistoryConfig()
        self.docker: Any = DockerConfiguration()
