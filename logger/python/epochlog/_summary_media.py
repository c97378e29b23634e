"""The methods of SummaryWriter for pictures, sounds, files and layouts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from collections.abc import Mapping, Sequence

from ._histogram import flat, on_host

if TYPE_CHECKING:
    from ._frames import Picture
    from ._run import Run


class MediaMethods:
    """What SummaryWriter has beside numbers."""

    @property
    def run(self) -> Run:
        """The run that is logged to."""
        raise NotImplementedError

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """An image: whole numbers from 0 to 255 or floats from 0 to 1; beyond is cut off.

        dataformats: what the dimensions are: "CHW", "HWC", "HW" or another order of them.
        """
        self._log_grid(tag, img_tensor, global_step, dataformats)

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Images of one size as one image: a grid with eight in a row."""
        self._log_grid(tag, img_tensor, global_step, dataformats)

    def _log_grid(self, tag: str, tensor: Any, global_step: int | None, formats: str) -> None:
        from . import _frames

        picture = _frames.grid(_frames.pictures(on_host(tensor), formats))
        self._log_picture(tag, picture, global_step)

    def _log_picture(
        self, tag: str, picture: Picture, global_step: int | None, caption: str | None = None
    ) -> None:
        from . import _frames

        view = _frames.view(picture)
        self.run.log_image(tag, view, as_step(global_step), caption=caption, layout="HWC")

    def add_image_with_boxes(
        self,
        tag: str,
        img_tensor: Any,
        box_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        rescale: float = 1,
        dataformats: str = "CHW",
        labels: Any = None,
    ) -> None:
        """An image with boxes in red: [n, 4], left, top, right, bottom in pixels.

        labels: texts, [n], kept in the caption.  The image keeps its size: rescale has no effect.
        """
        from . import _frames

        edges = flat(box_tensor)
        boxes = [edges[i : i + 4] for i in range(0, len(edges), 4)]
        picture = _frames.grid(_frames.pictures(on_host(img_tensor), dataformats))
        if isinstance(labels, str):
            labels = [labels]
        caption = ", ".join(str(label) for label in labels) if labels is not None else None
        self._log_picture(tag, _frames.with_boxes(picture, boxes), global_step, caption)

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: int | None = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """A figure of matplotlib's, or a list of figures; closed afterwards if `close`."""
        figures = figure if isinstance(figure, (list, tuple)) else [figure]
        for i, one in enumerate(figures):
            name = tag if len(figures) == 1 else f"{tag}/{i}"
            self.run.log_image(name, one, as_step(global_step))
        pyplot = sys.modules.get("matplotlib.pyplot")
        if close and pyplot is not None:  # Else pyplot has no figure to close.
            for one in figures:
                pyplot.close(one)

    def add_video(
        self,
        tag: str,
        vid_tensor: Any,
        global_step: int | None = None,
        fps: float = 4,
        walltime: float | None = None,
    ) -> None:
        """Videos [n, frames, channels, height, width], side by side, as an animated PNG.

        fps: frames a second.
        """
        from . import _frames

        tensor = on_host(vid_tensor)
        frames = [
            _frames.grid(_frames.pictures(tensor[:, i], "NCHW")) for i in range(tensor.shape[1])
        ]
        self.run.log_image(tag, _frames.animation(frames, fps), as_step(global_step))

    # -------------------------------------------------------- texts, files, layout

    def add_text(
        self,
        tag: str,
        text_string: str,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        self.run.log_text(tag, str(text_string), as_step(global_step))

    def add_audio(
        self,
        tag: str,
        snd_tensor: Any,
        global_step: int | None = None,
        sample_rate: int = 44100,
        walltime: float | None = None,
    ) -> None:
        """A sound as a WAV file of 16 bits: [n] or [1, n], from -1 to 1; beyond is cut off.

        sample_rate: in Hz.
        """
        from . import _media

        name = f"audio/{file_name(tag, global_step)}.wav"
        self.run.add_data(name, _media.wav(snd_tensor, sample_rate), "audio")

    def add_mesh(
        self,
        tag: str,
        vertices: Any,
        colors: Any = None,
        faces: Any = None,
        config_dict: Any = None,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Meshes or clouds of points as PLY files, one for each of a batch.

        vertices: [batch, n, 3].  colors: [batch, n, 3], from 0 to 255, or None.
        faces: [batch, m, 3], numbers of vertices from 0, or None.  config_dict has no effect.
        """
        from . import _media

        for i, text in enumerate(_media.meshes(vertices, colors, faces)):
            name = file_name(tag if i == 0 else f"{tag}-{i}", global_step)
            self.run.add_data(f"meshes/{name}.ply", text, "mesh")

    def add_embedding(
        self,
        mat: Any,
        metadata: Sequence[Any] | None = None,
        label_img: Any = None,
        global_step: int | None = None,
        tag: str = "default",
        metadata_header: Sequence[str] | None = None,
    ) -> None:
        """Points of a space, [n, d], as tab-separated files that the Embedding Projector loads.

        metadata: a label for each, or with metadata_header as many as that has.
        label_img: [n, channels, height, width], kept as an image `TAG/sprite`.
        """
        from . import _media

        step = 0 if global_step is None else int(global_step)
        folder = f"embeddings/{file_name(tag, None)}/{step:05d}"
        table = _media.tab_separated(mat)
        self.run.add_data(f"{folder}/tensors.tsv", table, "embedding")
        if metadata is not None:
            labels = _media.labels(metadata, metadata_header)
            self.run.add_data(f"{folder}/metadata.tsv", labels, "embedding")
        if label_img is not None:
            self._log_grid(f"{tag}/sprite", label_img, global_step, "NCHW")

    def add_graph(
        self,
        model: Any,
        input_to_model: Any = None,
        verbose: bool = False,
        use_strict_trace: bool = True,
    ) -> None:
        """What the model says of itself, as graph.txt; it is not traced."""
        text = repr(model)
        if verbose:
            print(text)
        self.run.add_data("graph.txt", text.encode(), "graph")

    def add_onnx_graph(self, prototxt: str) -> None:
        """Keeps the file."""
        self.run.add_file(prototxt, role="graph")

    def add_custom_scalars_multilinechart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        self.add_custom_scalars({category: {title: ["Multiline", list(tags)]}})

    def add_custom_scalars_marginchart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        self.add_custom_scalars({category: {title: ["Margin", list(tags)]}})

    def add_custom_scalars(self, layout: Mapping[str, Any]) -> None:
        """Charts of a user's own making are not drawn; their description is kept as
        custom_scalars.json."""
        import json

        text = json.dumps(layout, indent=1, default=list)
        self.run.add_data("custom_scalars.json", text.encode(), "layout")


def as_step(step: Any) -> int | None:
    return step if step is None or type(step) is int else int(step)


def file_name(tag: str, step: int | None) -> str:
    """The tag as a path below the run's files, with its step."""
    parts = [part for part in tag.split("/") if part not in ("", ".", "..")]
    name = "/".join(parts) or "untitled"
    return name if step is None else f"{name}-{int(step)}"
