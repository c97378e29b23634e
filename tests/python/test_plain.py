"""The package needs Python alone."""

from __future__ import annotations

import importlib.util
import json
import os
import sys

import pytest

OTHERS = """numpy pandas torch tensorflow keras jax sklearn scipy matplotlib PIL xgboost lightgbm
    lightning pytorch_lightning transformers polars pyarrow duckdb IPython azureml""".split()


@pytest.mark.skipif("EPOCHLOG_WHEEL" not in os.environ, reason="not in the plain environment")
@pytest.mark.parametrize("name", OTHERS)
def test_these_tests_run_without(name: str) -> None:
    assert importlib.util.find_spec(name) is None


def imported_by(python, statement: str) -> set[str]:
    code = "import json, sys; before = set(sys.modules); %s; " % statement
    code += "print(json.dumps(sorted(set(sys.modules) - before)))"
    return set(json.loads(python(code).stdout))


def test_importing_it_imports_itself_and_python_alone(python) -> None:
    new = imported_by(python, "import epochlog")
    assert {"epochlog", "epochlog._native"} <= new
    if sys.version_info >= (3, 10):
        assert {name.partition(".")[0] for name in new} - sys.stdlib_module_names == {"epochlog"}


@pytest.mark.parametrize("name", "typing subprocess asyncio logging json shutil inspect re".split())
def test_importing_it_leaves_out(python, name: str) -> None:
    assert name not in imported_by(python, "import epochlog") - imported_by(python, "import site")
