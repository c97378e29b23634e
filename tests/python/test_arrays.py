"""What lends its numbers: the buffer protocol, DLPack, __array__, and sequences."""

from __future__ import annotations

import array
import ctypes
import gc
import math
import random
import struct
import sys
import weakref
from typing import Any, Callable, Iterator, Sequence

import epochlog
import pytest


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("arrays")
    yield run
    run.complete()


def column(run: epochlog.Run, values: Any) -> tuple[str, list[Any]]:
    """The type that a list is kept as, and its values."""
    name = f"list {random.random()}"
    run.log_list(name, values)
    series = run[name]
    return series.type, list(series.values)


def doubles(run: epochlog.Run, values: Any) -> list[float]:
    """An array as doubles, which is what a regression takes."""
    name = f"evaluation {random.random()}"
    run.log_regression(values, values, name=name)
    evaluation = run.saved().evaluations.get(name)  # none without samples
    return [] if evaluation is None else list(evaluation.true_value or ())


def matrix(run: epochlog.Run, scores: Any, rows: int, columns: int) -> list[list[float]]:
    """Scores as rows of doubles."""
    name = f"evaluation {random.random()}"
    classes = [str(i) for i in range(columns)]
    run.log_classification([0] * rows, scores, classes=classes, name=name)
    kept = run.saved().evaluations[name].scores
    assert kept is not None
    return [list(row) for row in zip(*kept)]


# ------------------------------------------------------------- the buffer protocol

NATIVE = [
    ("b", [-128, 0, 127], "integer"),
    ("B", [0, 1, 255], "integer"),
    ("h", [-(2**15), 2**15 - 1], "integer"),
    ("H", [0, 2**16 - 1], "integer"),
    ("i", [-(2**31), 2**31 - 1], "integer"),
    ("I", [0, 2**32 - 1], "integer"),
    ("l", [-(2**63), 2**63 - 1], "integer"),
    ("L", [0, 2**63 - 1], "integer"),
    ("q", [-(2**63), 2**63 - 1], "integer"),
    ("Q", [0, 2**63 - 1], "integer"),
    ("f", [1.5, -0.0, math.inf, 2.0**-149], "float"),
    ("d", [0.1, -1e300, math.inf, 5e-324], "float"),
]


@pytest.mark.parametrize("code, values, kind", NATIVE, ids=[case[0] for case in NATIVE])
def test_arrays_of_every_type_are_read(
    run: epochlog.Run, code: str, values: list[Any], kind: str
) -> None:
    lent = array.array(code, values)
    assert column(run, lent) == (kind, values)
    assert column(run, memoryview(lent)) == (kind, values)
    assert column(run, memoryview(lent)[::-1]) == (kind, values[::-1])
    assert column(run, memoryview(lent)[::2]) == (kind, values[::2])
    assert doubles(run, lent) == [float(value) for value in values]
    assert doubles(run, memoryview(lent)[::-1]) == [float(value) for value in values[::-1]]
    lent.append(values[0])  # nobody holds it


def test_truth_values_of_a_buffer_are_truth_values(run: epochlog.Run) -> None:
    lent = (ctypes.c_bool * 3)(True, False, True)
    assert column(run, lent) == ("bool", [1, 0, 1])
    assert column(run, memoryview(bytes([0, 1, 7])).cast("?")) == ("bool", [0, 1, 1])


def test_halves_are_read(run: epochlog.Run) -> None:
    values = [0.0, -0.0, 1.0, -2.5, 65504.0, 2.0**-24, 2.0**-14, 0.333251953125, math.inf, -math.inf]
    lent = memoryview(struct.pack(f"{len(values)}e", *values)).cast("B")
    if sys.version_info >= (3, 12):
        assert column(run, lent.cast("e")) == ("float", values)
    tensor = Tensor(bytes(lent), (2, 16), (len(values),))
    assert column(run, tensor) == ("float", values)
    kind, kept = column(run, Tensor(struct.pack("<H", 0x7E01), (2, 16), (1,)))
    assert math.isnan(kept[0])


def test_every_half_is_what_struct_makes_of_it(run: epochlog.Run) -> None:
    bits = range(0, 0x10000, 7)
    lent = struct.pack(f"<{len(bits)}H", *bits)
    want = [value for (value,) in struct.iter_unpack("<e", lent)]
    _, kept = column(run, Tensor(lent, (2, 16), (len(bits),)))
    assert [repr(value) for value in kept] == [repr(value) for value in want]


CTYPES = [
    (ctypes.c_byte, -5),
    (ctypes.c_ubyte, 250),
    (ctypes.c_short, -300),
    (ctypes.c_ushort, 65000),
    (ctypes.c_int, -70000),
    (ctypes.c_uint, 4000000000),
    (ctypes.c_long, -(2**40)),
    (ctypes.c_ulong, 2**40),
    (ctypes.c_longlong, -(2**62)),
    (ctypes.c_float, 0.25),
    (ctypes.c_double, 0.1),
]


@pytest.mark.parametrize("kind, value", CTYPES, ids=[kind.__name__ for kind, _ in CTYPES])
def test_arrays_of_ctypes_are_read_in_either_byte_order(
    run: epochlog.Run, kind: Any, value: Any
) -> None:
    for order in (kind.__ctype_le__, kind.__ctype_be__):
        lent = (order * 3)(value, 0, value)
        assert column(run, lent)[1] == [value, 0, value]
        assert doubles(run, lent) == [float(value), 0.0, float(value)]


def test_long_doubles_are_read(run: epochlog.Run) -> None:
    assert column(run, (ctypes.c_longdouble * 2)(0.5, -3)) == ("float", [0.5, -3.0])


def test_arrays_of_arrays_of_ctypes_are_matrices(run: epochlog.Run) -> None:
    """Theirs is a buffer that says its shape and no strides."""
    lent = ((ctypes.c_double * 3) * 2)((1, 2, 3), (4, 5, 6))
    assert matrix(run, lent, 2, 3) == [[1, 2, 3], [4, 5, 6]]
    with pytest.raises(ValueError, match="y_true has 2 dimensions, not 1"):
        run.log_regression(lent, lent)
    assert column(run, ((ctypes.c_int * 1) * 3)((1,), (2,), (3,))) == ("integer", [1, 2, 3])


@pytest.mark.parametrize("code, size", [("d", 8), ("f", 4), ("B", 1), ("i", 4)])
def test_matrices_are_read_by_rows_whatever_their_strides(
    run: epochlog.Run, code: str, size: int
) -> None:
    flat = array.array(code, range(12))
    view = memoryview(flat).cast("B").cast(code, (4, 3))
    rows = [[float(3 * i + j) for j in range(3)] for i in range(4)]
    assert matrix(run, view, 4, 3) == rows
    assert matrix(run, view[::-1], 4, 3) == rows[::-1]
    assert matrix(run, view[1::2], 2, 3) == rows[1::2]
    transposed = Tensor(flat.tobytes(), KINDS[code], (3, 4), strides=(1, 3))
    assert matrix(run, transposed, 3, 4) == [list(row) for row in zip(*rows)]


def test_floats_of_32_bits_stay_such_and_their_value_is_exact(run: epochlog.Run) -> None:
    lent = array.array("f", [0.1, 0.2, 0.3, 0.4])
    for view in (memoryview(lent), memoryview(lent)[::-1], memoryview(lent)[::2]):
        assert column(run, view) == ("float", list(view))


def test_memory_that_is_not_aligned_is_read(run: epochlog.Run) -> None:
    data = b"\0" + struct.pack("3d", 0.1, 0.2, 0.3)
    assert doubles(run, memoryview(data)[1:].cast("d")) == [0.1, 0.2, 0.3]
    assert column(run, memoryview(data)[1:].cast("q"))[0] == "integer"


def test_integers_beyond_63_bits_are_the_nearest_doubles(run: epochlog.Run) -> None:
    values = [0, 2**64 - 1]
    assert column(run, array.array("Q", values)) == ("float", [0.0, 2.0**64])
    assert column(run, memoryview(array.array("Q", values))[::-1]) == ("float", [2.0**64, 0.0])
    assert column(run, values) == ("float", [0.0, 2.0**64])
    assert doubles(run, array.array("Q", values)) == [0.0, 2.0**64]


def test_empty_arrays_are_arrays(run: epochlog.Run) -> None:
    for empty in (array.array("d"), [], (), (ctypes.c_double * 0)(), iter([]), Tensor(b"", (2, 64), (0,))):
        assert column(run, empty) == ("float", [])
        assert doubles(run, [] if hasattr(empty, "__next__") else empty) == []
    assert column(run, array.array("q")) == ("integer", [])


NOT_NUMBERS = [
    ("bytes", b"abc"),
    ("a text", "abc"),
    ("a dict", {1: 2}),
    ("a set", {1, 2}),
    ("a frozenset", frozenset([1])),
    ("a number", 5),
    ("a float", 0.5),
    ("nothing", None),
    ("an object", object()),
    ("a type", list),
    ("a function", len),
    ("characters", memoryview(b"abc").cast("c")),
    ("wide characters", (ctypes.c_wchar * 2)("a", "b")),
    ("pointers", (ctypes.c_void_p * 2)(1, 2)),
    ("no dimension", memoryview(bytearray(8)).cast("d", ()) if sys.version_info >= (3, 9) else 5),
    ("five dimensions", memoryview(bytes(32)).cast("B", (2, 2, 2, 2, 2))),
    ("a structure", type("S", (ctypes.Structure,), {"_fields_": [("a", ctypes.c_int)]})()),
]


@pytest.mark.parametrize("value", [v for _, v in NOT_NUMBERS], ids=[n for n, _ in NOT_NUMBERS])
def test_what_is_no_array_of_numbers_is_a_type_error_that_names_the_argument(
    run: epochlog.Run, value: Any
) -> None:
    if value is not None:
        with pytest.raises(TypeError, match="^predicted"):
            run.log_regression([1.0], value)
    with pytest.raises(TypeError, match="^weights"):
        run.log_regression([1.0], [1.0], weights=object() if value is None else value)
    assert run.saved().evaluations == {}


def test_a_view_that_was_given_back_is_refused(run: epochlog.Run) -> None:
    view = memoryview(array.array("d", [1.0]))
    view.release()
    with pytest.raises(ValueError):
        run.log_regression(view, view)
    with pytest.raises(ValueError):
        run.log_list("x", view)


# ------------------------------------------------------------------------- DLPack


class DLDevice(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int32), ("id", ctypes.c_int32)]


class DLDataType(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]


class DLTensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device", DLDevice),
        ("ndim", ctypes.c_int32),
        ("dtype", DLDataType),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


class DLManaged(ctypes.Structure):
    pass


Deleter = ctypes.CFUNCTYPE(None, ctypes.POINTER(DLManaged))
DLManaged._fields_ = [("tensor", DLTensor), ("context", ctypes.c_void_p), ("deleter", Deleter)]

new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.restype = ctypes.py_object
new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]

KINDS = {"d": (2, 64), "f": (2, 32), "e": (2, 16), "B": (1, 8), "b": (0, 8), "i": (0, 32), "q": (0, 64)}
BFLOAT, BOOL, COMPLEX, OPAQUE = 4, 6, 5, 3


class Tensor:
    """An object of another package that lends its memory by DLPack, and can lie about it."""

    def __init__(
        self,
        data: bytes | None,
        dtype: tuple[int, int],
        shape: Sequence[int],
        strides: Sequence[int] | None = None,
        device: int = 1,
        lanes: int = 1,
        offset: int = 0,
        ndim: int | None = None,
        capsule_name: bytes = b"dltensor",
        has_deleter: bool = True,
    ) -> None:
        self.deleted = 0
        self.lent = 0
        self.capsule_name = capsule_name
        self.buffer = None if data is None else ctypes.create_string_buffer(data, max(1, len(data)))
        self.managed = managed = DLManaged()
        tensor = managed.tensor
        tensor.data = ctypes.addressof(self.buffer) if self.buffer is not None else None
        tensor.device = DLDevice(device, 0)
        tensor.ndim = len(shape) if ndim is None else ndim
        tensor.dtype = DLDataType(dtype[0], dtype[1], lanes)
        tensor.shape = (ctypes.c_int64 * max(1, len(shape)))(*shape)
        if strides is not None:
            tensor.strides = (ctypes.c_int64 * len(strides))(*strides)
        tensor.byte_offset = offset
        this = weakref.ref(self)

        def delete(pointer: Any) -> None:
            owner = this()
            assert owner is not None
            owner.deleted += 1

        if has_deleter:
            managed.deleter = Deleter(delete)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (self.managed.tensor.device.type, 0)

    def __dlpack__(self, *, stream: Any = None) -> Any:
        self.lent += 1
        return new_capsule(ctypes.addressof(self.managed), self.capsule_name, None)


TENSORS: list[tuple[str, Any, str, list[Any]]] = [
    ("int8", Tensor(struct.pack("3b", -1, 0, 127), (0, 8), (3,)), "integer", [-1, 0, 127]),
    ("int16", Tensor(struct.pack("2h", -300, 300), (0, 16), (2,)), "integer", [-300, 300]),
    ("int32", Tensor(struct.pack("2i", -(2**31), 5), (0, 32), (2,)), "integer", [-(2**31), 5]),
    ("int64", Tensor(struct.pack("2q", -(2**63), 5), (0, 64), (2,)), "integer", [-(2**63), 5]),
    ("uint8", Tensor(bytes([255, 1]), (1, 8), (2,)), "integer", [255, 1]),
    ("uint16", Tensor(struct.pack("2H", 65535, 1), (1, 16), (2,)), "integer", [65535, 1]),
    ("uint32", Tensor(struct.pack("2I", 2**32 - 1, 1), (1, 32), (2,)), "integer", [2**32 - 1, 1]),
    ("uint64", Tensor(struct.pack("2Q", 2**63, 1), (1, 64), (2,)), "float", [2.0**63, 1.0]),
    ("float16", Tensor(struct.pack("2e", 0.5, -2), (2, 16), (2,)), "float", [0.5, -2.0]),
    ("float32", Tensor(struct.pack("2f", 0.5, -2), (2, 32), (2,)), "float", [0.5, -2.0]),
    ("float64", Tensor(struct.pack("2d", 0.1, -2), (2, 64), (2,)), "float", [0.1, -2.0]),
    ("bfloat16", Tensor(struct.pack("<3H", 0x3FC0, 0xC000, 0x7F80), (4, 16), (3,)), "float",
     [1.5, -2.0, math.inf]),
    ("bool", Tensor(bytes([0, 1, 2]), (6, 8), (3,)), "bool", [0, 1, 1]),
    ("a byte offset", Tensor(struct.pack("3d", 9, 0.1, 0.2), (2, 64), (2,), offset=8), "float", [0.1, 0.2]),
    ("strides", Tensor(struct.pack("4d", 1, 2, 3, 4), (2, 64), (2,), strides=(2,)), "float", [1.0, 3.0]),
    ("negative strides", Tensor(struct.pack("3d", 1, 2, 3), (2, 64), (3,), strides=(-1,), offset=16),
     "float", [3.0, 2.0, 1.0]),
    ("a stride of 0", Tensor(struct.pack("d", 1.5), (2, 64), (3,), strides=(0,)), "float", [1.5] * 3),
    ("one column", Tensor(struct.pack("2d", 1, 2), (2, 64), (2, 1)), "float", [1.0, 2.0]),
    ("four dimensions", Tensor(struct.pack("2d", 1, 2), (2, 64), (2, 1, 1, 1)), "float", [1.0, 2.0]),
    ("pinned memory", Tensor(struct.pack("d", 1), (2, 64), (1,), device=3), "float", [1.0]),
    ("no deleter", Tensor(struct.pack("d", 1), (2, 64), (1,), has_deleter=False), "float", [1.0]),
    ("no memory and no elements", Tensor(None, (2, 64), (0,)), "float", []),
]  # fmt: skip


@pytest.mark.parametrize("tensor, kind, values", [t[1:] for t in TENSORS], ids=[t[0] for t in TENSORS])
def test_tensors_of_every_type_are_read_and_given_back_once(
    run: epochlog.Run, tensor: Tensor, kind: str, values: list[Any]
) -> None:
    tensor.deleted = tensor.lent = 0
    assert column(run, tensor) == (kind, values)
    assert tensor.lent == 1
    assert tensor.deleted == (1 if tensor.managed.deleter else 0)
    assert doubles(run, tensor) == [float(value) for value in values]
    assert tensor.lent == 3
    assert tensor.deleted == (3 if tensor.managed.deleter else 0)


BAD_TENSORS = [
    ("another device", Tensor(bytes(8), (2, 64), (1,), device=2)),
    ("no such device", Tensor(bytes(8), (2, 64), (1,), device=-7)),
    ("lanes", Tensor(bytes(32), (2, 64), (1,), lanes=4)),
    ("no lane", Tensor(bytes(32), (2, 64), (1,), lanes=0)),
    ("no dimension", Tensor(bytes(8), (2, 64), ())),
    ("five dimensions", Tensor(bytes(8), (2, 64), (1, 1, 1, 1, 1))),
    ("a negative number of dimensions", Tensor(bytes(8), (2, 64), (1,), ndim=-1)),
    ("a negative length", Tensor(bytes(8), (2, 64), (-1,))),
    ("complex numbers", Tensor(bytes(16), (COMPLEX, 128), (1,))),
    ("opaque elements", Tensor(bytes(8), (OPAQUE, 64), (1,))),
    ("a type of a later version", Tensor(bytes(8), (10, 8), (1,))),
    ("4 bits", Tensor(bytes(8), (0, 4), (2,))),
    ("24 bits", Tensor(bytes(8), (0, 24), (2,))),
    ("128 bits", Tensor(bytes(32), (2, 128), (2,))),
    ("8 bits of a float", Tensor(bytes(8), (2, 8), (2,))),
    ("32 bits of a bfloat", Tensor(bytes(8), (BFLOAT, 32), (2,))),
    ("a bool of 16 bits", Tensor(bytes(8), (BOOL, 16), (2,))),
    ("no memory", Tensor(None, (2, 64), (1,))),
    ("more than memory has", Tensor(bytes(8), (2, 64), (2**62, 4))),
    ("strides that overflow", Tensor(bytes(8), (2, 64), (1, 2), strides=(2**62, 2**62))),
]


@pytest.mark.parametrize("tensor", [t for _, t in BAD_TENSORS], ids=[name for name, _ in BAD_TENSORS])
def test_a_tensor_that_is_no_array_of_numbers_is_refused_and_given_back(
    run: epochlog.Run, tensor: Tensor
) -> None:
    tensor.deleted = tensor.lent = 0
    with pytest.raises((TypeError, ValueError), match="predicted"):
        run.log_regression([1.0], tensor)
    with pytest.raises(TypeError):
        run.log_list("x", tensor)
    assert tensor.lent == tensor.deleted == 2


def test_what_is_wrong_behind_the_reading_gives_a_tensor_back_too(run: epochlog.Run) -> None:
    tensor = Tensor(struct.pack("4d", 1, 2, 3, 4), (2, 64), (2, 2))
    with pytest.raises(ValueError, match="predicted has 2 dimensions"):
        run.log_regression([1.0, 2.0], tensor)
    with pytest.raises(ValueError, match="ids: element 0 is 1.5"):
        run.log_regression([1.0], [1.0], ids=Tensor(struct.pack("d", 1.5), (2, 64), (1,)))
    flat = Tensor(struct.pack("2d", 1, 2), (2, 64), (2,))
    for call in (
        lambda: run.log_regression([1.0], flat),
        lambda: run.log_regression(flat, flat, weights=[1, -1]),
        lambda: run.log_regression(flat, flat, ids=["a", "b"]),
        lambda: run.log_table("t", {"a": flat, "b": [1]}),
        lambda: run.log_table("t", {"a": flat, "b\0": [1, 2]}),
        lambda: run.log_list("", flat),
        lambda: run.log_classification([0, 1], flat, classes=["a", "b", "c"]),
    ):
        with pytest.raises((ValueError, TypeError)):
            call()
    assert (tensor.lent, tensor.deleted) == (1, 1)
    assert flat.lent == flat.deleted == 8


@pytest.mark.parametrize("name", [b"dltensor_versioned", b"used_dltensor", b"", None])
def test_a_capsule_of_another_name_is_not_touched(run: epochlog.Run, name: Any) -> None:
    tensor = Tensor(struct.pack("d", 1), (2, 64), (1,), capsule_name=name)
    with pytest.raises(TypeError, match="weights: what __dlpack__ gave is no tensor"):
        run.log_regression([1.0], [1.0], weights=tensor)
    assert tensor.deleted == 0


class Elsewhere(Tensor):
    """A tensor on another device that is part of a gradient."""

    def __init__(self, values: list[float]) -> None:
        super().__init__(bytes(8 * len(values)), (2, 64), (len(values),), device=2)
        self.here = Tensor(struct.pack(f"{len(values)}d", *values), (2, 64), (len(values),))
        self.calls: list[str] = []

    def detach(self) -> Any:
        self.calls.append("detach")
        return self

    def cpu(self) -> Tensor:
        self.calls.append("cpu")
        return self.here


def test_a_tensor_of_another_device_is_brought_by_its_own_methods(run: epochlog.Run) -> None:
    tensor = Elsewhere([0.5, 1.5])
    assert column(run, tensor) == ("float", [0.5, 1.5])
    assert tensor.calls == ["detach", "cpu"]
    assert (tensor.lent, tensor.here.lent, tensor.here.deleted) == (0, 1, 1)


class Lending:
    """Has __dlpack__, which does as it is told, and is a sequence as well."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def __dlpack__(self, *arguments: Any, **keywords: Any) -> Any:
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> float:
        return [0.25, 0.5][index]


@pytest.mark.parametrize("error", [BufferError("this type"), TypeError("that type")])
def test_who_cannot_lend_a_type_by_dlpack_is_read_as_a_sequence(run: epochlog.Run, error: Any) -> None:
    assert column(run, Lending(error)) == ("float", [0.25, 0.5])
    assert doubles(run, Lending(error)) == [0.25, 0.5]


@pytest.mark.parametrize("error", [RuntimeError("no"), MemoryError(), KeyboardInterrupt(), OSError(5, "x")])
def test_what_else_lending_raises_is_raised(run: epochlog.Run, error: BaseException) -> None:
    for call in (
        lambda: doubles(run, Lending(error)),
        lambda: column(run, Lending(error)),
        lambda: run.log_classification(Lending(error), predicted=[1, 2]),
        lambda: run.log_image("x", Lending(error)),
    ):
        with pytest.raises(type(error)):
            call()


@pytest.mark.parametrize("result", [None, 5, "dltensor", object()])
def test_what_is_no_capsule_is_refused(run: epochlog.Run, result: Any) -> None:
    with pytest.raises(TypeError, match="predicted: what __dlpack__ gave is no tensor"):
        run.log_regression([1.0, 1.0], Lending(result))


# ---------------------------------------------------------------------- __array__


class Frame:
    """Has nothing but __array__, as columns of data frames have."""

    def __init__(self, made: Any) -> None:
        self.made = made

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if isinstance(self.made, BaseException):
            raise self.made
        return self.made


def test_an_object_with_array_alone_is_asked_for_it(run: epochlog.Run) -> None:
    assert column(run, Frame(array.array("d", [0.5, 1.0]))) == ("float", [0.5, 1.0])
    assert column(run, Frame(Tensor(bytes([1, 2]), (1, 8), (2,)))) == ("integer", [1, 2])
    assert doubles(run, Frame(memoryview(array.array("f", [0.5]))[::-1])) == [0.5]


def test_an_array_method_that_lies_is_refused(run: epochlog.Run) -> None:
    itself = Frame(None)
    itself.made = itself
    for made in (itself, Frame(5), Frame("abc"), Frame(None), Frame(Frame(array.array("d", [1.0])))):
        with pytest.raises(TypeError, match="^predicted"):
            run.log_regression([1.0], made)
    with pytest.raises(RuntimeError, match="no array today"):
        run.log_regression([1.0], Frame(RuntimeError("no array today")))


# ------------------------------------------------------------------------ sequences


class Sequence_:
    """A sequence of another make."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Any:
        return self.items[index]


MAKERS: list[Callable[[list[Any]], Any]] = [list, tuple, iter, Sequence_, lambda items: (x for x in items)]


@pytest.mark.parametrize("make", MAKERS, ids=["list", "tuple", "iterator", "sequence", "generator"])
def test_sequences_of_every_make_are_read(run: epochlog.Run, make: Any) -> None:
    assert column(run, make([1, 2.5, True])) == ("float", [1.0, 2.5, 1.0])
    name = str(make)
    run.log_regression(make([1, 2]), make([0.5, True]), weights=make([1, 2]), ids=make([3, 4.0]), name=name)
    evaluation = run.saved().evaluations[name]
    assert list(evaluation.predicted or ()) == [0.5, 1.0]
    assert list(evaluation.ids or ()) == [3, 4]


def test_rows_may_be_of_every_make(run: epochlog.Run) -> None:
    rows: list[Any] = [[0.1, 0.9], (0.2, 0.8), Sequence_([0.3, 0.7]), array.array("d", [0.4, 0.6]), range(2)]
    assert matrix(run, rows, 5, 2) == [[0.1, 0.9], [0.2, 0.8], [0.3, 0.7], [0.4, 0.6], [0.0, 1.0]]


def test_a_column_of_rows_of_one_is_a_column(run: epochlog.Run) -> None:
    assert doubles(run, [[1], [2], [3]]) == [1.0, 2.0, 3.0]
    assert doubles(run, ((0.5,), (1.5,))) == [0.5, 1.5]
    assert doubles(run, memoryview(array.array("d", [1, 2])).cast("B").cast("d", (2, 1))) == [1.0, 2.0]


WRONG: list[tuple[str, Any, type[Exception], str]] = [
    ("a text in it", [1.0, "2"], TypeError, "element 1 is '2', not a number"),
    ("None in it", [None, 1.0], TypeError, "element 0 is None, not a number"),
    ("an object in it", [1.0, object], TypeError, "element 1 is <class 'object'>, not a number"),
    ("a complex number", [1.0, 1j], TypeError, "element 1 is 1j, not a number"),
    ("beyond every double", [1.0, 10**400], ValueError, "element 1 is 1000"),
    ("a list in it", [1.0, [2.0]], TypeError, r"element 1 is \[2.0\], not a number"),
    ("two dimensions", [[1.0, 2.0]], ValueError, "has 2 dimensions, not 1"),
    ("three dimensions", [[[1.0], [2.0]]], ValueError, "has 3 dimensions, not 1"),
    ("too deep", [[[[[1.0]]]]], TypeError, "element 0 is"),
    ("a row of another length", [[1.0], [2.0, 3.0]], ValueError, "a row has 2 values, the first has 1"),
    ("a row that is none", [[1.0], 2.0], TypeError, "a row is <class 'float'>, the first is a sequence"),
    ("an empty row", [[], []], ValueError, "has 2 dimensions, not 1"),
]


@pytest.mark.parametrize("values, kind, message", [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_wrong_in_a_sequence_is_told_by_argument_and_place(
    run: epochlog.Run, values: Any, kind: Any, message: str
) -> None:
    for argument in ("predicted", "weights", "lower"):
        arguments = {"predicted": [1.0, 2.0], argument: values}
        if argument == "lower":
            arguments["upper"] = [1.0, 2.0]
        with pytest.raises(kind, match=f"^{argument}.*{message}"):
            run.log_regression([1.0, 2.0], **arguments)


class Hostile(list):  # type: ignore[type-arg]
    """A list whose elements change it when they are asked."""


class Item:
    def __init__(self, action: Any) -> None:
        self.action = action

    def __float__(self) -> float:
        self.action()
        return 1.0

    def __index__(self) -> int:
        self.action()
        return 1


@pytest.mark.parametrize("make", [list, Hostile])
@pytest.mark.parametrize("method", ["clear", "extend"])
def test_a_sequence_may_change_while_it_is_read(run: epochlog.Run, make: Any, method: str) -> None:
    values: Any = make()
    act = values.clear if method == "clear" else lambda: values.extend([0.0] * 1000)
    items = [Item(act), Item(act), 2.0]

    values[:] = items
    run.log_regression([1.0] * 3, values)
    assert list(run.saved().evaluations["test"].predicted or ()) == [1.0, 1.0, 2.0]
    values[:] = items
    run.log_list("list", values)
    assert list(run["list"].values) == [1.0, 1.0, 2.0]
    values[:] = items
    run.log_table("table", {"a": values, "b": items})
    for row in (values, items):
        values[:] = items
        rows: Any = make([row, Item(lambda: None)])
        with pytest.raises((TypeError, ValueError), match="^scores: a row"):
            run.log_classification([0, 1], rows, classes=["a", "b", "c"])


def test_an_error_in_an_element_is_raised_as_it_is(run: epochlog.Run) -> None:
    def fail() -> None:
        raise ZeroDivisionError("of its own")

    def interrupt() -> None:
        raise KeyboardInterrupt

    for action, kind in ((fail, ZeroDivisionError), (interrupt, KeyboardInterrupt)):
        for call in (
            lambda: run.log_regression([1.0, 1.0], [1.0, Item(action)]),
            lambda: run.log_regression([1.0, 1.0], [1.0, 1.0], ids=[1, Item(action)]),
            lambda: run.log_list("x", [1.0, Item(action)]),
            lambda: run.log_row("x", {"a": Item(action)}),
        ):
            with pytest.raises(kind):
                call()


class Lying(Sequence_):
    def __len__(self) -> int:
        return len(self.items) + 3


def test_a_sequence_that_lies_about_its_length_is_read_by_what_it_has(run: epochlog.Run) -> None:
    assert doubles(run, Lying([1.0, 2.0])) == [1.0, 2.0]
    assert matrix(run, [Lying([1.0, 2.0]), [3.0, 4.0]], 2, 2) == [[1.0, 2.0], [3.0, 4.0]]


def test_an_endless_length_is_an_error_and_no_hang(run: epochlog.Run) -> None:
    class Endless:
        def __len__(self) -> int:
            raise OverflowError("endless")

        def __getitem__(self, index: int) -> Any:
            raise IndexError

    with pytest.raises((TypeError, OverflowError)):
        run.log_regression([1.0], [Endless()])


# ------------------------------------------------------------------------- holding


def test_memory_is_held_no_longer_than_the_call(run: epochlog.Run) -> None:
    lent = array.array("d", [1.0, 2.0])
    run.log_regression(lent, lent, lower=lent, upper=lent, weights=lent)
    run.log_list("x", lent)
    run.log_table("t", {"a": lent, "b": lent})
    with pytest.raises(ValueError):
        run.log_regression(lent, lent, ids=[1])
    lent.append(3.0)  # BufferError as long as anybody holds it

    tensor = Tensor(struct.pack("d", 1), (2, 64), (1,))
    run.log_list("y", tensor)
    gone = weakref.ref(tensor)
    del tensor
    gc.collect()
    assert gone() is None


def test_what_is_logged_is_what_was_there_at_the_call(run: epochlog.Run) -> None:
    lent = array.array("d", [1.0, 2.0])
    run.log_regression(lent, lent)
    lent[0] = 9.0
    assert list(run.saved().evaluations["test"].true_value or ()) == [1.0, 2.0]
