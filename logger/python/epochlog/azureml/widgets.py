"""What notebooks import from azureml.widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.run import Run

__all__ = ["RunDetails"]


class RunDetails:
    """A run in a notebook, live while it trains.

    - `run_instance`: a run of this package, or any run that epochlog shows.
    """

    def __init__(self, run_instance: Run | Any) -> None:
        self._run = run_instance

    def show(self, render_lib: Any = None, widget_settings: Any = None) -> None:
        """Shows the run, and goes on showing it until it ends; outside of notebooks, once, as text.

        Both arguments are taken for Azure's sake.
        """
        from .. import _notebook

        _notebook.show(getattr(self._run, "_folder", self._run))

    def get_widget_data(self, widget_settings: Any = None) -> dict[str, Any]:
        """Details and metrics of the run."""
        return {"run_properties": self._run.get_details(), "run_metrics": self._run.get_metrics()}
