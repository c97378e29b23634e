"""Classes whose base is of a framework, made when they are first asked for."""

from __future__ import annotations

from typing import Any


def subclass(module: dict[str, Any], name: str, ours: type, base: str, package: str) -> Any:
    """The class `name` of `ours` and the framework's `base` ("module:Class"), kept in `module`.

    `module`: the globals of the module that the class belongs to.  `package`: what to install,
    said in the ImportError when the framework is absent.
    """
    from importlib import import_module

    where, _, class_name = base.partition(":")
    try:
        framework_class = getattr(import_module(where), class_name)
    except ImportError as error:
        raise ImportError(
            f"{module['__name__']}.{name} needs {package}: pip install {package}"
        ) from error
    made = type(name, (ours, framework_class), {"__doc__": ours.__doc__})
    made.__module__ = module["__name__"]
    module[name] = made
    return made
