"""Packs the wheel: the package, its extension module, and the `epochlog` command.

What is made of C comes from the Makefile at the top of the tree, as a folder of parts
(`make python-parts`): `epochlog/` is laid into the package, `licenses/` beside the
metadata.  From Python 3.11 on one wheel serves every later version.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # setuptools before 70.1
    from wheel.bdist_wheel import bdist_wheel

ROOT = Path(__file__).resolve().parents[2]
IS_STABLE = sys.version_info >= (3, 11)
PYTHON = "cp311" if IS_STABLE else "cp%d%d" % sys.version_info[:2]
ABI = "abi3" if IS_STABLE else PYTHON
WORK = ROOT / "build" / "python" / ABI


def version() -> str:
    header = ROOT / "logger" / "epochlog.h"
    if not header.is_file():
        raise SystemExit("epochlog is built in its whole tree: %s is not there" % header)
    return re.findall('^#define EPOCHLOG_VERSION "(.*)"', header.read_text(), re.M)[0]


def parts() -> Path:
    """The folder of parts: EPOCHLOG_PARTS names one that is there, else make builds it."""
    built = os.environ.get("EPOCHLOG_PARTS")
    if built:
        return Path(built)
    folder = WORK / "parts"
    goal = ["python-parts", "WHEEL_PYTHON=" + sys.executable, "PY_PARTS=%s" % folder]
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # Of a make that has pip called.
    subprocess.run(
        ["make", "-C", str(ROOT), "--no-print-directory", *goal],
        env={name: value for name, value in os.environ.items() if name not in outer},
        check=True,
    )
    return folder


def platform_tag(folder: Path) -> str:
    """manylinux_2_N, where 2.N is the newest glibc that a program of the parts asks for."""
    plain = re.sub("[-.]", "_", sysconfig.get_platform())
    programs = [str(path) for name in ("*.so", "bin/*", "lib/*") for path in folder.glob(name)]
    asked = subprocess.run(["objdump", "-p", *programs], check=True, stdout=subprocess.PIPE)
    minor = [int(n) for n in re.findall(rb"GLIBC_2\.([0-9]+)", asked.stdout)]
    if not minor or not plain.startswith("linux_"):
        return plain
    return plain.replace("linux_", "manylinux_2_%d_" % max(minor), 1)


class BuildParts(build_ext):
    def run(self) -> None:
        package = Path(self.get_ext_fullpath("epochlog._native")).parent
        shutil.copytree(parts() / "epochlog", package, dirs_exist_ok=True)


class PartsWheel(bdist_wheel):
    def get_tag(self) -> tuple[str, str, str]:
        return PYTHON, ABI, platform_tag(parts() / "epochlog")

    def write_wheelfile(self, directory: str, *args: str) -> None:
        super().write_wheelfile(directory, *args)
        licenses = Path(directory) / "licenses"
        shutil.copytree(parts() / "licenses", licenses)
        metadata = Path(directory) / "METADATA"
        headers, blank, body = metadata.read_text("utf-8").partition("\n\n")
        names = sorted(path.name for path in licenses.iterdir())
        lines = "".join("\nLicense-File: " + name for name in names)
        metadata.write_text(headers + lines + blank + body, "utf-8")


# Nothing is written beside the sources, and nothing old is packed.
shutil.rmtree(WORK / "setup", ignore_errors=True)
(WORK / "setup").mkdir(parents=True)
setup(
    version=version(),
    ext_modules=[Extension("epochlog._native", [], py_limited_api=IS_STABLE)],
    cmdclass={"build_ext": BuildParts, "bdist_wheel": PartsWheel},
    options={
        "egg_info": {"egg_base": str(WORK / "setup")},
        "build": {"build_base": str(WORK / "setup")},
    },
)
