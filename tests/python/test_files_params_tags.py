"""What a run is given beside its metrics: parameters, tags, properties, documents, files."""

from __future__ import annotations

import array
import hashlib
import json
import math
import os
import pathlib
from typing import Any, Iterator

import epochlog
import pytest


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("kept")
    yield run
    if run.is_open:
        run.complete()


class Named:
    def __str__(self) -> str:
        return "named"


class Number:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __float__(self) -> Any:
        if isinstance(self.value, BaseException):
            raise self.value
        return self.value


# ---------------------------------------------------------------------- parameters

PARAMS = [
    ("a float", 0.1, 0.1),
    ("infinity", math.inf, math.inf),
    ("an integer", -(2**63), -(2**63)),
    ("a large integer", 2**64, 2.0**64),
    ("True", True, True),
    ("a text", "adam: ä", "adam: ä"),
    ("an empty text", "", ""),
    ("an object with __float__", Number(1.5), 1.5),
    ("a list", [1, "a"], "[1, 'a']"),
    ("None", None, "None"),
    ("a type", dict, "<class 'dict'>"),
    ("an object", Named(), "named"),
    ("a lone surrogate", "a\ud800", "a?"),
]


@pytest.mark.parametrize("value, kept", [p[1:] for p in PARAMS], ids=[p[0] for p in PARAMS])
def test_a_parameter_is_a_number_a_truth_value_or_a_text(run: epochlog.Run, value: Any, kept: Any) -> None:
    run.log_param("p", value)
    assert run.params == {"p": kept} and type(run.params["p"]) is type(kept)


def test_the_last_value_of_a_parameter_counts(run: epochlog.Run) -> None:
    for value in (1, "two", 3.0):
        run.log_param("p", value)
    assert run.params == {"p": 3.0}


def test_nested_parameters_are_names_with_slashes(run: epochlog.Run) -> None:
    run.log_params({"lr": 0.1, "model": {"depth": 3, "act": {"name": "relu"}, 5: True}, "none": {}})
    assert run.params == {"lr": 0.1, "model/depth": 3, "model/act/name": "relu", "model/5": True}


def test_parameters_can_be_given_at_the_start(root: Any) -> None:
    with epochlog.Run("given", params={"a": {"b": 1}}, tags={"x": "y", "z": None}) as run:
        assert (run.params, run.tags) == ({"a/b": 1}, {"x": "y", "z": None})


# ------------------------------------------------------------------ tags and others


def test_tags_are_set_again_and_removed(run: epochlog.Run) -> None:
    run.tag("a", "1")
    run.tag("b")
    run.tag("c", "")
    run.tag(" a ", "2")
    run.remove_tag("b ")
    run.remove_tag("never set")
    assert run.tags == {"a": "2", "c": ""}
    run.tag("b", "again")
    assert run.tags["b"] == "again"


def test_a_property_is_set_once(run: epochlog.Run) -> None:
    run.set_property("a", "1")
    run.set_property("a", "1")
    with pytest.raises(ValueError, match="property 'a': a property is already set to another value"):
        run.set_property("a", "2")
    assert run.properties == {"a": "1"}


def test_a_property_of_an_earlier_process_is_set_too(root: Any) -> None:
    with epochlog.Run("first", run_id="one") as run:
        run.set_property("a", "1")
    with epochlog.Run("second", run_id="one") as run:
        run.set_property("b", "2")
        assert run.properties == {"a": "1", "b": "2"}


def test_facts_of_the_environment_are_kept(run: epochlog.Run) -> None:
    run.log_environment("library.numpy", "1.26.4")
    assert run.saved().environment["library.numpy"] == "1.26.4"


def test_markdown_and_json_are_documents(run: epochlog.Run) -> None:
    run.log_markdown("note", "# Ähm\n\n- *one*")
    matrix = {"schema_type": "confusion_matrix", "schema_version": "v1", "data": {"class_labels": ["a"]}}
    run.log_json("by dict", matrix, "confusion_matrix")
    run.log_json("by text", json.dumps(matrix))
    documents = {document.name: document for document in run.saved().documents}
    assert documents["note"][1:] == ("markdown", "# Ähm\n\n- *one*")
    assert documents["by dict"].format == "confusion_matrix"
    assert json.loads(documents["by dict"].text) == json.loads(documents["by text"].text) == matrix


def test_json_that_is_none_is_refused(run: epochlog.Run) -> None:
    for value, kind in (("{", ValueError), ("", ValueError), ({1: object()}, TypeError), ({"a": {1}}, TypeError)):
        with pytest.raises(kind):
            run.log_json("x", value)
    with pytest.raises(ValueError, match="schema 'table' is none of Azure ML's four"):
        run.log_json("x", {}, "table")
    assert run.saved().documents == []


LONG = "x" * (2**24 + 1)
PAIRS = [
    ("tag", lambda run, name, value: run.tag(name, value)),
    ("property", lambda run, name, value: run.set_property(name, value)),
    ("fact of the environment", lambda run, name, value: run.log_environment(name, value)),
    ("text", lambda run, name, value: run.log_markdown(name, value)),
]


@pytest.mark.parametrize("what, put", PAIRS, ids=[what for what, _ in PAIRS])
def test_names_and_values_are_checked(run: epochlog.Run, what: str, put: Any) -> None:
    for name, kind, words in (
        (5, TypeError, "is a str, not <class 'int'>"),
        ("", ValueError, "is empty"),
        (" \t", ValueError, "is empty"),
        ("a\0", ValueError, "holds a NUL character"),
        ("a" * 4097, ValueError, "is longer than 4096 bytes"),
    ):
        with pytest.raises(kind, match=f"^the name of a {what} {words}"):
            put(run, name, "x")
    for value, kind, words in (
        (5, TypeError, "is a str, not <class 'int'>"),
        (b"x", TypeError, "is a str, not <class 'bytes'>"),
        ("a\0", ValueError, "holds a NUL character"),
    ):
        with pytest.raises(kind, match=f"^the value of a {what} {words}"):
            put(run, "x", value)
    with pytest.raises(ValueError, match=f"^{what} 'x': a name, text or batch is larger than its limit"):
        put(run, "x", LONG)
    saved = run.saved()
    assert (saved.tags, saved.properties, saved.documents) == ({}, {}, [])
    put(run, "ä" * 2048, LONG[:-1])


def test_names_and_values_of_parameters_are_checked(run: epochlog.Run) -> None:
    for name, value, kind, words in (
        (5, 1, TypeError, "^the name of a parameter is a str"),
        ("", 1, ValueError, "^the name of a parameter is empty"),
        ("a" * 4097, 1, ValueError, "^the name of a parameter is longer than"),
        ("a", "b\0", ValueError, "^a parameter holds a NUL"),
        ("a", LONG, ValueError, "^parameter 'a': a name, text or batch is larger"),
        ("a", Number(ZeroDivisionError()), ZeroDivisionError, ""),
        ("a", Number(KeyboardInterrupt()), KeyboardInterrupt, ""),
    ):
        with pytest.raises(kind, match=words or None):
            run.log_param(name, value)  # type: ignore[arg-type]
    assert run.params == {}


def test_a_thousand_of_each_are_kept(run: epochlog.Run) -> None:
    for i in range(1000):
        run.log_param(f"p{i}", i)
        run.tag(f"t{i}", str(i))
        run.set_property(f"r{i}", str(i))
    saved = run.saved()
    assert len(saved.params) == len(saved.tags) == len(saved.properties) == 1000
    assert (saved.params["p999"], saved.tags["t999"], saved.properties["r999"]) == (999, "999", "999")


# --------------------------------------------------------------------------- files


def content(run: epochlog.Run, name: str) -> bytes:
    return pathlib.Path(run.folder, "files", name).read_bytes()


def listed(run: epochlog.Run) -> dict[str, Any]:
    return {file.path: file for file in run.saved().files}


def test_a_file_is_kept_with_its_size_and_sum(run: epochlog.Run, tmp_path: pathlib.Path) -> None:
    data = os.urandom(100_000)
    (tmp_path / "model.bin").write_bytes(data)
    run.add_file(tmp_path / "model.bin")
    run.add_file(str(tmp_path / "model.bin"), "deep/down/model.bin", role="model")
    run.add_file(os.fsencode(tmp_path / "model.bin"), "by bytes")  # type: ignore[arg-type]
    (tmp_path / "model.bin").unlink()
    assert content(run, "model.bin") == content(run, "deep/down/model.bin") == data
    file = listed(run)["files/deep/down/model.bin"]
    assert (file.size, file.sha256, file.role) == (100_000, hashlib.sha256(data).hexdigest(), "model")
    assert listed(run)["files/model.bin"].role == "file"
    assert "files/by bytes" in listed(run)


def test_a_file_added_again_replaces_the_copy(run: epochlog.Run, tmp_path: pathlib.Path) -> None:
    for text in ("one", "two, longer", ""):
        (tmp_path / "a.txt").write_text(text)
        run.add_file("a.txt")
        assert content(run, "a.txt").decode() == text
        assert listed(run)["files/a.txt"].size == len(text)
    assert len(run.saved().files) == 1


@pytest.mark.parametrize(
    "data",
    [b"abc", bytearray(b"abc"), memoryview(b"abc"), array.array("B", b"abc"), memoryview(b"xaxbxc")[1::2].tobytes()],
    ids=lambda data: type(data).__name__,
)
def test_data_of_memory_is_kept(run: epochlog.Run, data: Any) -> None:
    run.add_data("a", data)
    run.add_data("empty", b"", role="nothing")
    assert content(run, "a") == b"abc" and content(run, "empty") == b""
    assert listed(run)["files/empty"].role == "nothing"


@pytest.mark.parametrize("data", ["text", 5, None, [1, 2], object()])
def test_what_is_not_of_bytes_is_no_data(run: epochlog.Run, data: Any) -> None:
    with pytest.raises(TypeError):
        run.add_data("a", data)
    assert run.saved().files == []


def test_data_with_gaps_is_refused_or_kept_whole(run: epochlog.Run) -> None:
    with pytest.raises(BufferError):
        run.add_data("a", memoryview(b"abcd")[::2])
    assert run.saved().files == []


def test_a_folder_is_kept_with_all_below_it(run: epochlog.Run, tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "data"
    (folder / "deep" / "down").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "deep" / "down" / "ü.txt").write_text("u")
    (folder / "link").symlink_to(folder / "a.txt")
    (folder / "dangling").symlink_to(folder / "none")
    run.add_folder(folder, role="data")
    run.add_folder(str(folder), "other")
    assert set(listed(run)) == {
        "files/data/a.txt", "files/data/deep/down/ü.txt", "files/other/a.txt", "files/other/deep/down/ü.txt"
    }  # fmt: skip
    assert listed(run)["files/data/a.txt"].role == "data"
    assert content(run, "other/deep/down/ü.txt") == b"u"


def test_a_file_whose_name_is_not_utf_8_can_be_kept(run: epochlog.Run, tmp_path: pathlib.Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"a\xff.txt")
    with open(path, "wb") as file:
        file.write(b"odd")
    run.add_file(os.fsdecode(path), "even.txt")
    run.add_file(os.fsdecode(path))
    assert content(run, "even.txt") == b"odd" and len(run.saved().files) == 2


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "..", ".", "./a", "a//b", "a/", "a/./b"])
def test_a_name_does_not_leave_the_run(run: epochlog.Run, tmp_path: pathlib.Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("a")
    for call in (
        lambda: run.add_file("folder/file", name),
        lambda: run.add_data(name, b"a"),
        lambda: run.add_folder("folder", name),
    ):
        with pytest.raises(ValueError, match=f"^file '{name}': a name is relative, with '/' between"):
            call()
    assert run.saved().files == [] and sorted(os.listdir(tmp_path)) == ["folder", "outputs"]


def test_what_cannot_be_read_is_an_os_error_with_its_path(run: epochlog.Run, tmp_path: pathlib.Path) -> None:
    none = tmp_path / "none"
    for call in (lambda: run.add_file(none), lambda: run.add_folder(none)):
        with pytest.raises(FileNotFoundError) as caught:
            call()
        assert os.fspath(caught.value.filename) == str(none) and caught.value.errno == 2
    with pytest.raises(IsADirectoryError):
        run.add_file(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotADirectoryError):
        run.add_folder(tmp_path / "file")
    assert run.saved().files == []


def test_names_roles_and_paths_are_checked(run: epochlog.Run, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_text("a")
    for name, kind, words in (
        (5, TypeError, "^the name of a file is a str"),
        ("", ValueError, "^the name of a file is empty"),
        ("a\0", ValueError, "^the name of a file holds a NUL"),
        ("a" * 4097, ValueError, "^the name of a file is longer than 4096 bytes"),
    ):
        for call in (
            lambda: run.add_file("a", name),  # type: ignore[arg-type]
            lambda: run.add_data(name, b"a"),  # type: ignore[arg-type]
            lambda: run.add_folder(".", name),  # type: ignore[arg-type]
        ):
            with pytest.raises(kind, match=words or None):
                call()
    with pytest.raises(TypeError, match="^the role of a file is a str"):
        run.add_file("a", role=5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        run.add_file(object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        run.add_data(None, b"a")  # type: ignore[arg-type]
    assert run.saved().files == []


def test_behind_the_end_all_of_it_raises(run: epochlog.Run, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_text("a")
    run.complete()
    for call in (
        lambda: run.log_param("a", 1),
        lambda: run.log_params({"a": 1}),
        lambda: run.tag("a"),
        lambda: run.remove_tag("a"),
        lambda: run.set_property("a", "b"),
        lambda: run.log_environment("a", "b"),
        lambda: run.log_markdown("a", "b"),
        lambda: run.log_json("a", {}),
        lambda: run.add_file("a"),
        lambda: run.add_data("a", b""),
        lambda: run.add_folder("."),
        lambda: run.define("a"),
    ):
        with pytest.raises(RuntimeError, match="the run has ended"):
            call()


# -------------------------------------------------------------------------- define


def test_define_says_more_than_the_name(run: epochlog.Run) -> None:
    run.define(" loss ", unit="nats", goal="min", description="of the model: ü\ud800")
    run.define("epoch", integer=True)
    run.define("score", goal="max")
    run.log({"loss": 1, "epoch": 2.0, "score": True, "other": 1.0})
    saved = run.saved()
    assert (saved["loss"].unit, saved["loss"].goal, saved["loss"].description) == ("nats", "min", "of the model: ü?")
    assert (saved["loss"].type, saved["score"].goal, saved["other"].goal) == ("float", "max", None)
    assert list(saved["epoch"].values) == [2.0]


def test_integers_of_a_metric_of_integers_are_kept_exactly(run: epochlog.Run) -> None:
    run.define("x", integer=True)
    for value in (2**63 - 1, -(2**63)):
        run.log("x", value)
    assert list(run["x"].values) == [2**63 - 1, -(2**63)]


def test_defined_later_it_changes_nothing(run: epochlog.Run) -> None:
    run.log("x", 0.5)
    run.define("x", unit="s", integer=True)
    run.log("x", 1.5)
    assert (run["x"].unit, list(run["x"].values)) == ("", [0.5, 1.5])


def test_a_metric_without_points_is_no_metric_yet(run: epochlog.Run) -> None:
    run.define("x", unit="s")
    assert run.metrics == []


def test_what_define_cannot_take_is_told(run: epochlog.Run) -> None:
    run.log("text", "a")
    run.log_list("list", [1])
    for name, keywords, kind, words in (
        ("text", {}, ValueError, "metric 'text' has texts"),
        ("list", {}, ValueError, "metric 'list' is a list, row or table"),
        ("", {}, ValueError, "^the name of a metric is empty"),
        (5, {}, TypeError, "^the name of a metric is a str"),
        ("x", {"goal": "up"}, ValueError, "^goal is 'up', not None or 'min' or 'max'"),
        ("x", {"goal": []}, ValueError, "^goal is "),
        ("x", {"unit": 5}, TypeError, "^unit is a str"),
        ("x", {"unit": "a\0"}, ValueError, "^unit holds a NUL"),
        ("x", {"description": 5}, TypeError, "^description is a str"),
    ):
        with pytest.raises(kind, match=words or None):
            run.define(name, **keywords)  # type: ignore[arg-type]
