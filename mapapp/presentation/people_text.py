"""Who is counted and how many they are: a figure with its band, source and day, small ones hidden."""

from __future__ import annotations

from typing import Final

from mapapp.domain.people import (
    SMALLEST_PUBLISHED,
    Estimate,
    PeopleFigure,
    PeopleKind,
    PeopleTable,
    Subject,
)
from mapapp.domain.services import Service
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import group_labels, label, service_name
from mapapp.presentation.messages import Translator

HIDDEN: Final = f"1–{SMALLEST_PUBLISHED - 1}"
"""What stands for a number that might point to a person."""


def count_text(t: Translator, people: Estimate | None) -> str:
    """Return how many, a small number as 1–4; «no data» where nobody knows."""
    if people is None:
        return t("no data")
    return HIDDEN if is_small(people) else t.number(round(people.value))


def band_text(t: Translator, people: Estimate | None) -> str:
    """Return from how many to how many; nothing where the number is exact, small or unknown."""
    if people is None or is_small(people) or round(people.low) == round(people.high):
        return ""
    return t("from {low} to {high}", low=t.number(round(people.low)), high=t.number(round(people.high)))


def is_small(people: Estimate) -> bool:
    """Tell whether somebody is counted, and too few to be told."""
    return 0 < people.value < SMALLEST_PUBLISHED


def shown_count(people: Estimate | None) -> int | None:
    """Return the number for a column of numbers; None where it is unknown or too small to be told."""
    return None if people is None or is_small(people) else round(people.value)


def figure_text(t: Translator, persons: int | None, *, is_hidden: bool = False) -> str:
    """Return a published number of people, 1–4 where it is hidden, «no data» where there is none."""
    if is_hidden:
        return HIDDEN
    return t("no data") if persons is None else t.number(persons)


def figure_pair(t: Translator, figure: PeopleFigure) -> str:
    """Return how many people of a subject, and how many of them get the service where that is known."""
    persons = figure_text(t, figure.persons, is_hidden=figure.persons_hidden)
    if figure.recipients is None and not figure.recipients_hidden:
        return persons
    if figure.recipients_hidden:
        # Some of 1 to 4, or all but so many.
        return t("{persons}; how many of them get the service is withheld", persons=persons)
    recipients = figure_text(t, figure.recipients)
    return t("{persons}, of them {recipients} get the service", persons=persons, recipients=recipients)


def subject_text(telling: Telling, kind: PeopleKind, subject: Subject) -> str:
    """Return who is counted: everyone, a group, or those who need a service."""
    t = telling.t
    if subject.group is not None:
        return ", ".join(group_labels(t, subject.group))
    if subject.service is not None:
        service: Service | None = telling.services.get(subject.service)
        name = subject.service if service is None else service_name(t, service)
        return t("need «{service}»", service=name)
    return label(t, kind)


def choice_text(telling: Telling, table: PeopleTable, subject: Subject) -> str:
    """Return a line to choose by: who, in which table, as of when."""
    t = telling.t
    who = subject_text(telling, table.kind, subject)
    title = table_title(t, table)
    said = who if title.casefold() == who.casefold() else f"{who} · {title}"
    return t("{who}, {day}", who=said[:1].upper() + said[1:], day=table.as_of)


def table_title(t: Translator, table: PeopleTable) -> str:
    """Return the table's name: ours is a sentence of the catalogue, an imported one is as its file says."""
    return label(t, table.kind) if not table.checksum and table.kind is PeopleKind.POPULATION else table.title


def source_text(t: Translator, table: PeopleTable) -> str:
    """Return who counted and as of when: it stands beside every figure."""
    return t("{source}, as of {day}", source=table.source, day=table.as_of)
