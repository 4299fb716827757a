"""A plan of new points told: what it gains, how good it surely is, and what each point adds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from mapapp.domain.accessibility import TravelCost
from mapapp.domain.people import SMALLEST_PUBLISHED, Estimate
from mapapp.domain.placement import ClosureLoss, PlacementGoal, PlacementPlan
from mapapp.presentation.access_table import threshold_text
from mapapp.presentation.facts import Telling
from mapapp.presentation.labels import (
    hromada_name,
    service_name,
    settlement_name,
    settlement_whereabouts,
)
from mapapp.presentation.map_view import MapResult
from mapapp.presentation.messages import Translator
from mapapp.presentation.people_text import count_text
from mapapp.presentation.tables import Column, Kind, Table

_METRES_IN_KM: Final = 1000
_SECONDS_IN_H: Final = 3600
_MOST_NAMED: Final = 5


def plan_sentence(telling: Telling, plan: PlacementPlan) -> str:
    """Return what the plan does, in a sentence or two."""
    t, goal = telling.t, plan.query.goal
    if not plan.opened:
        return t("No new point would reach anybody who is not reached already.")
    points = t.plural("{n} new point", "{n} new points", len(plan.opened))
    if goal is PlacementGoal.LEAST_TRAVEL:
        return t(
            "{points} would shorten the way of all by {gained}.",
            points=points,
            gained=_gain(t, plan, plan.gained),
        )
    said = t(
        "{points} would reach {gained} more people: {after} would then have the service within {threshold}.",
        points=points,
        gained=_people(t, plan.gained),
        after=_people(t, plan.after),
        threshold=threshold_text(t, plan.query.access.threshold),
    )
    if goal is PlacementGoal.EVERYONE and plan.beyond:
        said += " " + t("{people} people no candidate place can reach.", people=_people(t, plan.beyond))
    return said


def bound_sentence(t: Translator, plan: PlacementPlan) -> str:
    """Return how good the plan surely is: what no other plan under the same conditions can exceed."""
    if not plan.opened:
        return ""
    if plan.is_proven:
        return t("This is the best plan under these conditions: it is proven that none is better.")
    if plan.query.goal is PlacementGoal.EVERYONE:
        return t.plural(
            "Fewer than {n} point cannot be enough; whether so few are is not known.",
            "Fewer than {n} points cannot be enough; whether so few are is not known.",
            math.ceil(plan.bound),
        )
    if plan.gained <= 0:
        return t("How far it is from the best plan is not known.")
    share = max(math.ceil((plan.bound / plan.gained - 1) * 100), 1) / 100
    return t("No plan under these conditions can be better by more than {share}.", share=t.percent(share))


def plan_table(telling: Telling, plan: PlacementPlan) -> Table:
    """Return a row a new point, in order of what each adds to those before it."""
    t, gazetteer = telling.t, telling.gazetteer
    places = [gazetteer.settlements[point.settlement] for point in plan.opened]
    gained, so_far = [], 0.0
    for point in plan.opened:
        so_far += point.gain
        gained.append(so_far)
    unit, title = _gain_unit(t, plan)
    # Kilometres and hours point to nobody, however few.
    kind, told = (Kind.COUNT, _told) if _counts_people(plan) else (Kind.DECIMAL, _tenth)
    return Table(
        (
            Column("№", tuple(range(1, len(places) + 1)), Kind.COUNT),
            Column(t("Where to open"), tuple(settlement_name(t, place) for place in places)),
            Column(title, tuple(told(point.gain / unit) for point in plan.opened), kind),
            Column(t("Together"), tuple(told(value / unit) for value in gained), kind),
            Column(
                t("Hromada, raion, oblast"),
                tuple(settlement_whereabouts(t, gazetteer, place) for place in places),
            ),
            Column(t("KATOTTG code"), tuple(place.katottg for place in places)),
        ),
        tuple(plan_notes(telling, plan)),
    )


def plan_markers(telling: Telling, plan: PlacementPlan) -> Iterator[MapResult]:
    """Yield the new points for the map, under their numbers in the table."""
    t, gazetteer = telling.t, telling.gazetteer
    for number, point in enumerate(plan.opened, start=1):
        place = gazetteer.settlements[point.settlement]
        if place.point is not None:
            adds = t("adds {gain}", gain=_gain(t, plan, point.gain))
            yield MapResult(
                number, place.katottg, settlement_name(t, place), None, place.point, place.hromada, adds
            )


def plan_notes(telling: Telling, plan: PlacementPlan) -> Iterator[str]:
    """Yield under which conditions the plan was made."""
    t, access = telling.t, plan.query.access
    yield plan_sentence(telling, plan)
    if said := bound_sentence(t, plan):
        yield said
    yield t(
        "Service: {service}. Within reach: {threshold}. Registry as of {day}. Chosen among {n} places.",
        service=service_name(t, telling.services[access.service]),
        threshold=threshold_text(t, access.threshold),
        day=access.day,
        n=t.number(plan.candidates),
    )
    yield t("Existing points stay. A plan is an aid to a decision: buildings, staff and money are not in it.")


def closures_table(telling: Telling, losses: Sequence[ClosureLoss]) -> Table:
    """Return a row a point: who would lose the service if it alone closed, the worst first."""
    t, gazetteer = telling.t, telling.gazetteer

    def named(loss: ClosureLoss) -> str:
        names = [
            hromada_name(t, gazetteer.hromadas[code]) for code in loss.hromadas_left_without[:_MOST_NAMED]
        ]
        more = len(loss.hromadas_left_without) - len(names)
        return t.listed([*names, t("{n} more", n=t.number(more))]) if more else t.listed(names)

    return Table(
        (
            Column(t("Provider"), tuple(loss.name for loss in losses)),
            Column(
                t("Would lose the service"), tuple(_told(loss.people_lost) for loss in losses), Kind.COUNT
            ),
            Column(t("Places lost"), tuple(loss.capacity_lost for loss in losses), Kind.COUNT),
            Column(
                t("Hromadas left without"),
                tuple(len(loss.hromadas_left_without) for loss in losses),
                Kind.COUNT,
            ),
            Column(t("Which ones"), tuple(named(loss) for loss in losses)),
            Column(
                t("Hromada"),
                tuple(
                    t("not disclosed")
                    if loss.hromada is None
                    else hromada_name(t, gazetteer.hromadas[loss.hromada])
                    for loss in losses
                ),
            ),
        )
    )


def _told(value: float) -> float | None:
    """Return the number for a column; nothing where it is people too few to be told."""
    return None if 0 < value < SMALLEST_PUBLISHED else _tenth(value)


def _tenth(value: float) -> float:
    return round(value, 1)


def _counts_people(plan: PlacementPlan) -> bool:
    return plan.query.goal is not PlacementGoal.LEAST_TRAVEL


def _gain(t: Translator, plan: PlacementPlan, value: float) -> str:
    if _counts_people(plan):
        return t("{people} people", people=_people(t, value))
    if plan.query.access.threshold.cost is TravelCost.DISTANCE:
        return t("{n} person-kilometres", n=t.number(round(value / _METRES_IN_KM)))
    return t("{n} person-hours", n=t.number(round(value / _SECONDS_IN_H)))


def _gain_unit(t: Translator, plan: PlacementPlan) -> tuple[float, str]:
    if _counts_people(plan):
        return 1.0, t("Adds, people")
    if plan.query.access.threshold.cost is TravelCost.DISTANCE:
        return float(_METRES_IN_KM), t("Saves, person-kilometres")
    return float(_SECONDS_IN_H), t("Saves, person-hours")


def _people(t: Translator, value: float) -> str:
    return count_text(t, Estimate(value, value, value))
