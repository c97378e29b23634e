"""The part of `Run` that describes it: details, address of the report, text and HTML."""

from __future__ import annotations

import html
import json
import os
import pathlib
from typing import TYPE_CHECKING, Any

from . import _paths, _sessions
from ._files import DEFINITION_ROLE, Files
from ._life import ENDED, Life

if TYPE_CHECKING:
    import datetime

    import epochlog


class Details(Files, Life):
    def get_details(self) -> dict[str, Any]:
        """What is known about the run.

        Keys: runId, target ("local"), status, startTimeUtc, endTimeUtc (absent while it runs),
        submittedBy, properties, tags, logFiles {name: URL of the file}; runDefinition for a script
        that was submitted; error {"error": {code, message, debugInfo}} for a failed run; warnings
        [{source, message}] where there are any.  Times are ISO 8601, UTC.
        """
        saved = self._saved()
        details: dict[str, Any] = {
            "runId": self._id,
            "target": "local",
            "status": self.get_status(),
        }
        if saved.start is not None:
            details["startTimeUtc"] = _iso(saved.start)
        if saved.status in ENDED and saved.end is not None:
            details["endTimeUtc"] = _iso(saved.end)
        details["submittedBy"] = saved.user
        details["properties"] = dict(saved.properties)
        details["tags"] = {**saved.tags}
        details.update(self._definition(saved))
        details["logFiles"] = {
            name: pathlib.Path(path).as_uri() for name, path in self._logs().items()
        }
        if saved.status == "Failed":
            details["error"] = {"error": _error_of(saved)}
        if saved.warnings:
            details["warnings"] = [{"source": "epochlog", "message": w} for w in saved.warnings]
        return details

    def get_details_with_logs(self) -> dict[str, Any]:
        """The same with the content of each log in the place of its URL."""
        details = self.get_details()
        details["logFiles"] = {name: _text_of(path) for name, path in self._logs().items()}
        return details

    def get_all_logs(self, destination: str | os.PathLike[str] | None = None) -> list[str]:
        """Copies the logs into a folder (None: the current one), and returns where each is then."""
        folder = os.fspath(destination) if destination is not None else "."
        targets = []
        for name in sorted(self._logs()):
            targets.append(_paths.joined(folder, name))
            self.download_file(name, targets[-1])
        return targets

    def get_portal_url(self) -> str:
        """The file:// URL of the run's report.

        A report is made now, of what there is; that of a run that this process logs is made again
        when the run ends.  Where none can be made, a warning says why and the URL is where it would
        be.
        """
        session = _sessions.of(self._folder)
        if session is not None:
            session.wants_report = True
        return pathlib.Path(os.path.abspath(self._make_report())).as_uri()

    def __str__(self) -> str:
        return (
            f"Run(Experiment: {self._experiment.name},\nId: {self._id},\n"
            f"Type: {self._type()},\nStatus: {self.get_status()})"
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        place = pathlib.Path(self._folder, "report", "report.html").as_uri()
        cells = [
            ("Experiment", html.escape(self._experiment.name)),
            ("Id", html.escape(self._id)),
            ("Type", html.escape(str(self._type()))),
            ("Status", html.escape(self.get_status())),
            ("Details Page", f'<a href="{html.escape(place)}">report.html</a>'),
        ]
        head = "".join(f"<th>{title}</th>" for title, _ in cells)
        body = "".join(f"<td>{cell}</td>" for _, cell in cells)
        return f'<table style="width:100%"><tr>{head}</tr><tr>{body}</tr></table>'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Details) and self._folder == other._folder

    def __hash__(self) -> int:
        return hash(self._folder)

    def _type(self) -> str | None:
        from ._finding import type_of

        return type_of(self._saved())

    def _logs(self) -> dict[str, str]:
        """Texts among the run's files that are logs: names, and where they are."""
        return {name: path for name, path in self._artifacts().items() if _is_log(name)}

    def _definition(self, saved: epochlog.SavedRun) -> dict[str, Any]:
        for file in saved.files:
            if file.role == DEFINITION_ROLE:
                with open(os.path.join(self._folder, file.path), encoding="utf-8") as text:
                    return {"runDefinition": json.load(text)}
        return {}


def _is_log(name: str) -> bool:
    folder = name.split("/")[0]
    return folder in ("logs", "user_logs", "azureml-logs") and name.endswith((".txt", ".log"))


def _text_of(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _iso(when: datetime.datetime) -> str:
    """As "2026-11-21T13:45:02.123456Z"."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _error_of(saved: epochlog.SavedRun) -> dict[str, Any]:
    message = saved.error_message or ""
    kind = message.removeprefix("User program failed with ").split(":")[0]
    return {
        "code": saved.error_code or "UserError",
        "message": message,
        "debugInfo": {
            "type": kind if message.startswith("User program failed with ") else None,
            "message": message.partition(": ")[2] or message,
            "stackTrace": saved.error_details or "",
        },
    }
