"""PyTorch: tensors as scalars, predictions and images; SummaryWriter beside TensorBoard's."""

from __future__ import annotations

import inspect
import io
import warnings
import wave
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
numpy = pytest.importorskip("numpy")
datasets = pytest.importorskip("sklearn.datasets")

import epochlog  # noqa: E402
from epochlog import SummaryWriter  # noqa: E402


def saved(writer: SummaryWriter) -> epochlog.SavedRun:
    writer.close()
    return epochlog.open_run(writer.get_logdir())


def picture(run: epochlog.SavedRun, name: str) -> Any:
    """The pixels of an image, [height, width, channels]."""
    image = pytest.importorskip("PIL.Image")
    (found,) = [one for one in run.images if one.name == name]
    pixels = numpy.asarray(image.open(Path(run.folder, found.path)))
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


# ------------------------------------------------------------ a training, tensors


def test_a_training_that_logs_tensors(root) -> None:
    x, y = datasets.load_breast_cancer(return_X_y=True)
    x = torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32)
    y = torch.tensor(y, dtype=torch.float32)
    torch.manual_seed(1)
    model = torch.nn.Linear(30, 1)
    optimizer = torch.optim.Adam(model.parameters(), 0.1)
    losses = []
    with epochlog.Run("cancer", params={"rate": 0.1}) as run:
        for step in range(20):
            loss = torch.nn.functional.binary_cross_entropy_with_logits(model(x)[:, 0], y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            run.log("loss", loss, step)
            run.log({"rate": torch.tensor(0.1), "right": ((model(x)[:, 0] > 0) == y).sum()}, step)
            losses.append(loss.item())
        run.log_classification(y, torch.sigmoid(model(x)[:, 0]))
    read = epochlog.open_run(run.folder)
    assert read["loss"].values.tolist() == losses
    assert losses[-1] < losses[0] / 3
    assert read["right"].last > 540
    test = read.evaluations["test"]
    assert list(test.true_class) == y.int().tolist()
    assert list(test.scores[1]) == torch.sigmoid(model(x)[:, 0]).double().tolist()


def test_a_loss_with_its_gradient_is_logged_without_a_warning(root) -> None:
    loss = torch.ones(3, requires_grad=True).sum()
    torch.set_warn_always(True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with epochlog.Run("a", strict=True) as run:
            run.log("loss", loss)
            run.log({"a": loss, "b": loss.reshape(1)})
    torch.set_warn_always(False)
    assert epochlog.open_run(run.folder)["loss"].last == 3.0


FLOATS = ["float16", "bfloat16", "float32", "float64"]


@pytest.mark.parametrize("kind", [*FLOATS, "int8", "uint8", "int32", "int64", "bool"])
def test_scalars_of_every_type(root, kind: str) -> None:
    value = torch.tensor(1, dtype=getattr(torch, kind))
    with epochlog.Run("a", strict=True) as run:
        run.log("value", value, 0)
        run.log({"in/dict": value}, 0)
        run.log("one", value.reshape(1, 1) if kind != "bool" else value, 0)
    read = epochlog.open_run(run.folder)
    assert read["value"].values.tolist() == read["in/dict"].values.tolist() == [1]


@pytest.mark.parametrize("kind", FLOATS)
def test_scores_of_every_type_with_gradients_and_strides(root, kind: str) -> None:
    torch.manual_seed(1)
    scores = torch.rand(3, 40, dtype=torch.float64).to(getattr(torch, kind)).requires_grad_().t()
    assert not scores.is_contiguous()
    truth = torch.arange(40) % 3
    with epochlog.Run("a") as run:
        run.log_classification(truth, scores, weights=torch.ones(80)[::2], name="all")
        run.log_regression(scores[:, 0], scores[:, 1], ids=torch.arange(40))
    read = epochlog.open_run(run.folder)
    expected = scores.detach().double()
    for i, column in enumerate(read.evaluations["all"].scores):
        assert list(column) == expected[:, i].tolist()
    assert list(read.evaluations["all"].true_class) == truth.tolist()
    assert list(read.evaluations["test"].true_value) == expected[:, 0].tolist()
    assert list(read.evaluations["test"].predicted) == expected[:, 1].tolist()


@pytest.mark.parametrize("kind", ["uint8", "int16", "int64", "bool"])
def test_labels_of_every_type(root, kind: str) -> None:
    truth = torch.tensor([0, 1, 1, 0]).to(getattr(torch, kind))
    with epochlog.Run("a") as run:
        run.log_classification(truth, predicted=truth.flip(0), classes=["no", "yes"])
    test = epochlog.open_run(run.folder).evaluations["test"]
    assert list(test.true_class) == [0, 1, 1, 0]
    assert list(test.predicted_class) == [0, 1, 1, 0]


def test_lists_and_tables_of_tensors(root) -> None:
    with epochlog.Run("a") as run:
        run.log_list("list", torch.arange(6, dtype=torch.float32)[::2])
        run.log_table("table", {"x": torch.arange(3), "y": torch.rand(3, requires_grad=True)})
    read = epochlog.open_run(run.folder)
    assert list(read["list"].values) == [0, 2, 4]
    assert list(read["table"].columns["x"]) == [0, 1, 2]


def test_tensors_that_are_no_predictions(root) -> None:
    with epochlog.Run("a") as run:
        with pytest.raises(ValueError):
            run.log_classification(torch.tensor([0, 1, 1]), torch.rand(4))
        with pytest.raises(ValueError):
            run.log_classification(torch.tensor([0.0, float("nan")]), torch.rand(2))
        with pytest.raises((ValueError, TypeError)):
            run.log_regression(torch.rand(2, 2), torch.rand(2, 2))


# ----------------------------------------------------------------- SummaryWriter


def test_every_method_of_tensorboards_writer_is_there() -> None:
    """With the same arguments, in the same order, with the same defaults."""
    tensorboard = pytest.importorskip("torch.utils.tensorboard")
    theirs = tensorboard.SummaryWriter
    for name, method in inspect.getmembers(theirs, inspect.isfunction):
        if name.startswith("_") and name != "__init__":
            continue
        expected = inspect.signature(method).parameters
        given = inspect.signature(getattr(SummaryWriter, name)).parameters
        assert list(given)[: len(expected)] == list(expected), name
        for argument, parameter in expected.items():
            assert given[argument].default == parameter.default, f"{name}({argument})"
        for parameter in list(given.values())[len(expected) :]:
            assert parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD), name


def test_a_script_for_tensorboard_with_another_import(root) -> None:
    writers = pytest.importorskip("torch.utils.tensorboard")
    kept = {}
    for module, where in ((writers, "theirs"), (epochlog, "ours")):
        torch.manual_seed(1)
        model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
        with module.SummaryWriter(f"runs/{where}", comment="_x", max_queue=5) as writer:
            writer.add_graph(model, torch.rand(1, 4))
            for step in range(3):
                loss = model(torch.rand(8, 4)).pow(2).mean()
                writer.add_scalar("loss/train", loss, global_step=step)
                writer.add_scalars("norms", {"a": step, "b": torch.tensor(2.0)}, step)
                for name, weight in model.named_parameters():
                    writer.add_histogram(name, weight, step)
            writer.add_image("noise", torch.rand(3, 8, 8), 0)
            writer.add_text("note", "it goes on", 2)
            writer.add_embedding(torch.rand(4, 2), metadata=list("abcd"), global_step=1)
            writer.add_pr_curve("pr", torch.tensor([0, 1, 1]), torch.tensor([0.2, 0.9, 0.4]), 0)
            writer.add_hparams({"lr": 0.1}, {"hparam/loss": loss.item()})
            writer.flush()
        kept[where] = loss.item()
    run = epochlog.open_run(writer.get_logdir())
    assert run["loss/train"].last == kept["ours"] == kept["theirs"]
    assert len(run["norms/b"]) == 3
    assert "0.weight/histogram" in run and "2.bias/quantiles" in run
    assert (run["note"].values, run.params["lr"]) == (["it goes on"], 0.1)


@pytest.mark.parametrize("kind", [*FLOATS, "int64", "uint8", "bool"])
def test_histograms_are_those_of_numpy(root, kind: str) -> None:
    torch.manual_seed(3)
    values = (torch.randn(50, 40) * 3).to(getattr(torch, kind))
    if values.is_floating_point():
        values.requires_grad_()
    writer = SummaryWriter("runs/a")
    writer.add_histogram("w", values, 0, bins=[-2, 0, 0.5, 2, 300])
    writer.add_histogram("w", values, 1, bins=7)
    writer.add_histogram("w", values, 2, bins="auto")
    writer.add_histogram("w", values, 3)
    table = {n: numpy.asarray(c) for n, c in saved(writer)["w/histogram"].columns.items()}
    flat = values.detach().double().numpy().ravel()
    for step, bins in ((0, [-2, 0, 0.5, 2, 300]), (1, 7), (2, "auto")):
        counts, edges = numpy.histogram(flat, bins)
        mine = table["step"] == step
        assert table["count"][mine].tolist() == counts[counts > 0].tolist()
        assert table["left"][mine] == pytest.approx(edges[:-1][counts > 0])
    assert table["count"][table["step"] == 3].sum() == 2000


def test_quantiles_are_those_of_numpy(root) -> None:
    values = torch.randn(1001, dtype=torch.float64)
    writer = SummaryWriter("runs/a")
    writer.add_histogram("w", values)
    row = {name: column[0] for name, column in saved(writer)["w/quantiles"].columns.items()}
    for name, share in {
        "min": 0,
        "p5": 0.05,
        "p25": 0.25,
        "median": 0.5,
        "p95": 0.95,
        "max": 1,
    }.items():
        assert row[name] == pytest.approx(numpy.quantile(values.numpy(), share))


def test_images_are_those_of_tensorboard(root) -> None:
    """Pixel by pixel, with TensorBoard's own tiling of batches."""
    convert = pytest.importorskip("torch.utils.tensorboard._utils").convert_to_HWC
    torch.manual_seed(1)
    batch = torch.randint(0, 256, (11, 3, 4, 5), dtype=torch.uint8)
    share = torch.rand(3, 4, 5, dtype=torch.float64)
    writer = SummaryWriter("runs/a")
    writer.add_images("batch", batch)
    writer.add_images("nhwc", batch.permute(0, 2, 3, 1), dataformats="NHWC")
    writer.add_image("chw", batch[0])
    writer.add_image("whc", batch[0].permute(2, 1, 0), dataformats="WHC")
    writer.add_image("wh", batch[0, 0].t(), dataformats="WH")
    writer.add_image("float", share.requires_grad_())
    run = saved(writer)
    tiled = convert(batch.numpy(), "NCHW")
    assert numpy.array_equal(picture(run, "batch"), tiled)
    assert numpy.array_equal(picture(run, "nhwc"), tiled)
    assert numpy.array_equal(picture(run, "chw"), convert(batch[0].numpy(), "CHW"))
    assert numpy.array_equal(picture(run, "whc"), convert(batch[0].numpy(), "CHW"))
    assert numpy.array_equal(picture(run, "wh")[:, :, 0], batch[0, 0].numpy())
    expected = convert(share.detach().numpy(), "CHW") * 255
    assert abs(picture(run, "float") - expected).max() <= 1


def test_figures_boxes_videos_and_sounds(root) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    figures = [pyplot.figure(figsize=(2, 1)) for _ in range(2)]
    writer = SummaryWriter("runs/a")
    writer.add_figure("figure", figures[0], 1, close=False)
    assert pyplot.fignum_exists(figures[0].number)
    writer.add_figure("figures", figures, 1)
    assert not pyplot.get_fignums()
    writer.add_image_with_boxes("boxes", torch.zeros(3, 20, 20), torch.tensor([[2.0, 3, 10, 12]]))
    writer.add_video("video", torch.rand(2, 4, 3, 6, 5), fps=10)
    writer.add_audio("sound", torch.sin(torch.arange(800) / 10).unsqueeze(0), 1, sample_rate=8000)
    run = saved(writer)
    assert {image.name for image in run.images} == {
        "figure", "figures/0", "figures/1", "boxes", "video"
    }  # fmt: skip
    boxes = picture(run, "boxes")
    assert tuple(boxes[3, 2]) == tuple(boxes[12, 10]) == (255, 0, 0)
    assert tuple(boxes[7, 6]) == tuple(boxes[15, 15]) == (0, 0, 0)
    image = pytest.importorskip("PIL.Image")
    (video,) = [one for one in run.images if one.name == "video"]
    with image.open(Path(run.folder, video.path)) as frames:
        assert (frames.n_frames, frames.size, frames.info["duration"]) == (4, (10, 6), 100)
    data = Path(run.folder, "files/audio/sound-1.wav").read_bytes()
    with wave.open(io.BytesIO(data)) as sound:
        assert sound.getnframes() == 800


def test_a_mesh_of_tensors(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_mesh(
        "m", torch.rand(2, 5, 3), colors=torch.rand(2, 5, 3), faces=torch.tensor([[[0, 1, 2]]] * 2)
    )
    run = saved(writer)
    assert {file.path for file in run.files} == {"files/meshes/m.ply", "files/meshes/m-1.ply"}
    colours = Path(run.folder, "files/meshes/m.ply").read_text().splitlines()[-3].split()[3:]
    assert all(0 <= int(colour) <= 255 for colour in colours) and len(colours) == 3


def test_a_scalar_that_is_none_warns_and_training_goes_on(root) -> None:
    writer = SummaryWriter("runs/a")
    with pytest.warns(RuntimeWarning, match="loss"):
        writer.add_scalar("loss", object(), 0)
    writer.add_scalar("loss", torch.tensor(0.5), 1)
    assert saved(writer)["loss"].values.tolist() == [0.5]
