"""Errors with the stable codes that ``tecmns explain CODE`` explains.

>>> import tecmns
>>> try:
...     tecmns.hive.Economy(throttle=2)
... except ValueError as error:
...     print(error.code, "|", error.message)
TE0010 | hive/economy: parameter `throttle` is 2 1/month: allowed is [0, 1] 1/month
"""


class TecmnsError(Exception):
    """What the library refuses.

    ``code`` is stable, and empty where the operating system or a library refuses; ``message`` says what is wrong and what would be right.
    """

    code: str
    message: str

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        # What is wrong with a file names the code behind each place.
        return self.message if not self.code or self.code in self.message else f"{self.code}: {self.message}"


class ParamError(TecmnsError, ValueError):
    """Parameters are refused: every problem with name, value, range and unit."""


class UnknownKind(TecmnsError, LookupError):
    """No kind has this name."""


class FileError(TecmnsError, ValueError):
    """A system file, or a system that was composed, is refused: every problem with its line and column."""


class StepError(TecmnsError, ArithmeticError):
    """A component could not step; its state is as it was before."""


class ExperimentError(TecmnsError, RuntimeError):
    """An experiment is refused, or ended."""


class ResultsError(TecmnsError, OSError):
    """Results could not be written, read or drawn."""


__all__ = ["ExperimentError", "FileError", "ParamError", "ResultsError", "StepError", "TecmnsError", "UnknownKind"]
