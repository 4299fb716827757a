"""What the demonstration registry tells of its points on one day: vacancies, stops, closures, access."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from mapapp.domain.geography import Settlement
from mapapp.domain.hours import Closure
from mapapp.domain.registry import (
    Accessibility,
    LocationPolicy,
    MobileStop,
    Offering,
    PointKind,
    ServicePoint,
    WartimeState,
)

COUNTED = (date(2026, 10, 12), date(2026, 11, 2), date(2026, 11, 16))
"""When free places were counted; a demonstration grows old like any registry."""
FIRST_VISIT = date(2026, 11, 24)
VISITS = 26
"""Weekly stops of a mobile team, so that some lie ahead for half a year."""
AGES = {
    "respite-care": (3, 17),
    "inclusive-education-support": (6, 17),
    "family-like-care": (0, 17),
    "integration-care-leavers": (16, 23),
    "inpatient-care": (18, None),
    "shelter-homeless": (18, None),
    "rehabilitation-drug-dependence": (18, None),
    "supported-employment": (16, None),
}
"""Invented, like everything here; no norm says so."""

Chance = Callable[..., float]


def with_circumstances(point: ServicePoint, chance: Chance, villages: Sequence[Settlement]) -> ServicePoint:
    """Return the point with what may decide a referral; some of it stays unknown, as in life.

    `villages` are those of its hromada, where a mobile team stops.
    """
    accessibility, no_accessibility = _accessibility(point.id, chance)
    return replace(
        point,
        offerings=tuple(_offering(point, it, chance) for it in point.offerings),
        accessibility=accessibility,
        no_accessibility=no_accessibility,
        languages=_languages(point.id, chance),
        wartime=_wartime(point.id, chance),
        closures=_closures(point.id, chance),
        stops=_stops(point, villages),
    )


def _offering(point: ServicePoint, offering: Offering, chance: Chance) -> Offering:
    age_from, age_to = AGES.get(offering.service, (None, None))
    is_urgent_work = offering.service == "crisis-intervention"
    aged = replace(offering, age_from=age_from, age_to=age_to, is_emergency=True if is_urgent_work else None)
    if offering.capacity is None or chance("counts", point.id, offering.service) > 0.75:  # noqa: PLR2004
        return aged
    free = max(0.0, chance("free places", point.id, offering.service) * 1.4 - 0.4)
    return replace(
        aged,
        vacant=round(free * offering.capacity / 3),
        capacity_as_of=COUNTED[int(chance("counted", point.id) * len(COUNTED))],
    )


def _accessibility(
    point_id: str, chance: Chance
) -> tuple[frozenset[Accessibility], frozenset[Accessibility]]:
    drawn = chance("step-free", point_id)
    entrance = frozenset({Accessibility.STEP_FREE_ENTRANCE})
    nothing: frozenset[Accessibility] = frozenset()
    if drawn < 0.5:  # noqa: PLR2004
        return entrance, nothing
    return (nothing, entrance) if drawn < 0.7 else (nothing, nothing)  # noqa: PLR2004


def _languages(point_id: str, chance: Chance) -> tuple[str, ...]:
    drawn = chance("languages", point_id)
    if drawn < 0.5:  # noqa: PLR2004
        return ("uk",)
    return ("uk", "en") if drawn < 0.6 else ()  # noqa: PLR2004


def _wartime(point_id: str, chance: Chance) -> WartimeState:
    power = chance("power", point_id)
    return WartimeState(
        is_suspended=chance("suspended", point_id) < 0.02,  # noqa: PLR2004
        works_without_power=True if power < 0.4 else (False if power < 0.6 else None),  # noqa: PLR2004
        has_shelter=True if chance("shelter", point_id) < 0.5 else None,  # noqa: PLR2004
        last_confirmed=COUNTED[int(chance("confirmed", point_id) * len(COUNTED))]
        if chance("confirms", point_id) < 0.5  # noqa: PLR2004
        else None,
    )


def _closures(point_id: str, chance: Chance) -> tuple[Closure, ...]:
    if chance("repair", point_id) > 0.03:  # noqa: PLR2004
        return ()
    return (Closure(date(2026, 11, 9), date(2027, 2, 28), "ремонт приміщення"),)


def _stops(point: ServicePoint, villages: Sequence[Settlement]) -> tuple[MobileStop, ...]:
    is_public = point.location_policy is LocationPolicy.PUBLIC
    if point.kind is not PointKind.MOBILE_TEAM or not is_public or not villages:
        return ()
    return tuple(
        MobileStop(
            villages[week % len(villages)].katottg,
            FIRST_VISIT + timedelta(weeks=week),
            time(10),
            time(13),
            "біля старостату",
        )
        for week in range(VISITS)
    )
