"""Lets the torch of PyPI, whose Linux build links CUDA, be imported without CUDA's libraries.

    pip install --no-deps torch
    python torch_without_cuda.py
    pip install -r requirements.txt

The libraries are 4 GB, and a test on a processor calls nothing in them; but the dynamic
linker wants to find them. This makes libraries of the same names beside torch's own, in
which every function says "no device" (CUDA's error 100), so that
`torch.cuda.is_available()` is False, and takes the real ones off the list of what torch
requires, so that pip does not bring them with the next package. Needs cc and readelf.
A library that is installed for real is left alone.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

MADE_BY = ("libcu", "libnccl.", "libnv")  # How CUDA's libraries are called.
NAMES = ("cu", "__cu", "nccl", "nv")  # How their functions are.
REQUIRED = ("cuda-", "nvidia-", "triton")  # How PyPI's packages of them are.
NO_DEVICE = 100


def readelf(option: str, library: Path) -> list[list[str]]:
    """The lines that readelf prints, in words."""
    done = subprocess.run(["readelf", option, "-W", library], check=True, stdout=subprocess.PIPE)
    return [line.split() for line in done.stdout.decode().splitlines()]


def needed(library: Path) -> set[str]:
    """The names of CUDA's libraries that `library` is linked with."""
    names = {words[-1].strip("[]") for words in readelf("-d", library) if "(NEEDED)" in words}
    return {name for name in names if name.startswith(MADE_BY)}


def undefined(library: Path) -> set[tuple[str, str]]:
    """(function, version or "") of what `library` takes from CUDA's libraries."""
    found = set()
    for words in readelf("--dyn-syms", library):
        if "UND" in words and words[-1] != "UND":
            symbol = words[words.index("UND") + 1]
            name, _, version = symbol.partition("@")
            if name.startswith(NAMES):
                found.add((name, version))
    return found


def stand_in(folder: Path, soname: str, versions: dict[str, set[str]]) -> None:
    """Makes folder/soname with the functions of each version ("" for none)."""
    functions = sorted(set().union(*versions.values()))
    code = "".join(f"int {name}(void) {{ return {NO_DEVICE}; }}\n" for name in functions)
    script = folder / f"{soname}.versions"
    script.write_text(
        "".join(
            f"{version} {{ {' '.join(name + ';' for name in sorted(names))} }};\n"
            for version, names in versions.items()
            if version
        )
    )
    options = [f"-Wl,--version-script={script}"] if script.read_text() else []
    subprocess.run(
        ["cc", "-w", "-fno-builtin", "-shared", "-fPIC", f"-Wl,-soname,{soname}", *options]
        + ["-o", folder / soname, "-x", "c", "-"],
        input=code.encode(),
        check=True,
    )
    script.unlink()


def require_less() -> None:
    """Takes CUDA's packages off torch's requirements."""
    for path in importlib.metadata.files("torch") or []:
        if path.name == "METADATA":
            metadata = Path(path.locate())
            lines = metadata.read_text(encoding="utf-8").splitlines(keepends=True)
            dropped = tuple(f"Requires-Dist: {name}" for name in REQUIRED)
            kept = [line for line in lines if not line.startswith(dropped)]
            metadata.write_text("".join(kept), encoding="utf-8")


def main() -> int:
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        print("torch_without_cuda: torch is not installed", file=sys.stderr)
        return 1
    folder = Path(spec.origin).parent / "lib"
    site = folder.parent.parent
    libraries = [path for path in folder.glob("libtorch*.so")] + [folder / "libc10_cuda.so"]
    wanted = set().union(*(needed(path) for path in libraries if path.exists()))
    wanted -= {path.name for path in site.glob("nvidia/*/lib/*")}
    wanted -= {path.name for path in folder.iterdir()}
    if not wanted:
        return 0
    by_version: dict[str, set[str]] = defaultdict(set)
    for path in libraries:
        for name, version in undefined(path):
            by_version[version].add(name)
    plain = by_version.pop("", set())
    versioned = {"libnvshmem_host.so.3": "NVSHMEM"}
    for soname in sorted(wanted):
        version = versioned.get(soname, soname)
        functions = {version: by_version[version]} if by_version.get(version) else {}
        if not functions and plain:
            functions, plain = {"": plain}, set()
        stand_in(folder, soname, functions)
    require_less()
    return 0


if __name__ == "__main__":
    sys.exit(main())
