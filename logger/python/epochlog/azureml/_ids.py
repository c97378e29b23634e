"""Run ids: sorted by time, readable, and unlikely to meet twice."""

from __future__ import annotations

import os
import re
import time


def make(name: str) -> str:
    """A new id of the form 20261121-134502-ridge-7f3a9c: time in UTC, name, six hex digits."""
    slug = re.sub(r"[^a-z0-9._]+", "-", name.lower())[:40].strip("-.") or "run"
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{slug}-{os.urandom(3).hex()}"
