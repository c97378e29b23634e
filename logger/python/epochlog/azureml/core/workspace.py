"""Workspaces: a folder of runs on this machine."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .experiment import Experiment
    from .model import Model
    from .run import Run

__all__ = ["Workspace"]


class Workspace:
    """All runs below one folder: $EPOCHLOG_DIR, else ./outputs.

    What names a workspace of Azure (subscription, resource group) is kept as it was given and leads
    nowhere: nothing is looked up.
    """

    def __init__(
        self,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        workspace_name: str | None = None,
        auth: Any = None,
        _location: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.subscription_id = subscription_id
        self.resource_group = resource_group
        self.name = workspace_name or "local"
        self.location = _location or "local"
        self.root = os.path.abspath(os.environ.get("EPOCHLOG_DIR") or "outputs")
        """The folder of all runs, an absolute path."""

    @staticmethod
    def _local(root: str | None = None) -> Workspace:
        workspace = Workspace()
        if root is not None:
            workspace.root = os.path.abspath(root)
        return workspace

    @staticmethod
    def from_config(
        path: str | os.PathLike[str] | None = None,
        auth: Any = None,
        _logger: Any = None,
        _file_name: str | None = None,
    ) -> Workspace:
        """The local workspace.

        A config.json in `path` (None: the current folder), its .azureml folder, or a folder above
        gives it a name; one that is missing or cannot be read is no error.
        """
        config = _config(os.fspath(path) if path is not None else ".", _file_name or "config.json")
        return Workspace(
            config.get("subscription_id"),
            config.get("resource_group"),
            config.get("workspace_name"),
        )

    @staticmethod
    def get(
        name: str | None = None,
        auth: Any = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        **kwargs: Any,
    ) -> Workspace:
        """The local workspace, called `name`."""
        return Workspace(subscription_id, resource_group, name)

    @staticmethod
    def create(
        name: str,
        auth: Any = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        location: str | None = None,
        **kwargs: Any,
    ) -> Workspace:
        """The local workspace, called `name`."""
        return Workspace(subscription_id, resource_group, name, _location=location)

    @property
    def experiments(self) -> dict[str, Experiment]:
        """The experiments that have runs, by name."""
        from .. import _finding
        from .experiment import Experiment

        names = {run.experiment for run in _finding.runs(self.root)}
        return {name: Experiment(self, name) for name in sorted(names)}

    @property
    def models(self) -> dict[str, Model]:
        """The newest version of each model, by name."""
        from .model import Model

        return {model.name: model for model in Model.list(self, latest=True)}

    def get_run(self, run_id: str) -> Run:
        """As `Run.get(workspace, run_id)`."""
        from .run import Run

        return Run.get(self, run_id)

    def get_details(self) -> dict[str, Any]:
        """Name, location, subscription, and the folder."""
        return {
            "name": self.name,
            "location": self.location,
            "subscriptionId": self.subscription_id,
            "resourceGroup": self.resource_group,
            "root": self.root,
        }

    def write_config(
        self, path: str | os.PathLike[str] | None = None, file_name: str | None = None
    ) -> None:
        """Writes .azureml/config.json below `path` (None: the current folder)."""
        folder = os.path.join(os.fspath(path) if path is not None else ".", ".azureml")
        os.makedirs(folder, exist_ok=True)
        config = {
            "subscription_id": self.subscription_id,
            "resource_group": self.resource_group,
            "workspace_name": self.name,
        }
        with open(os.path.join(folder, file_name or "config.json"), "w", encoding="utf-8") as file:
            json.dump(config, file, indent=4)

    def __str__(self) -> str:
        return f"Workspace.create(name={self.name!r}, root={self.root!r})"

    def __repr__(self) -> str:
        return str(self)


def _config(path: str, file_name: str) -> dict[str, str]:
    """What the nearest configuration says: texts alone; nothing where there is none."""
    if os.path.isfile(path):
        return _read(path)
    folder = os.path.abspath(path)
    while True:
        for place in (file_name, f".azureml/{file_name}", f"aml_config/{file_name}"):
            found = os.path.join(folder, place)
            if os.path.isfile(found):
                return _read(found)
        above = os.path.dirname(folder)
        if above == folder:
            return {}
        folder = above


def _read(path: str) -> dict[str, str]:
    try:
        with open(path, encoding="utf-8") as file:
            config = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(config, dict):
        return {}
    return {key: value for key, value in config.items() if isinstance(value, str) and value}
