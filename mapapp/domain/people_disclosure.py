"""What anyone may know of a whole table of people, so that no small number can be found by subtraction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mapapp.domain.katottg import Katottg
from mapapp.domain.people import EVERYONE_THERE, SMALLEST_PUBLISHED, PeopleFigure


def disclosed_figures(figures: Iterable[PeopleFigure]) -> list[PeopleFigure]:
    """Return each figure of a table as the public may know it, in the order given.

    Beside what `PeopleFigure.disclosed` hides, the number of everyone in a hromada is withheld (told as
    unknown) where it would tell a small one: where the groups beside it add up to it and one of them is
    hidden, or where it is a few more than one group or than all of them.
    """
    exact = list(figures)
    beside: defaultdict[Katottg, list[PeopleFigure]] = defaultdict(list)
    for figure in exact:
        if figure.subject != EVERYONE_THERE:
            beside[figure.hromada].append(figure)
    return [
        _without_telling(figure, beside[figure.hromada])
        if figure.subject == EVERYONE_THERE
        else figure.disclosed()
        for figure in exact
    ]


def _without_telling(everyone: PeopleFigure, groups: Sequence[PeopleFigure]) -> PeopleFigure:
    told = everyone.disclosed()
    if told.persons is not None and _tells(told.persons, [group.persons for group in groups]):
        told = replace(told, persons=None)
    if told.recipients is not None and _tells(told.recipients, [group.recipients for group in groups]):
        told = replace(told, recipients=None)
    return told


def _tells(total: int, parts: Iterable[int | None]) -> bool:
    """Tell whether a small number follows from the total and those of its parts that are not hidden."""
    known = [part for part in parts if part is not None]
    told = [part for part in known if not _is_small(part)]
    adds_up = total == sum(known) and len(told) < len(known)
    return adds_up or _is_small(total - sum(told)) or any(_is_small(total - part) for part in told)


def _is_small(number: int) -> bool:
    return 0 < number < SMALLEST_PUBLISHED
