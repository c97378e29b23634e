"""Snapshots: a folder's source in one zip file."""

from __future__ import annotations

import hashlib
import os
import uuid
import zipfile
from typing import Iterable, NamedTuple

from . import _tree

IMPLIED_BYTES = 64 << 20
IMPLIED_FILES = 2000
"""What a snapshot that nobody asked for takes at most: `start_logging` in a home folder must not
hold a training up.  One that is asked for has no limit."""

_PIECE = 1 << 20


class Written(NamedTuple):
    """A zip file that was made."""

    id: str
    """Made of names and contents alone: the same source has the same id."""
    unreadable: list[str]
    """Names of files that could not be read, which it lacks."""


def write(archive_path: str, files: Iterable[_tree.Entry]) -> Written:
    """Makes the zip file of `files`.  Raises OSError where it cannot be written."""
    digests: list[tuple[str, str]] = []
    unreadable: list[str] = []
    with zipfile.ZipFile(archive_path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in files:
            name = _archive_name(entry.name)
            try:
                source = open(entry.path, "rb")
            except OSError:
                unreadable.append(entry.name)
                continue
            with source:
                info = zipfile.ZipInfo.from_file(entry.path, name, strict_timestamps=False)
                info.compress_type = zipfile.ZIP_DEFLATED
                digest = hashlib.sha256()
                with archive.open(info, "w", force_zip64=True) as out:
                    while piece := source.read(_PIECE):
                        digest.update(piece)
                        out.write(piece)
            digests.append((name, digest.hexdigest()))
    return Written(_id_of(digests), unreadable)


def is_too_much(entries: Iterable[_tree.Entry]) -> bool:
    """Whether it is more than a snapshot takes that nobody asked for; looks no further then."""
    count = size = 0
    for count, entry in enumerate(entries, 1):
        size += entry.size
        if count > IMPLIED_FILES or size > IMPLIED_BYTES:
            return True
    return False


def _id_of(digests: list[tuple[str, str]]) -> str:
    whole = hashlib.sha256()
    for name, digest in sorted(digests):
        whole.update(f"{len(name)} {name} {digest}\n".encode())
    return str(uuid.UUID(bytes=whole.digest()[:16], version=5))


def _archive_name(name: str) -> str:
    """A name with bytes that are not UTF-8 as they can be written: zip has only characters."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
