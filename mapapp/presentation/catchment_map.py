"""Which hromadas a provider serves, as the map colours them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mapapp.domain.coverage import HromadaCoverage, Reach, coverage_state
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import NATION
from mapapp.domain.questions import CoverageAnswer
from mapapp.domain.registry import Offering
from mapapp.domain.registry_questions import PointRecord
from mapapp.presentation.map_view import MapResult


def areas_served(offerings: Iterable[Offering], day: date) -> frozenset[str]:
    """Return the codes of all areas some of the offerings serve on the day."""
    return frozenset(
        served.area for offering in offerings for served in offering.catchment if served.holds_on(day)
    )


def served_hromadas(
    gazetteer: Gazetteer, record: PointRecord, offerings: Iterable[Offering], day: date
) -> CoverageAnswer:
    """Return the hromadas the offerings serve, and only these: its own apart from those served from afar.

    A confidential point is from afar everywhere, so that no colour gives its hromada away.
    """
    areas = areas_served(offerings, day)
    own = None if record.point.is_confidential else record.point.hromada
    found = {}
    for code in gazetteer.hromadas:
        if areas.isdisjoint((NATION, *gazetteer.parents_of(code))):
            continue
        reach = Reach(from_here=1) if code == own else Reach(from_wider=1)
        occupation = gazetteer.occupation.get(code, Occupation.NONE)
        state = coverage_state(reach, occupation, in_scope=True)
        found[code] = HromadaCoverage(code, state, reach, occupation)
    return CoverageAnswer("", day, found)


def mark_on_map(record: PointRecord) -> tuple[MapResult, ...]:
    """Return the point as the map marks a provider; nothing for a confidential one."""
    point = record.point
    if point.is_confidential or point.point is None:
        return ()
    return (
        MapResult(
            number=1,
            point_id=point.id,
            name=point.name,
            kind=point.kind,
            position=point.point,
            hromada=point.hromada,
            address=point.address,
            phones=tuple(phone.written for phone in point.phones),
            is_demo=point.is_demo,
        ),
    )
