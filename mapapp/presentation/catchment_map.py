"""Which hromadas a provider serves, as the map colours them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mapapp.domain.coverage import HromadaCoverage, Reach, coverage_state
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import NATION
from mapapp.domain.questions import CoverageAnswer, FoundPoint
from mapapp.domain.registry import Offering, Payment, TargetGroup
from mapapp.domain.registry_questions import PointRecord


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
        reach = Reach(from_here=1) if code == own else Reach(from_elsewhere=1)
        occupation = gazetteer.occupation.get(code, Occupation.NONE)
        state = coverage_state(reach, occupation, in_scope=True)
        found[code] = HromadaCoverage(code, state, reach, occupation)
    return CoverageAnswer("", day, found)


def mark_on_map(record: PointRecord) -> FoundPoint:
    """Return the point as the map marks a provider; a confidential one has no position to mark."""
    point = record.point
    return FoundPoint(
        point_id=point.id,
        name=point.name,
        organisation_name=record.organisation.name,
        kind=point.kind,
        service="",
        location_policy=point.location_policy,
        oblast=point.oblast,
        hromada=point.hromada,
        position=point.point,
        precision=point.precision,
        address=point.address,
        phones=tuple(phone.written for phone in point.phones),
        hours=point.hours,
        referral_note=point.referral_note,
        target_groups=TargetGroup(0),
        places=frozenset(),
        payment=Payment.FREE,
        capacity=None,
        relocated_from=point.relocated_from,
        last_verified=point.last_verified,
        is_demo=point.is_demo,
    )
