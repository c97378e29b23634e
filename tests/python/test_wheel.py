"""What is in the wheel: the right names, every licence, nothing of where it was made."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif("EPOCHLOG_WHEEL" not in os.environ, reason="no wheel is tested")

# What every Linux of the tag's glibc has, whoever made it.
BASE = re.compile(r"(libc|libm|libpthread|libdl|librt)\.so\.\d+|ld-linux[-\w]*\.so\.\d+")
# The sources of what is linked into the command and the extension.
LINKED_IN = {"cairo", "pixman", "fontconfig", "expat", "cmark", "zlib"}


@pytest.fixture(scope="module")
def wheel() -> Path:
    return Path(os.environ["EPOCHLOG_WHEEL"])


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def info(unpacked: Path) -> Path:
    (folder,) = unpacked.glob("epochlog-*.dist-info")
    return folder


def version(tree: Path) -> str:
    text = (tree / "logger" / "epochlog.h").read_text()
    return re.findall('EPOCHLOG_VERSION "(.*)"', text)[0]


def programs(unpacked: Path) -> list[Path]:
    return [path for path in unpacked.rglob("*") if path.is_file() and starts_as_elf(path)]


def starts_as_elf(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def said_by(*command: object) -> str:
    return subprocess.run(map(str, command), check=True, capture_output=True, text=True).stdout


def dynamic(path: Path, tag: str) -> list[str]:
    return re.findall(r"\((?:%s)\).*\[(.*)\]" % tag, said_by("readelf", "-dW", path))


def test_its_name_says_what_it_is_for(wheel: Path, tree: Path) -> None:
    name, number, python, abi, platform = wheel.stem.split("-")
    assert (name, number) == ("epochlog", version(tree))
    if sys.version_info >= (3, 11):
        assert (python, abi) == ("cp311", "abi3")
    else:
        assert python == abi == "cp%d%d" % sys.version_info[:2]
    machine = sysconfig.get_platform().replace("-", "_")
    assert platform == machine or re.fullmatch(
        r"manylinux_2_\d+_" + machine.partition("_")[2], platform
    )


def test_its_tag_and_its_contents_say_the_same(wheel: Path, info: Path) -> None:
    lines = (info / "WHEEL").read_text().splitlines()
    assert "Tag: " + "-".join(wheel.stem.split("-")[2:]) in lines
    assert "Root-Is-Purelib: false" in lines


def test_no_program_asks_for_a_newer_glibc_than_the_tag_names(wheel: Path, unpacked: Path) -> None:
    named = re.search(r"manylinux_2_(\d+)_", wheel.name)
    assert named, "a wheel made with glibc says which"
    asked = {
        (int(minor), path.name)
        for path in programs(unpacked)
        for minor in re.findall(r"GLIBC_2\.(\d+)", said_by("objdump", "-p", path))
    }
    assert max(asked)[0] == int(named[1]), sorted(asked)[-5:]


def test_it_describes_itself(info: Path, tree: Path) -> None:
    metadata = message_from_string((info / "METADATA").read_text("utf-8"))
    assert metadata["Name"] == "epochlog"
    assert metadata["Version"] == version(tree)
    assert metadata["Requires-Python"] == ">=3.9"
    assert metadata["License"] == "MIT" or metadata["License-Expression"] == "MIT"
    assert metadata.get_all("Requires-Dist") is None
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])
    assert "import epochlog" in metadata.get_payload()
    assert "epochlog = epochlog._command:main" in (info / "entry_points.txt").read_text()


def test_it_has_every_file_of_the_package(unpacked: Path, tree: Path) -> None:
    source = tree / "logger" / "python" / "epochlog"
    ours = {
        path.relative_to(source).as_posix()
        for pattern in ("*.py", "*.pyi", "py.typed")
        for path in source.rglob(pattern)
    }
    package = unpacked / "epochlog"
    files = [path for path in package.rglob("*") if path.is_file()]
    packed = {path.relative_to(package).as_posix() for path in files}
    assert {"__init__.py", "py.typed", "_native.pyi"} <= ours <= packed
    for other in packed - ours:
        assert re.fullmatch(r"_native\.[\w.-]*so|bin/epochlog|lib/lib[\w.+-]+\.so\.[\d.]+", other)


def test_the_command_can_be_run(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        mode = archive.getinfo("epochlog/bin/epochlog").external_attr >> 16
    assert stat.S_ISREG(mode) and mode & 0o111 == 0o111


def test_pip_puts_the_command_on_the_path(tree: Path) -> None:
    command = Path(sys.prefix, "bin", "epochlog")
    assert said_by(command, "--version").startswith("epochlog %s\n" % version(tree))


def test_the_extension_asks_for_the_c_library_alone(unpacked: Path) -> None:
    (extension,) = unpacked.glob("epochlog/_native.*so")
    needed = dynamic(extension, "NEEDED")
    assert needed and all(BASE.fullmatch(name) for name in needed), needed


def test_the_extension_exports_its_init_function_alone(unpacked: Path) -> None:
    (extension,) = unpacked.glob("epochlog/_native.*so")
    lines = said_by("nm", "-D", "--defined-only", extension).splitlines()
    assert [line.split()[-1] for line in lines] == ["PyInit__native"]


def test_every_library_is_in_the_wheel_or_of_the_base(unpacked: Path) -> None:
    carried = {path.name for path in unpacked.glob("epochlog/lib/*")}
    for path in programs(unpacked):
        needed = [name for name in dynamic(path, "NEEDED") if not BASE.fullmatch(name)]
        assert set(needed) <= carried, path.name


def test_only_the_command_says_where_libraries_are(unpacked: Path) -> None:
    said = {path.name: dynamic(path, "RPATH|RUNPATH") for path in programs(unpacked)}
    saying = {name: places for name, places in said.items() if places}
    assert saying == {"epochlog": ["$ORIGIN/../lib"]}
    # RUNPATH would not hold for the libraries that libraries ask for.
    assert dynamic(unpacked / "epochlog" / "bin" / "epochlog", "RPATH")


def test_the_command_finds_the_libraries_it_came_with(unpacked: Path) -> None:
    command = unpacked / "epochlog" / "bin" / "epochlog"
    command.chmod(0o755)
    found = re.findall(r"(\S+) => (/\S+)", said_by("ldd", command))
    home = unpacked.resolve()
    here = {name for name, path in found if home in Path(path).resolve().parents}
    assert here == {path.name for path in unpacked.glob("epochlog/lib/*")}


def test_nothing_tells_of_the_tree_it_was_made_in(unpacked: Path, tree: Path) -> None:
    for path in unpacked.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for place in (tree, Path.home()):
                assert os.fsencode(place) + b"/" not in content, path


def test_no_program_has_debugging_symbols(unpacked: Path) -> None:
    for path in programs(unpacked):
        assert ".debug_" not in said_by("readelf", "-SW", path), path


def test_every_library_has_its_licence(unpacked: Path, info: Path) -> None:
    licenses = info / "licenses"
    list_ = (licenses / "LIBRARIES.txt").read_text()
    listed = dict(re.findall(r"^(\S+?)(?:, linked in)?: .*licence in (\S+)$", list_, re.M))
    carried = {"lib/" + path.name for path in unpacked.glob("epochlog/lib/*")}
    assert carried and carried == {name for name in listed if name.startswith("lib/")}
    assert LINKED_IN <= {name[:-4] for name in listed.values()}
    for name in listed.values():
        assert re.search("copyright", (licenses / name).read_text("utf-8"), re.I), name


def test_a_licence_that_is_named_by_a_place_on_debian_is_there_too(info: Path) -> None:
    licenses = info / "licenses"
    for path in licenses.glob("*.txt"):
        for place in re.findall(r"/usr/share/common-licenses/[\w.-]*\w", path.read_text("utf-8")):
            assert (licenses / (Path(place).name + ".txt")).is_file() or not Path(place).exists()


def test_our_licence_and_the_typefaces_are_there_and_named(info: Path, tree: Path) -> None:
    licenses = info / "licenses"
    assert (licenses / "LICENSE").read_bytes() == (tree / "LICENSE").read_bytes()
    assert "Open Font License" in (licenses / "LICENSE-typeface").read_text("utf-8")
    named = message_from_string((info / "METADATA").read_text("utf-8")).get_all("License-File", [])
    assert sorted(named) == sorted(path.name for path in licenses.iterdir())
