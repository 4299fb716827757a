"""The annex: what an oblast's or hromada's programme says of its services, gathered in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mapapp.domain.accessibility import USUAL_THRESHOLD, AccessAnswer, Threshold
from mapapp.domain.coverage import PresenceMatrix
from mapapp.domain.evidence import UnmetDemand
from mapapp.domain.explanation import HromadaExplained
from mapapp.domain.gazetteer import SourceEdition
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import ALL_PEOPLE, PeopleChoice


@dataclass(frozen=True, slots=True)
class AnnexQuery:
    """An annex for an oblast, raion or hromada as of a day.

    `target` is the service wanted in every hromada; `services` are those whose access is told, beside it.
    """

    area: Katottg
    day: date
    target: str
    services: tuple[str, ...] = ()
    threshold: Threshold = USUAL_THRESHOLD
    people: PeopleChoice = ALL_PEOPLE


@dataclass(frozen=True, slots=True)
class Annex:
    """Everything the annex tells; the same registry, tables and query give an equal value.

    `basic` and `target` are of the area, or of the raion (oblast) around a hromada; `explained` is the
    hromada where one was asked for, else None. `outlines` are the polygons drawn, WKB in WGS 84 by code of
    drawn area, `are_outlines_approximate` says whether they are ours. `registry_change` is the number of the
    registry's change the figures were computed from.
    """

    query: AnnexQuery
    basic: PresenceMatrix
    target: PresenceMatrix
    access: tuple[AccessAnswer, ...]
    explained: HromadaExplained | None
    searches: tuple[UnmetDemand, ...]
    outlines: Mapping[Katottg, bytes]
    are_outlines_approximate: bool
    outlines_attribution: str
    sources: Mapping[str, SourceEdition]
    registry_change: int
    has_demo_records: bool
