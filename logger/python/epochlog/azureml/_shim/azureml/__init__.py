"""Stands for azureml in processes that one with epochlog's finder has started."""

from epochlog.azureml import _finder

_finder.stand_in()
