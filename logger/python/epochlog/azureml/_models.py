"""Models: files of a run under a name and a version."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any, Iterator

from . import _files, _paths
from .exceptions import ModelNotFoundException, ModelPathNotFoundException

if TYPE_CHECKING:
    import epochlog

    from .core.model import Model
    from .core.workspace import Workspace

ROLE = "model"
_RECORDS = "models/"
"""Where a run keeps what it says of its models: models/NAME/VERSION.json."""


class Models(_files.Files):
    def register_model(
        self,
        model_name: str,
        model_path: str | None = None,
        tags: dict[str, Any] | None = None,
        properties: dict[str, Any] | None = None,
        model_framework: str | None = None,
        model_framework_version: str | None = None,
        description: str | None = None,
        datasets: list[tuple[str, Any]] | None = None,
        sample_input_dataset: Any = None,
        sample_output_dataset: Any = None,
        resource_configuration: Any = None,
        **kwargs: Any,
    ) -> Model:
        """Gives files that the run has kept the name of a model, and a version: one more than the
        highest of that name below the root.

        - `model_path`: a file of the run, or a folder of them; None: `model_name`.
        - `tags`, `properties`, `description`, `model_framework` ("ScikitLearn", …),
          `model_framework_version`, `datasets` [(role, data)]: kept as they are, as text what is
          none.

        Raises ModelPathNotFoundException (a FileNotFoundError) where the run has no such file.
        """
        from .core.model import Model

        path = _paths.artifact(model_path or model_name)
        artifacts = self._artifacts()
        files = [n for n in sorted(artifacts) if n == path or n.startswith(path + "/")]
        if not files:
            raise ModelPathNotFoundException(
                f"could not locate the model path {path!r} among the files of run {self._id}: "
                f"{sorted(artifacts)}; upload it first"
            )
        workspace = self._experiment.workspace
        record = {
            "name": model_name,
            "version": 1 + max((r["version"] for r in records(workspace, model_name)), default=0),
            "path": path,
            "files": files,
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "tags": {key: str(value) for key, value in (tags or {}).items()},
            "properties": {key: str(value) for key, value in (properties or {}).items()},
            "framework": model_framework,
            "framework_version": model_framework_version,
            "description": description or "",
            "datasets": [[role, str(data)] for role, data in datasets or []],
            "sample_input_dataset": _text(sample_input_dataset),
            "sample_output_dataset": _text(sample_output_dataset),
            "resource_configuration": _text(resource_configuration),
            "run_id": self._id,
        }
        self._keep_record(record, artifacts, files)
        return Model._of(workspace, record)

    def _keep_record(
        self, record: dict[str, Any], artifacts: dict[str, str], files: list[str]
    ) -> None:
        name = _paths.artifact(f"{_RECORDS}{record['name']}/{record['version']}.json")
        with self._adding() as writer:
            for file in files:  # each again as what it is: the report names models
                if not file.startswith("logs/"):
                    writer.add_file(artifacts[file], file, ROLE)
            text = json.dumps(record, indent=1, ensure_ascii=False)
            writer.add_data(name, text.encode("utf-8", "replace"), _files.RECORD_ROLE)


def records(workspace: Workspace, name: str | None = None) -> Iterator[dict[str, Any]]:
    """What the runs below the root say of their models, newest run first."""
    from . import _finding

    for run in _finding.runs(workspace.root):
        yield from _of_run(workspace.root, run, name)


def _of_run(root: str, run: epochlog.SavedRun, name: str | None) -> Iterator[dict[str, Any]]:
    for file in run.files:
        if not file.path.startswith(f"files/{_RECORDS}") or not file.path.endswith(".json"):
            continue
        try:
            with open(os.path.join(root, run.id, file.path), encoding="utf-8") as text:
                record = json.load(text)
        except (OSError, ValueError):
            continue
        if isinstance(record, dict) and isinstance(record.get("version"), int):
            if name is None or record.get("name") == name:
                yield {**record, "run_id": run.id}


def find(workspace: Workspace, name: str, version: int | None) -> dict[str, Any]:
    """A model's record: of that version, or the newest.  Raises ModelNotFoundException."""
    found = {record["version"]: record for record in records(workspace, name)}
    if not found or (version is not None and version not in found):
        known = f"; its versions are {sorted(found)}" if found else ""
        which = f" of version {version}" if version is not None else ""
        raise ModelNotFoundException(f"no model {name!r}{which} in {workspace.root}{known}")
    return found[max(found) if version is None else version]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
