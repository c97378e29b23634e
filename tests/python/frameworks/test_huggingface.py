"""The callback in trainings with transformers' Trainer, on a tiny model made here."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("accelerate")
datasets = pytest.importorskip("sklearn.datasets")

import epochlog  # noqa: E402
from epochlog.callbacks.huggingface import EpochlogCallback  # noqa: E402


@pytest.fixture(scope="module")
def samples() -> Any:
    """Digits as sentences: each of the 64 pixels is a word, 0 to 16."""
    x, y = datasets.load_digits(n_class=2, return_X_y=True)
    return [
        {"input_ids": torch.tensor(row, dtype=torch.long), "labels": torch.tensor(label)}
        for row, label in zip(x[:64], y[:64])
    ]


def trainer(samples: Any, callback: Any, **more: Any) -> Any:
    config = transformers.BertConfig(
        vocab_size=17, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64, num_labels=2,
    )  # fmt: skip
    args = transformers.TrainingArguments(
        "out", report_to="none", use_cpu=True, disable_tqdm=True, num_train_epochs=2, seed=3,
        logging_steps=4, per_device_train_batch_size=8, eval_strategy="epoch", **more,
    )  # fmt: skip
    return transformers.Trainer(
        transformers.BertForSequenceClassification(config), args,
        train_dataset=samples, eval_dataset=samples[:16], callbacks=[callback],
    )  # fmt: skip


def test_a_training_and_what_comes_after(root, samples) -> None:
    callback = EpochlogCallback(name="digits", log_checkpoints=True)
    assert isinstance(callback, transformers.TrainerCallback)
    work = trainer(samples, callback, save_strategy="epoch", load_best_model_at_end=True)
    work.train()
    run = epochlog.open_run(callback.run.folder)
    assert (run.name, run.status) == ("digits", "Completed")
    told = [entry for entry in work.state.log_history if "loss" in entry]
    assert run["loss"].steps.tolist() == [entry["step"] for entry in told] == [4, 8, 12, 16]
    assert run["loss"].values.tolist() == pytest.approx([entry["loss"] for entry in told])
    assert run["eval_loss"].steps.tolist() == [8, 16]
    assert run.params["learning_rate"] == 5e-5
    assert (run.params["logging_steps"], run.params["seed"]) == (4, 3)
    assert run.params["model/hidden_size"] == 8
    assert "fp16" not in run.params
    assert run.tags["checkpoint"] == work.state.best_model_checkpoint
    assert "model" in {file.role for file in run.files if "safetensors" in file.path}
    work.evaluate()
    work.predict(samples[:8])
    run = epochlog.open_run(callback.run.folder)
    assert len(run["eval_loss"]) == 3 and len(run["test_loss"]) == 1
    assert run.status == "Completed" and len(epochlog.runs(root)) == 1


def test_a_run_is_named_as_the_trainer_says(root, samples) -> None:
    callback = EpochlogCallback(params=False)
    trainer(samples, callback, run_name="from-arguments", save_strategy="no").train()
    run = epochlog.open_run(callback.run.folder)
    assert (run.name, run.params, run.tags) == ("from-arguments", {}, {})


def test_a_given_run_stays_open(root, samples) -> None:
    with epochlog.Run("mine") as run:
        trainer(samples, EpochlogCallback(run), save_strategy="no").train()
        assert run.is_open
    assert "train_loss" in epochlog.open_run(run.folder)
