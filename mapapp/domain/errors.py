"""What went wrong, said to the person who can put it right.

The English sentence is also the gettext msgid: `{named}` values stay apart from it, so the edge
(page, command line, HTTP) can say the same thing in Ukrainian.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


def msgid(text: str) -> str:
    """Mark a sentence for the catalogue where it is kept; it is translated where it is shown."""
    return text


class UsageError(Exception):
    """Something the user can put right: a wrong code, file, address or setting.

    Parameters
    ----------
    message
        One sentence with `{named}` places, saying what is wrong and what would be right.
    values
        What stands in those places.

    """

    def __init__(self, message: str, /, **values: object) -> None:
        self.message = message
        self.values = values
        super().__init__(message.format_map(values))


class StoreUnavailableError(UsageError):
    """The store cannot be opened, reached or read."""


class NotFoundError(UsageError):
    """The thing asked for by name or code does not exist."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where it stands, what is wrong, what would be right.

    `message` is a msgid with `{named}` places filled from `values`.
    """

    message: str
    values: dict[str, object] = field(default_factory=dict)
    file: str = ""
    line: int | None = None
    column: str = ""

    @property
    def where(self) -> str:
        """`file:line [column]`, as far as known."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place} [{self.column}]" if self.column else place

    def __str__(self) -> str:
        """Return the fault as one English line."""
        text = self.message.format_map(self.values)
        return f"{self.where}: {text}" if self.where else text


class InvalidInputError(UsageError):
    """A file or request with faults, all of them listed; nothing of it was taken."""

    def __init__(self, message: str, faults: Sequence[Fault], /, **values: object) -> None:
        super().__init__(message, **values)
        self.faults = tuple(faults)
