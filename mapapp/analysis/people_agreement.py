"""Where two tables that count the same people disagree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mapapp.domain.katottg import Katottg
from mapapp.domain.people import SMALLEST_PUBLISHED, Figures, PeopleFigure, Subject


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two numbers of the same people: `persons` by the newer table, `others` by the one named `table`."""

    table: str
    hromada: Katottg
    subject: Subject
    persons: int
    others: int

    @property
    def share(self) -> float:
        """The difference as a share of the larger number."""
        return abs(self.persons - self.others) / max(self.persons, self.others)


def disagreements(
    figures: Iterable[PeopleFigure], table: str, others: Figures, more_than_share: float
) -> list[Disagreement]:
    """Return where the figures of one subject differ from another table's, the largest differences first.

    Told are those of more than the share of the larger number and of at least `SMALLEST_PUBLISHED` persons:
    among a few people every difference is a large share. What either does not know is no difference.
    """
    found = []
    for figure in figures:
        other = others.get(figure.hromada)
        if figure.persons is None or other is None or other.persons is None:
            continue
        if abs(figure.persons - other.persons) >= SMALLEST_PUBLISHED:
            found.append(Disagreement(table, figure.hromada, figure.subject, figure.persons, other.persons))
    found.sort(key=lambda one: (-abs(one.persons - one.others), one.hromada))
    return [one for one in found if one.share > more_than_share]
