"""The table of searches that found nobody, by hromada, with small counts never told."""

from __future__ import annotations

from collections.abc import Sequence

from mapapp.domain.evidence import SMALLEST_SHOWN, UnmetDemand
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import Katottg
from mapapp.presentation.labels import hromada_name, hromada_whereabouts
from mapapp.presentation.messages import Translator


def unmet_columns(
    t: Translator, gazetteer: Gazetteer, counts: Sequence[UnmetDemand], area: Katottg | None
) -> dict[str, list[str]]:
    """Return the columns of the table, most unmet first; hromadas outside the area are left out."""
    inside = [
        count
        for count in counts
        if count.hromada in gazetteer.hromadas
        and area in {None, *gazetteer.parents_of(count.hromada)}
        and count.unmet != 0
    ]
    ordered = sorted(inside, key=lambda count: (-(count.unmet or 0), -(count.searches or 0), count.hromada))
    units = [gazetteer.hromadas[count.hromada] for count in ordered]
    return {
        t("Hromada"): [hromada_name(t, unit) for unit in units],
        # Withheld, it may be small, or the rest of the searches may be.
        t("Found nobody"): [_told(t, count.unmet, t("not told")) for count in ordered],
        t("Searches"): [_told(t, count.searches, t("fewer than {n}", n=SMALLEST_SHOWN)) for count in ordered],
        t("Where it is"): [hromada_whereabouts(t, gazetteer, unit) for unit in units],
    }


def _told(t: Translator, count: int | None, withheld: str) -> str:
    return withheld if count is None else t.number(count)
