"""The part of `Run` with what is known about it: tags, properties, names, description."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from ._base import RunBase
from .exceptions import ArgumentException, ArgumentTypeException

DISPLAY_NAME = "azureml.displayName"
"""The tag that keeps a display name which was given after the start."""
SNAPSHOT_ID = "ContentSnapshotId"
"""The property with the id of the snapshot."""
RUN_TYPE = "azureml.runType"
"""The property with the run's type; runs without it are interactive."""
_DESCRIPTION = "description"
"""The name of the Markdown note that keeps a description which was given after the start."""


class Facts(RunBase):
    def tag(self, key: str, value: Any = None) -> None:
        """Sets a tag, again if it has a value already.  None is a tag without a value; what is no
        text is kept as its str()."""
        self.set_tags({key: value})

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        """Sets the given tags and leaves the others.  Raises ArgumentTypeException (a TypeError)
        where it is no dict."""
        _require_dict("tags", tags)
        with self._adding() as writer:
            for key, value in tags.items():
                writer.tag(key, value if value is None else str(value))

    def get_tags(self) -> dict[str, str | None]:
        """The tags as they are now."""
        tags = self._saved().tags
        return {key: value for key, value in tags.items() if key != DISPLAY_NAME}

    @property
    def tags(self) -> dict[str, str | None]:
        """The tags as they are now; a change of this dict changes no tag."""
        return self.get_tags()

    def remove_tags(self, tags: Iterable[str]) -> dict[str, str | None]:
        """Removes tags by name; one that is not set is no error.  Returns what is left."""
        names = [tags] if isinstance(tags, str) else list(tags)
        with self._adding() as writer:
            for name in names:
                writer.remove_tag(name)
        return self.get_tags()

    def add_properties(self, properties: Mapping[str, Any]) -> None:
        """Adds properties, which never change.

        Raises ArgumentException (a ValueError) where one has another value already, and then adds
        none.
        """
        _require_dict("properties", properties)
        given = {str(key): str(value) for key, value in properties.items()}
        known = self._saved().properties
        for key, value in given.items():
            if known.get(key, value) != value:
                raise ArgumentException(
                    f"property {key!r} is {known[key]!r} and cannot become {value!r}: properties "
                    "never change"
                )
        with self._adding() as writer:
            for key, value in given.items():
                if key not in known:
                    writer.set_property(key, value)

    def get_properties(self) -> dict[str, str]:
        """The properties as they are now."""
        return dict(self._saved().properties)

    @property
    def properties(self) -> dict[str, str]:
        """The properties as they are now."""
        return self.get_properties()

    @property
    def display_name(self) -> str:
        """What the run is called: as it was set last, else its name."""
        saved = self._saved()
        return saved.tags.get(DISPLAY_NAME) or saved.name

    @display_name.setter
    def display_name(self, name: str) -> None:
        with self._adding() as writer:
            writer.tag(DISPLAY_NAME, str(name))

    @property
    def description(self) -> str:
        """Markdown that is shown in the report; "" for none."""
        saved = self._saved()
        notes = [document.text for document in saved.documents if document.name == _DESCRIPTION]
        return notes[-1] if notes else saved.description

    @description.setter
    def description(self, text: str) -> None:
        with self._adding() as writer:
            writer.log_markdown(_DESCRIPTION, str(text))


def _require_dict(what: str, value: object) -> None:
    if not isinstance(value, Mapping):
        raise ArgumentTypeException(f"{what} is a {type(value).__name__}, not a dict")
