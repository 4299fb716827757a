"""What an import is: rows of a file, kept as they were, on their way to becoming records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from mapapp.domain.errors import UsageError


class SourceRow(NamedTuple):
    """A row as the file has it: `number` is what a person sees beside it, the header being row 1."""

    number: int
    values: Mapping[str, str]


class ImportState(StrEnum):
    """How far an import has come."""

    STAGING = "staging"
    """Its rows are being kept; a killed one goes on where it stopped."""
    STAGED = "staged"
    """All its rows are kept; nothing of it is in the registry yet."""
    APPLIED = "applied"
    CANCELLED = "cancelled"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import; `sha256` is the file's, `source` names where its record ids come from."""

    number: int
    state: ImportState
    file_name: str
    file_format: str
    sha256: str
    source: str
    who: str
    why: str
    started_at: datetime
    rows: int = 0
    """Rows kept so far."""
    change: int | None = None
    """The change of the registry it became."""


class ImportCancelledError(UsageError):
    """Somebody stopped the import; nothing of it is in the registry."""
