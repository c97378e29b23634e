"""The loggers that are measured, each with its own way to log, close and read back.

A logger's loop is its own, so that nothing stands between it and the call that a user
writes.  `scalars` logs one metric, `rows` ten at a time; steps count from `first`.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

NAMES = ["m%d" % i for i in range(10)]


class Epochlog:
    title = "epochlog"
    module = "epochlog"

    def __init__(self, folder: Path) -> None:
        import epochlog

        self.run = epochlog.Run("bench", root=folder)

    def scalars(self, values: list[float], first: int) -> None:
        run = self.run
        for value in values:
            run.log("loss", value)

    def steps(self, values: list[float], first: int) -> None:
        run = self.run
        for step, value in enumerate(values, first):
            run.log("loss", value, step)

    def rows(self, rows: list[dict[str, float]], first: int) -> None:
        run = self.run
        for row in rows:
            run.log(row)

    def close(self) -> None:
        self.run.complete()

    @staticmethod
    def read(folder: Path) -> int:
        import epochlog

        (run,) = epochlog.runs(folder)
        return len(run["loss"].values)


class Torch:
    title = "torch SummaryWriter"
    module = "torch.utils.tensorboard"

    def __init__(self, folder: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.writer = SummaryWriter(str(folder))

    def scalars(self, values: list[float], first: int) -> None:
        writer = self.writer
        for step, value in enumerate(values, first):
            writer.add_scalar("loss", value, step)

    def rows(self, rows: list[dict[str, float]], first: int) -> None:
        writer = self.writer
        for step, row in enumerate(rows, first):
            for name, value in row.items():
                writer.add_scalar(name, value, step)

    def close(self) -> None:
        self.writer.close()

    @staticmethod
    def read(folder: Path) -> int:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        events = EventAccumulator(str(folder), size_guidance={"scalars": 0}).Reload()
        return len(events.Scalars("loss")) if "loss" in events.Tags()["scalars"] else 0


class TensorboardX(Torch):
    title = "tensorboardX"
    module = "tensorboardX"

    def __init__(self, folder: Path) -> None:
        from tensorboardX import SummaryWriter

        self.writer = SummaryWriter(str(folder))


class Mlflow:
    title = "mlflow, files"
    module = "mlflow"

    def __init__(self, folder: Path) -> None:
        mlflow = self.at(folder)
        mlflow.set_experiment("bench")
        mlflow.start_run()

    @staticmethod
    def at(folder: Path):
        os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
        import mlflow

        mlflow.set_tracking_uri("file:%s" % (folder / "mlruns"))
        return mlflow

    def scalars(self, values: list[float], first: int) -> None:
        import mlflow

        for step, value in enumerate(values, first):
            mlflow.log_metric("loss", value, step)

    def rows(self, rows: list[dict[str, float]], first: int) -> None:
        import mlflow

        for step, row in enumerate(rows, first):
            mlflow.log_metrics(row, step)

    def close(self) -> None:
        import mlflow

        mlflow.end_run()

    @classmethod
    def read(cls, folder: Path) -> int:
        client = cls.at(folder).MlflowClient()
        experiment = client.get_experiment_by_name("bench")
        (run,) = client.search_runs([experiment.experiment_id])
        return len(client.get_metric_history(run.info.run_id, "loss"))


class Dvclive:
    title = "dvclive"
    module = "dvclive"

    def __init__(self, folder: Path) -> None:
        from dvclive import Live

        self.live = Live(str(folder), save_dvc_exp=False, dvcyaml=None)

    def scalars(self, values: list[float], first: int) -> None:
        live = self.live
        for step, value in enumerate(values, first):
            live.step = step
            live.log_metric("loss", value)

    def rows(self, rows: list[dict[str, float]], first: int) -> None:
        live = self.live
        for step, row in enumerate(rows, first):
            live.step = step
            for name, value in row.items():
                live.log_metric(name, value)

    def close(self) -> None:
        self.live.end()

    @staticmethod
    def read(folder: Path) -> int:
        with open(folder / "plots" / "metrics" / "loss.tsv", newline="") as file:
            return sum(1 for _ in csv.DictReader(file, delimiter="\t"))


PEERS = {
    "epochlog": Epochlog,
    "torch": Torch,
    "tensorboardx": TensorboardX,
    "mlflow": Mlflow,
    "dvclive": Dvclive,
}
