"""`import azureml.core` without Azure: epochlog.azureml under the name that scripts import.

Where the real azureml.core can be imported, nothing is installed.  Else `install` puts a finder
before all others, and a small package `azureml` on the path of processes that are started later
(workers of multiprocessing, other scripts), which does the same there.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from types import ModuleType

_NAME = "azureml"
_OURS = "epochlog.azureml"
SHIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_shim")
"""The folder with the small package."""


class _Finder(MetaPathFinder):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """A module of ours for azureml and what is below it; None for all other names.

        Raises ModuleNotFoundError for a part of azureml that epochlog does not have.
        """
        if fullname != _NAME and not fullname.startswith(_NAME + "."):
            return None
        ours = _OURS + fullname[len(_NAME) :]
        if any(part.startswith("__") for part in fullname.split(".")):
            return None
        spec = _spec_of(ours)
        if spec is None:
            raise ModuleNotFoundError(
                f"{fullname!r} is not among the parts of Azure ML that epochlog serves",
                name=fullname,
            )
        is_package = spec.submodule_search_locations is not None
        return ModuleSpec(fullname, _Alias(ours), origin=spec.origin, is_package=is_package)


class _Alias(Loader):
    """Gives a module that has another name already: both names are one module."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self._name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # the import system has put that of the other name there


def _spec_of(name: str) -> ModuleSpec | None:
    """Where a module is; None: nowhere."""
    try:
        return importlib.util.find_spec(name)
    except (ImportError, AttributeError, ValueError):
        return None


def is_installed() -> bool:
    """Whether this process serves azureml."""
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)


def install() -> bool:
    """Serves `import azureml...` from epochlog.azureml in this process and those it starts.

    Returns False, and does nothing, where the real azureml.core is there.
    """
    if is_installed():
        return True
    _leave_out_shim()
    if _spec_of(_NAME + ".core") is not None:
        return False
    sys.meta_path.insert(0, _Finder())
    sys.path.append(SHIM)
    search = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    if SHIM not in search:
        os.environ["PYTHONPATH"] = os.pathsep.join([*search, SHIM])
    return True


def stand_in() -> None:
    """Called by the small package: puts in its place what it stands for, the real azureml where
    this interpreter has that."""
    _leave_out_shim()
    if install():
        sys.modules[_NAME] = importlib.import_module(_OURS)
    else:
        importlib.import_module(_NAME)


def _leave_out_shim() -> None:
    """As if the small package were not there, so that the real one is found."""
    sys.path[:] = [place for place in sys.path if place != SHIM]
    loaded = getattr(sys.modules.get(_NAME), "__file__", None) or ""
    if loaded.startswith(SHIM):
        del sys.modules[_NAME]


def uninstall() -> None:
    """Undoes `install` in this process, and for those it starts from now on."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
    for name in [n for n in sys.modules if n == _NAME or n.startswith(_NAME + ".")]:
        del sys.modules[name]
    sys.path[:] = [place for place in sys.path if place != SHIM]
    search = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    left = os.pathsep.join(place for place in search if place and place != SHIM)
    if left:
        os.environ["PYTHONPATH"] = left
    else:
        os.environ.pop("PYTHONPATH", None)
