"""What goes wrong, under the names that Azure ML scripts catch.

Each class is also the built-in exception of its kind where there is one, so that `except
ValueError` works as well as `except UserErrorException`.
"""

from __future__ import annotations


class AzureMLException(Exception):
    """The base of all."""

    @property
    def message(self) -> str:
        """What happened, in words."""
        return str(self)


class UserErrorException(AzureMLException):
    """The caller asked for something that cannot be."""


class ArgumentException(UserErrorException, ValueError):
    """An argument has a value that is not as documented."""


class ArgumentTypeException(UserErrorException, TypeError):
    """An argument is of a type that cannot be used."""


class RunNotFoundException(UserErrorException, LookupError):
    """No run of that id is below the root."""


class ArtifactNotFoundException(UserErrorException, FileNotFoundError):
    """The run has kept no file of that name."""


class ModelNotFoundException(UserErrorException, LookupError):
    """No model of that name or version was registered."""


class ModelPathNotFoundException(UserErrorException, FileNotFoundError):
    """A model is to be registered from a file that the run has not kept."""


class SnapshotException(AzureMLException):
    """A run has its snapshot already, or has none."""


class RunEnvironmentException(AzureMLException):
    """The process does not belong to a submitted run."""


class ExperimentExecutionException(AzureMLException):
    """A script could not be started."""


class ActivityFailedException(AzureMLException):
    """A run that was waited for did not complete."""
