"""One column of the flat table: what it is of, what people call it, how it is read and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mapapp.files.tabular.forms import Form
from mapapp.files.tabular.words import Language

ORGANISATION = "organisation"
POINT = "point"
CONFIDENTIAL = "confidential"
OFFERING = "offering"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `field` is its name, such as `point.name`; `path` the attribute of the organisation, point or offering,
    empty for a column that only helps to understand others; `synonyms` is what else people write above it.
    """

    field: str
    path: str
    title_uk: str
    title_en: str
    form: Form
    synonyms: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """Of what it is a field: the organisation, the point, its confidential place or the offering."""
        return self.field.partition(".")[0]

    @property
    def owner(self) -> str:
        """The part that is a record or an offering: a confidential place belongs to its point."""
        return POINT if self.part == CONFIDENTIAL else self.part

    def title(self, language: Language) -> str:
        """Return the header in the language."""
        return self.title_uk if language is Language.UKRAINIAN else self.title_en


def value_of(record: Any, path: str) -> Any:
    """Return the attribute at the path, None as soon as there is nothing on the way."""
    for name in path.split("."):
        if record is None:
            return None
        record = getattr(record, name)
    return record
