"""The logger in Lightning's Trainers and in Fabric."""

from __future__ import annotations

import importlib
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("lightning")
datasets = pytest.importorskip("sklearn.datasets")

import epochlog  # noqa: E402
from epochlog.callbacks.lightning import EpochlogLogger  # noqa: E402


@pytest.fixture(params=["lightning.pytorch", "pytorch_lightning"])
def pl(request) -> Any:
    pytest.importorskip(request.param.partition(".")[0])
    return importlib.import_module(request.param)


@pytest.fixture
def loader() -> Any:
    x, y = datasets.load_diabetes(return_X_y=True)
    data = torch.utils.data.TensorDataset(
        torch.tensor(x, dtype=torch.float32), torch.tensor(y / 100, dtype=torch.float32)
    )
    return torch.utils.data.DataLoader(data, batch_size=64)


def regression(pl: Any, fails_at: int = -1, error: Any = ArithmeticError) -> Any:
    class Regression(pl.LightningModule):
        def __init__(self, rate: float = 0.1) -> None:
            super().__init__()
            self.save_hyperparameters()
            self.layer = torch.nn.Linear(10, 1)

        def loss(self, batch: Any) -> Any:
            x, y = batch
            return (self.layer(x).squeeze(1) - y).pow(2).mean()

        def training_step(self, batch: Any, i: int) -> Any:
            if self.global_step == fails_at:
                raise error("loss is no number")
            loss = self.loss(batch)
            self.log("train_loss", loss)
            return loss

        def validation_step(self, batch: Any, i: int) -> None:
            self.log("val_loss", self.loss(batch))

        def test_step(self, batch: Any, i: int) -> None:
            self.log("test_loss", self.loss(batch))

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), self.hparams.rate)

    return Regression()


def trainer(pl: Any, logger: Any, **more: Any) -> Any:
    options = {
        "accelerator": "cpu", "devices": 1, "max_epochs": 2, "log_every_n_steps": 1,
        "enable_progress_bar": False, "enable_model_summary": False, **more,
    }  # fmt: skip
    return pl.Trainer(logger=logger, **options)


def test_a_training_and_its_test_are_one_run(root, pl, loader) -> None:
    logger = EpochlogLogger(name="diabetes", log_checkpoints=True)
    work, model = trainer(pl, logger), regression(pl)
    assert isinstance(logger, pl.loggers.Logger)
    work.fit(model, loader, loader)
    work.test(model, loader, verbose=False)
    run = epochlog.open_run(logger.version)
    assert (run.name, run.status, run.params) == ("diabetes", "Completed", {"rate": 0.1})
    assert run["train_loss"].steps.tolist() == list(range(14))
    assert run["val_loss"].steps.tolist() == [6, 13]
    assert run["test_loss"].last == pytest.approx(run["val_loss"].last)
    assert run["epoch"].last == 2
    assert len(epochlog.runs(root)) == 1
    assert Path(work.log_dir).resolve() == Path(run.folder).resolve()
    best = Path(run.folder, run.tags["checkpoint"])
    assert best.samefile(work.checkpoint_callback.best_model_path)
    assert f"files/checkpoints/{best.name}" in {file.path for file in run.files}


@pytest.mark.parametrize(
    "error, status", [(ArithmeticError, "Failed"), (KeyboardInterrupt, "Canceled")]
)
def test_a_training_that_is_left_by_an_exception(root, pl, loader, error, status) -> None:
    logger = EpochlogLogger(name="bad")
    with pytest.raises((ArithmeticError, SystemExit)):
        trainer(pl, logger, enable_checkpointing=False).fit(regression(pl, 3, error), loader)
    run = epochlog.open_run(logger.version)
    assert (run.status, len(run["train_loss"])) == (status, 3)
    if status == "Failed":
        assert run.error_code == "ArithmeticError"
        assert "training_step" in run.error_details


def test_a_given_run_stays_open(root, pl, loader) -> None:
    with epochlog.Run("mine") as run:
        logger = EpochlogLogger(run, prefix="ridge")
        trainer(pl, logger, enable_checkpointing=False).fit(regression(pl), loader)
        assert run.is_open
    assert len(epochlog.open_run(run.folder)["ridge/train_loss"]) == 14


def test_the_learning_rate_monitor(root, pl, loader) -> None:
    logger = EpochlogLogger()
    monitor = pl.callbacks.LearningRateMonitor()
    work = trainer(pl, logger, callbacks=[monitor], enable_checkpointing=False)
    work.fit(regression(pl), loader)
    name = "lr-SGD"
    assert epochlog.open_run(logger.version)[name].last == 0.1


def test_hyperparameters_and_images(root) -> None:
    logger = EpochlogLogger()
    logger.log_hyperparams(Namespace(rate=0.1, data={"folds": 3}), {"hp": torch.tensor(0.5)})
    logger.log_graph(torch.nn.Linear(2, 3))
    logger.log_image("picture", [torch.rand(3, 4, 5)], step=1, caption=["noise"])
    logger.finalize("success")
    run = epochlog.open_run(logger.version)
    assert run.params == {"rate": 0.1, "data/folds": 3}
    assert run["hp"].last == 0.5
    (image,) = run.images
    assert (image.name, image.width, image.height, image.caption) == ("picture", 5, 4, "noise")
    graph = Path(run.folder, "files/graph.txt").read_text()
    assert "in_features=2, out_features=3" in graph


def test_fabric(root) -> None:
    from lightning.fabric import Fabric
    from lightning.fabric.loggers import Logger

    logger = EpochlogLogger(name="fabric")
    fabric = Fabric(accelerator="cpu", devices=1, loggers=logger)
    assert isinstance(logger, Logger)
    fabric.log("loss", torch.tensor(0.5), step=3)
    fabric.log_dict({"a": 1, "b": torch.tensor([2.0])}, step=3)
    logger.finalize("success")
    run = epochlog.open_run(logger.version)
    assert (run["loss"].steps.tolist(), run["b"].last, run.status) == ([3], 2.0, "Completed")


SCRIPT = """
import sys, torch, lightning.pytorch as pl
from epochlog.callbacks.lightning import EpochlogLogger

class Model(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)
    def training_step(self, batch, i):
        loss = self.layer(batch[0]).pow(2).mean()
        self.log("loss", loss, sync_dist=True)
        return loss
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), 0.01)

if __name__ == "__main__":
    torch.set_num_threads(1)
    logger = EpochlogLogger(name="ranks")
    data = torch.utils.data.TensorDataset(torch.ones(16, 2))
    trainer = pl.Trainer(accelerator="cpu", devices=2, strategy=sys.argv[1], max_epochs=1,
        logger=logger, log_every_n_steps=1, enable_progress_bar=False, enable_model_summary=False)
    trainer.fit(Model(), torch.utils.data.DataLoader(data, batch_size=4))
    print("rank", trainer.global_rank, logger.version, type(logger.experiment).__name__)
"""


@pytest.mark.parametrize("strategy", ["ddp", "ddp_spawn"])
def test_of_two_processes_one_logs_and_both_agree(root, strategy: str) -> None:
    import subprocess
    import sys

    Path("train.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "train.py", strategy], capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr
    (run,) = epochlog.runs(root)
    assert (run.name, run.status) == ("ranks", "Completed")
    assert run["loss"].steps.tolist() == [0, 1]
    said = sorted(line for line in done.stdout.splitlines() if line.startswith("rank "))
    assert said[0] == f"rank 0 {run.id} Run"
    if strategy == "ddp":
        assert said[1] == f"rank 1 {run.id} Nothing"
