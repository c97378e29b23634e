"""Which packages a script needs: noted with the run, not installed."""

from __future__ import annotations

from typing import Any, Iterable

__all__ = ["CondaDependencies"]


class CondaDependencies:
    """Lists of packages.

    - `conda_dependencies_file_path`: a conda file, whose lines are kept as they are; None: none.

    Raises OSError where the file cannot be read.
    """

    def __init__(
        self, conda_dependencies_file_path: str | None = None, _underlying_structure: Any = None
    ) -> None:
        self._conda: list[str] = []
        self._pip: list[str] = []
        self._text = ""
        if conda_dependencies_file_path is not None:
            with open(conda_dependencies_file_path, encoding="utf-8", errors="replace") as file:
                self._text = file.read()

    @staticmethod
    def create(
        pip_packages: Iterable[str] | None = None,
        conda_packages: Iterable[str] | None = None,
        python_version: str | None = None,
        **kwargs: Any,
    ) -> CondaDependencies:
        """Lists with these packages."""
        dependencies = CondaDependencies()
        dependencies._pip = list(pip_packages or [])
        dependencies._conda = list(conda_packages or [])
        if python_version is not None:
            dependencies._conda.insert(0, f"python={python_version}")
        return dependencies

    def add_pip_package(self, pip_package: str) -> None:
        self._pip.append(pip_package)

    def add_conda_package(self, conda_package: str) -> None:
        self._conda.append(conda_package)

    @property
    def pip_packages(self) -> Iterable[str]:
        return iter(self._pip)

    @property
    def conda_packages(self) -> Iterable[str]:
        return iter(self._conda)

    def serialize_to_string(self) -> str:
        """As a conda file."""
        if self._text:
            return self._text
        lines = ["dependencies:", *(f"- {package}" for package in self._conda)]
        if self._pip:
            lines += ["- pip:", *(f"  - {package}" for package in self._pip)]
        return "\n".join(lines) + "\n"

    def _as_dict(self) -> dict[str, Any]:
        return {"conda": self._conda, "pip": self._pip, "file": self._text or None}
