"""People: whom coverage counts, by which source, as of when, and how surely."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import TargetGroup
from mapapp.domain.services import checked_slug

SMALLEST_PUBLISHED = 5
"""Fewer people than this, and more than nobody, are never told publicly."""

BASE_POPULATION = "population"
"""The id of the table that comes with mapapp: the gazetteer's population, by settlement."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of people (or places) and the band that surely holds it under what the sources say."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and self.low <= self.value <= self.high < math.inf):
            raise ValueError(f"{self.value} is not within its band {self.low} to {self.high}")

    @property
    def is_exact(self) -> bool:
        """Tell whether the band has no width."""
        return self.low == self.high

    def __add__(self, other: Estimate) -> Estimate:
        """Return the sum; bands add up, as if all erred the same way."""
        return Estimate(self.value + other.value, self.low + other.low, self.high + other.high)


NOBODY = Estimate(0.0, 0.0, 0.0)


class PeopleKind(StrEnum):
    """What a table of people counts."""

    POPULATION = "population"
    """Everyone who lives there."""
    DISPLACED = "displaced"
    """Internally displaced persons who are registered there."""
    NEEDS = "needs"
    """Persons of vulnerable groups, or who need a service (order 130-Н of 2023-04-19, annex 1)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is counted: a vulnerable group, or those who need a service; everyone when neither is named."""

    group: TargetGroup | None = None
    service: str | None = None

    def __post_init__(self) -> None:
        if self.group is not None and self.service is not None:
            raise ValueError("people are counted by a group or by a service, not by both")
        if self.group is not None and self.group.bit_count() != 1:
            raise ValueError("people are counted by one group at a time")

    @property
    def key(self) -> str:
        """A word for links and tables: `everyone`, `group:older_people`, `service:home-care`."""
        if self.group is not None:
            return f"group:{(self.group.name or '').lower()}"
        return "everyone" if self.service is None else f"service:{self.service}"


EVERYONE_THERE = Subject()


def parse_subject(key: str) -> Subject:
    """Return the subject of a key; raise ValueError for anything else."""
    kind, _, name = key.partition(":")
    if key == EVERYONE_THERE.key:
        return EVERYONE_THERE
    if kind == "group" and name.upper() in TargetGroup.__members__:
        return Subject(group=TargetGroup[name.upper()])
    if kind == "service" and name:
        return Subject(service=checked_slug(name))
    raise ValueError(f"«{key}» names nobody to count: write everyone, group:NAME or service:SLUG")


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """A table of people by hromada: one source, one date.

    `id` is a slug of ours; `subjects` are those it counts. `source` says who counted and where it is
    published. `checksum` is the SHA-256 of its figures, empty for the gazetteer's own.
    """

    id: str
    title: str
    kind: PeopleKind
    as_of: date
    source: str
    subjects: tuple[Subject, ...] = (EVERYONE_THERE,)
    checksum: str = ""

    def __post_init__(self) -> None:
        checked_slug(self.id)
        if not self.title.strip() or not self.source.strip():
            raise ValueError("a table of people needs a title and a source")


@dataclass(frozen=True, slots=True)
class PeopleFigure:
    """How many people of a subject live in a hromada; `recipients` is how many of them get the service.

    None is unknown, never nobody. In what the public gets `persons_hidden` (`recipients_hidden`) says that
    the number is some of 1 to `SMALLEST_PUBLISHED` - 1, and `persons` (`recipients`) is None then; recipients
    are hidden as well where all but so few get the service, since those without it could be subtracted.
    """

    hromada: Katottg
    subject: Subject
    persons: int | None
    recipients: int | None = None
    persons_hidden: bool = False
    recipients_hidden: bool = False

    def __post_init__(self) -> None:
        if min(self.persons or 0, self.recipients or 0) < 0:
            raise ValueError("people cannot be fewer than nobody")

    def estimate(self) -> Estimate | None:
        """Return the number with its band, None where it is unknown; a hidden one is somewhere in 1 to 4."""
        if self.persons_hidden:
            return Estimate(SMALLEST_PUBLISHED / 2, 1.0, SMALLEST_PUBLISHED - 1.0)
        return None if self.persons is None else Estimate(*[float(self.persons)] * 3)

    def disclosed(self) -> PeopleFigure:
        """Return the figure as the public may know it."""
        hides_persons = self.persons is not None and 0 < self.persons < SMALLEST_PUBLISHED
        hides_recipients = self.recipients is not None and (
            0 < self.recipients < SMALLEST_PUBLISHED
            or (self.persons is not None and 0 < self.persons - self.recipients < SMALLEST_PUBLISHED)
        )
        return PeopleFigure(
            self.hromada,
            self.subject,
            None if hides_persons else self.persons,
            None if hides_recipients else self.recipients,
            persons_hidden=hides_persons or self.persons_hidden,
            recipients_hidden=hides_recipients or self.recipients_hidden,
        )


@dataclass(frozen=True, slots=True)
class PeopleChoice:
    """Which people to count: a subject of a table."""

    table: str = BASE_POPULATION
    subject: Subject = EVERYONE_THERE

    @property
    def key(self) -> str:
        """A word for links: the table, and the subject where it is not everyone."""
        return self.table if self.subject == EVERYONE_THERE else f"{self.table}/{self.subject.key}"


ALL_PEOPLE = PeopleChoice()


def parse_people_choice(key: str) -> PeopleChoice:
    """Return the choice of a key; raise ValueError for anything else."""
    table, slash, subject = key.partition("/")
    return PeopleChoice(checked_slug(table), parse_subject(subject) if slash else EVERYONE_THERE)


Figures = Mapping[Katottg, PeopleFigure]
"""The figures of one subject of one table, by hromada; hromadas it says nothing of are absent."""
