"""Models that runs registered."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from .. import _models, _paths

if TYPE_CHECKING:
    from .run import Run
    from .workspace import Workspace

__all__ = ["Model"]


class Model:
    """A registered model: files of a run, under a name and a version.

    - `name`, `id`: one of both; an id is "name:version".
    - `version`: None: the newest.

    Raises ModelNotFoundException (a LookupError) where there is none.
    """

    class Framework:
        """Names for `model_framework`."""

        CUSTOM = "Custom"
        MULTI = "Multi"
        ONNX = "Onnx"
        SCIKITLEARN = "ScikitLearn"
        TENSORFLOW = "TensorFlow"

    def __init__(
        self,
        workspace: Workspace,
        name: str | None = None,
        id: str | None = None,
        tags: Any = None,
        properties: Any = None,
        version: int | None = None,
        **kwargs: Any,
    ) -> None:
        if name is None:
            name, _, number = (id or "").rpartition(":")
            version = int(number) if number.isdigit() else version
        self._take(workspace, _models.find(workspace, name, version))

    @classmethod
    def _of(cls, workspace: Workspace, record: dict[str, Any]) -> Model:
        model = cls.__new__(cls)
        model._take(workspace, record)
        return model

    def _take(self, workspace: Workspace, record: dict[str, Any]) -> None:
        self.workspace = workspace
        self.name = str(record["name"])
        self.version = int(record["version"])
        self.id = f"{self.name}:{self.version}"
        self.run_id = str(record["run_id"])
        self.tags: dict[str, str] = dict(record.get("tags") or {})
        self.properties: dict[str, str] = dict(record.get("properties") or {})
        self.description = str(record.get("description") or "")
        self.model_framework = record.get("framework")
        self.model_framework_version = record.get("framework_version")
        self.created_time = record.get("created")
        self.datasets = record.get("datasets") or []
        self._path = str(record["path"])
        self._files = [str(file) for file in record.get("files") or []]

    @property
    def run(self) -> Run:
        """The run that registered it."""
        from .run import Run

        return Run.get(self.workspace, self.run_id)

    @staticmethod
    def list(
        workspace: Workspace,
        name: str | None = None,
        tags: Any = None,
        properties: Any = None,
        run_id: str | None = None,
        latest: bool = False,
    ) -> list[Model]:
        """Models, the newest version of a name first.

        - `name`, `run_id`: None: of all.
        - `tags`, `properties`: names, or [name, value], that a model must have; None: any.
        - `latest`: the newest version of each name alone.
        """
        found = [Model._of(workspace, record) for record in _models.records(workspace, name)]
        found.sort(key=lambda model: (model.name, -model.version))
        seen: set[str] = set()
        chosen = []
        for model in found:
            if latest and model.name in seen:
                continue
            seen.add(model.name)
            if run_id in (None, model.run_id) and _has(model.tags, tags):
                if _has(model.properties, properties):
                    chosen.append(model)
        return chosen

    @staticmethod
    def get_model_path(
        model_name: str, version: int | None = None, _workspace: Workspace | None = None
    ) -> str:
        """Where a model's file or folder is.  Raises ModelNotFoundException."""
        from .workspace import Workspace

        workspace = _workspace or Workspace()
        record = _models.find(workspace, model_name, version)
        folder = os.path.join(workspace.root, record["run_id"], "files")
        return _paths.joined(folder, str(record["path"]))

    def download(
        self, target_dir: str | os.PathLike[str] = ".", exist_ok: bool = False, **kwargs: Any
    ) -> str:
        """Copies the model's file or folder into `target_dir`, and returns where it is then.

        Raises FileExistsError where a file is there already, unless `exist_ok`.
        """
        source = os.path.join(self.workspace.root, self.run_id, "files")
        above = os.path.dirname(self._path)
        for file in self._files:
            target = _paths.joined(os.fspath(target_dir), os.path.relpath(file, above or "."))
            if os.path.exists(target) and not exist_ok:
                raise FileExistsError(f"{target!r} is there already; exist_ok=True replaces it")
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(_paths.joined(source, file), target)
        return os.path.join(os.fspath(target_dir), os.path.basename(self._path))

    def __str__(self) -> str:
        return (
            f"Model(workspace={self.workspace}, name={self.name}, id={self.id}, "
            f"version={self.version}, tags={self.tags}, properties={self.properties})"
        )

    def __repr__(self) -> str:
        return str(self)


def _has(known: dict[str, str], wanted: Any) -> bool:
    """Whether all that is wanted, names or [name, value], is there."""
    if isinstance(wanted, dict):
        wanted = list(wanted.items())
    for one in wanted or []:
        key, value = (one, None) if isinstance(one, str) else (one[0], str(one[1]))
        if key not in known or value not in (None, known[key]):
            return False
    return True
