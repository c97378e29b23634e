"""Environments: which interpreter runs a script, and with what environment variables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .._once import warn_once
from .conda_dependencies import CondaDependencies

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["DockerSection", "Environment", "PythonSection"]


class PythonSection:
    """The interpreter.

    - `user_managed_dependencies`: whether the interpreter has its packages from the user.  It
      always has: nothing is installed, whatever this says.
    - `interpreter_path`: a path, or a name that is looked for on PATH; None: the interpreter that
      submits the script.
    - `conda_dependencies`: packages that the script needs, kept with the run as a note.
    """

    def __init__(self, **kwargs: Any) -> None:
        self.user_managed_dependencies = bool(kwargs.get("user_managed_dependencies", False))
        self.interpreter_path: str | None = kwargs.get("interpreter_path")
        self.conda_dependencies: CondaDependencies | None = kwargs.get("conda_dependencies")
        self.conda_dependencies_file: str | None = None
        self.base_conda_environment: str | None = None


class DockerSection:
    """Containers, which epochlog does not use: what is set here is said once and left aside."""

    def __init__(self, **kwargs: Any) -> None:
        self.enabled = bool(kwargs.get("enabled", False))
        self.base_image: str | None = kwargs.get("base_image")
        self.base_dockerfile: str | None = None
        self.arguments: list[str] = []
        self.shared_volumes = True
        self.gpu_support = False
        self.shm_size: str | None = None


class Environment:
    """What a script runs in.

    - `name`: any text.
    - `environment_variables`: set for the script, on top of those of the submitting process.
    - `python`, `docker`: see PythonSection and DockerSection.
    """

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        self.name = name
        self.version: str | None = None
        self.python = PythonSection()
        self.docker = DockerSection()
        self.environment_variables: dict[str, str] = dict(kwargs.get("environment_variables") or {})
        self.inferencing_stack_version: str | None = None

    @staticmethod
    def from_conda_specification(name: str, file_path: str | os.PathLike[str]) -> Environment:
        """An environment with the packages that a conda file names.  Raises OSError."""
        environment = Environment(name)
        environment.python.conda_dependencies = CondaDependencies(os.fspath(file_path))
        return environment

    @staticmethod
    def from_pip_requirements(name: str, file_path: str | os.PathLike[str]) -> Environment:
        """An environment with the packages that a requirements file names.  Raises OSError."""
        environment = Environment(name)
        with open(file_path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
        packages = [line for line in lines if line and not line.startswith("#")]
        environment.python.conda_dependencies = CondaDependencies.create(pip_packages=packages)
        return environment

    @staticmethod
    def from_existing_conda_environment(
        name: str, conda_environment_name: str
    ) -> Environment | None:
        """An environment with the interpreter of a conda environment; None: there is none."""
        base = os.environ.get("CONDA_EXE", "")
        root = os.path.dirname(os.path.dirname(base)) if base else ""
        path = os.path.join(root, "envs", conda_environment_name, "bin", "python")
        if not root or not os.access(path, os.X_OK):
            return None
        environment = Environment(name)
        environment.python.user_managed_dependencies = True
        environment.python.interpreter_path = path
        return environment

    @staticmethod
    def get(
        workspace: Workspace, name: str, version: str | None = None, label: str | None = None
    ) -> Environment:
        """An environment of that name: the interpreter that submits, as none are kept."""
        return Environment(name)

    def register(self, workspace: Workspace) -> Environment:
        """The environment itself: each run keeps what it ran in."""
        return self

    def clone(self, new_name: str) -> Environment:
        """A copy under another name."""
        import copy

        environment = copy.deepcopy(self)
        environment.name = new_name
        return environment

    def _warn(self) -> None:
        """Says once what of it cannot be had here."""
        docker = self.docker
        if docker.enabled or docker.base_image or docker.base_dockerfile:
            warn_once("docker is left aside: the script runs on this machine as it is")
        if self.python.conda_dependencies and not self.python.user_managed_dependencies:
            warn_once(
                "packages are not installed: the script has those of its interpreter; set "
                "python.user_managed_dependencies to say that this is meant"
            )

    def _as_dict(self) -> dict[str, Any]:
        packages = self.python.conda_dependencies
        return {
            "name": self.name,
            "version": self.version,
            "python": {
                "userManagedDependencies": self.python.user_managed_dependencies,
                "interpreterPath": self.python.interpreter_path,
                "condaDependencies": packages._as_dict() if packages else None,
            },
            # Values may be secrets, and what a run keeps is passed on.
            "environmentVariableNames": sorted(map(str, self.environment_variables)),
        }

    def __repr__(self) -> str:
        return f"Environment(Name: {self.name},\nVersion: {self.version})"
