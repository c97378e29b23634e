"""SummaryWriter, with the methods and arguments that scripts for TensorBoard use.

    from epochlog import SummaryWriter          # was: from torch.utils.tensorboard import …

    writer = SummaryWriter("runs/exp1")
    for step in range(100):
        writer.add_scalar("loss/train", loss, step)
    writer.close()

What becomes of what is added:

    add_scalar, add_scalars     points of a metric
    add_text, add_tensor        points of a text metric; a list
    add_image, add_images,      images of the run, PNG
      add_figure, add_video     (a video is an animated one)
    add_histogram               rows `TAG/quantiles`: step, min, p5 … max; and the exact counts
                                as a table `TAG/histogram`: step, left, right, count
    add_pr_curve                a classification that the report draws, `TAG` or `TAG/STEP`
    add_hparams                 parameters and metrics
    add_audio, add_mesh         files audio/TAG-STEP.wav, meshes/TAG-STEP.ply
    add_embedding               files embeddings/TAG/STEP/tensors.tsv and metadata.tsv
    add_graph                   file graph.txt: the modules of the model

Two things differ. A point has the wall clock of the call; `walltime` is not kept. And a step
that is not given is counted, where TensorBoard puts all such points at 0.
"""

from __future__ import annotations

import os
import warnings
from types import TracebackType
from typing import TYPE_CHECKING, Any
from collections.abc import Mapping, Sequence

from ._held_run import HeldRun
from ._histogram import Histogram, flat, from_buckets, histogram
from ._summary_media import MediaMethods, as_step

if TYPE_CHECKING:
    from ._run import Run

__all__ = ["SummaryWriter"]

_said: set[str] = set()
"""What was warned of already."""


class SummaryWriter(MediaMethods):
    """A run that is logged to by the methods of TensorBoard's SummaryWriter."""

    def __init__(
        self,
        log_dir: str | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: int = 120,
        filename_suffix: str = "",
        *,
        logdir: str | None = None,
        run: Run | None = None,
        name: str | None = None,
        **options: Any,
    ) -> None:
        """Starts a run.

        log_dir, logdir: "runs/exp1" is the run exp1 below the root "runs"; of a path of one part,
            "exp1", that part is the root and the name.  None: the root is that of every other
            run, $EPOCHLOG_DIR or "./outputs".
        comment: with no log_dir and no name, the name of the run.
        purge_step: the step from which on a resumed training logs anew; kept as a property.
        max_queue, flush_secs, filename_suffix: without effect; a point is safe when the call
            returns.
        run: an open run to log to, which stays open; None: a run of its own.
        name: of the run; None: the last part of log_dir, or what Run makes of no name.
        options: further keyword arguments of `epochlog.Run`.
        """
        folder = logdir if log_dir is None else log_dir
        if run is None:
            options = {**_place(folder, name or comment.strip(" _-")), **options}
            if name:
                options["name"] = name
        self._held = HeldRun(run, options)
        self._steps: dict[str, int] = {}
        self._hparams = 0
        opened = self._run = self._held.open()
        if purge_step is not None:
            opened.set_property("purge_step", str(int(purge_step)))
        self.purge_step, self.max_queue = purge_step, max_queue
        self.flush_secs, self.filename_suffix = flush_secs, filename_suffix
        self.log_dir = opened.folder

    @property
    def run(self) -> Run:
        """The run; after `close` the next call joins it again."""
        self._run = self._held.open()
        return self._run

    # ------------------------------------------------------------------ numbers

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        """A number, or a tensor or array of one element; as a double, whatever the last two say."""
        run = self._run
        if not run.is_open:
            run = self.run
        if type(scalar_value) is not float:
            scalar_value = _one(scalar_value)
        if global_step is not None and type(global_step) is not int:
            global_step = int(global_step)
        run.log(tag, scalar_value, global_step)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Metrics `main_tag/NAME`, one for each item."""
        values = {f"{main_tag}/{name}": _one(value) for name, value in tag_scalar_dict.items()}
        self.run.log(values, as_step(global_step))

    def add_tensor(
        self,
        tag: str,
        tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """The values of a tensor in order, as a list."""
        self.run.log_list(tag, flat(tensor))

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: int | None = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """The distribution of the values of a tensor, an array or nested sequences.

        bins: "tensorflow", growing by a tenth from 0 on; another of NumPy's rules; a number of
            equal bins; ascending edges.
        max_bins: neighbours are joined until there are no more.

        Values that are not finite are counted too.  Raises ValueError for no value.
        """
        self._log_histogram(tag, histogram(values, bins, max_bins), global_step)

    def add_histogram_raw(
        self,
        tag: str,
        min: float,
        max: float,
        num: int,
        sum: float,
        sum_squares: float,
        bucket_limits: Any,
        bucket_counts: Any,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """A distribution that was counted already: buckets by their upper edges."""
        self._log_histogram(tag, from_buckets(min, max, bucket_limits, bucket_counts), global_step)

    def _log_histogram(self, tag: str, counted: Histogram, global_step: int | None) -> None:
        step = self._counted_step(f"{tag}/histogram", global_step)
        run = self.run
        run.log_row(f"{tag}/quantiles", {"step": step, **counted.quantiles})
        columns = {"step": [step] * len(counted.counts), "left": counted.left}
        columns.update(right=counted.right, count=counted.counts)
        run.log_table(f"{tag}/histogram", columns)

    def add_pr_curve(
        self,
        tag: str,
        labels: Any,
        predictions: Any,
        global_step: int | None = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Predictions of a binary classifier, all of them: the report draws this curve and others.

        labels: [n], true where not 0.  predictions: [n], the score of the positive class.
        weights: [n], or None.  num_thresholds has no effect.
        """
        truth = [int(label != 0) for label in flat(labels)]
        self.run.log_classification(
            truth,
            _row(predictions),
            classes=[0, 1],
            weights=None if weights is None else _row(weights),
            name=_at(tag, global_step),
        )

    def add_pr_curve_raw(
        self,
        tag: str,
        true_positive_counts: Any,
        false_positive_counts: Any,
        true_negative_counts: Any,
        false_negative_counts: Any,
        precision: Any,
        recall: Any,
        global_step: int | None = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """A curve by its points, [num_thresholds] each, thresholds from 0 to 1: a table `TAG` of
        recall and precision, and `TAG/counts` of the rest."""
        counts = {
            "true_positive": flat(true_positive_counts),
            "false_positive": flat(false_positive_counts),
            "true_negative": flat(true_negative_counts),
            "false_negative": flat(false_negative_counts),
        }
        size = len(counts["true_positive"])
        thresholds = [i / max(1, size - 1) for i in range(size)]
        name = _at(tag, global_step)
        self.run.log_table(name, {"recall": flat(recall), "precision": flat(precision)})
        self.run.log_table(f"{name}/counts", {"threshold": thresholds, **counts})

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        hparam_domain_discrete: Mapping[str, Sequence[Any]] | None = None,
        run_name: str | None = None,
        global_step: int | None = None,
    ) -> None:
        """Parameters and what was reached with them.

        The first call without a run_name is about the run itself; any other one makes a child
        of it, with the name given or counted.  What values a parameter could have is not kept.
        """
        if not isinstance(hparam_dict, Mapping) or not isinstance(metric_dict, Mapping):
            raise TypeError("hparam_dict and metric_dict are dicts")
        self._hparams += 1
        metrics = {name: _one(value) for name, value in metric_dict.items()}
        run = self.run
        if self._hparams > 1 or run_name:
            with run.child(run_name, params=hparam_dict) as child:
                child.log(metrics, as_step(global_step))
            return
        run.log_params(hparam_dict)
        run.log(metrics, as_step(global_step))

    # --------------------------------------------------------------------- life

    def get_logdir(self) -> str:
        """The run's folder; what a script puts there lies beside what is logged."""
        return self.log_dir

    @property
    def file_writer(self) -> SummaryWriter:
        """This writer: there is one log."""
        return self

    @property
    def all_writers(self) -> dict[str, SummaryWriter]:
        return {self.log_dir: self}

    def add_summary(self, summary: Any, global_step: Any = None, walltime: Any = None) -> None:
        """A summary in TensorBoard's own format is not kept; that is warned of once."""
        _warn("add_summary", "summaries in TensorBoard's own format are not kept")

    def add_event(self, event: Any, step: Any = None, walltime: Any = None) -> None:
        """An event in TensorBoard's own format is not kept; that is warned of once."""
        _warn("add_event", "events in TensorBoard's own format are not kept")

    def flush(self) -> None:
        if self._held.is_open:
            self.run.flush()

    def close(self) -> None:
        """Ends the run as Completed; a run that was given is flushed.  What is added later is
        added to the same run."""
        self._held.complete()

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the run as Completed, or as the exception says."""
        self._held.end_as(error)

    def _counted_step(self, name: str, step: int | None) -> int:
        """The step, counted from 0 where it is not given."""
        if step is None:
            step = self._steps.get(name, -1) + 1
        self._steps[name] = int(step)
        return int(step)


def _place(folder: str | None, name: str) -> dict[str, Any]:
    """The options of Run for a log_dir."""
    if folder is None or not str(folder):
        return {"name": name} if name else {}
    path = os.path.normpath(os.fspath(folder))
    root, last = os.path.split(path)
    return {"root": root or path, "name": name or last}


def _one(value: Any) -> Any:
    """The element of a tensor or array that has one; anything else as it is."""
    if getattr(value, "ndim", 0) and hasattr(value, "item"):
        return value.item()
    return value


def _row(values: Any) -> Any:
    """A tensor or array with one dimension."""
    return values.reshape(-1) if getattr(values, "ndim", 1) != 1 else values


def _at(tag: str, step: int | None) -> str:
    return tag if step is None else f"{tag}/{int(step)}"


def _warn(what: str, text: str) -> None:
    if what not in _said:
        _said.add(what)
        warnings.warn(f"SummaryWriter.{what}: {text}", stacklevel=3)
