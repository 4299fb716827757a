"""Referral: asks the store who may take a client, judges each by the rules, and measures the way there."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pyproj import Geod

from mapapp.domain.eligibility import client_areas, judge
from mapapp.domain.errors import NotFoundError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.ranking import MOST_LEFT_OUT, by_distance, farthest_listed_m, ranked_answer
from mapapp.domain.referral import (
    VISITS_AHEAD_DAYS,
    Candidate,
    CandidateQuery,
    Candidates,
    Match,
    ReferralAnswer,
    ReferralQuestion,
    Way,
)
from mapapp.domain.registry import MobileStop
from mapapp.domain.services import Service
from mapapp.domain.travel import Roads, Trip, rough_travel_s
from mapapp.storage.store import Store

_WGS84 = Geod(ellps="WGS84")
_AMONG_THEM = 12
"""How many more are asked for at first: some of the nearest take the client, and some who might do not."""


RoadsOn = Callable[[date], Roads | None]


def no_roads(_day: date) -> None:
    """Stand for roads where none are loaded."""


class Referral:
    """Answers who will take a client; safe to share between threads.

    `roads` returns the roads open on a day, None where there are none: then distance ranks.
    """

    def __init__(
        self,
        store: Store,
        gazetteer: Gazetteer,
        services: Mapping[str, Service],
        roads: RoadsOn = no_roads,
    ) -> None:
        self._store = store
        self._gazetteer = gazetteer
        self._services = services
        self._roads = roads

    def refer(self, question: ReferralQuestion) -> ReferralAnswer:
        """Return who will take the client and why those nearer do not.

        Raises
        ------
        NotFoundError
            There is no such service or hromada.

        """
        service = self._services.get(question.service)
        if service is None:
            raise NotFoundError("There is no service «{service}» in the classifier", service=question.service)
        if question.hromada is not None and question.hromada not in self._gazetteer.hromadas:
            raise NotFoundError("There is no hromada with the code {code}", code=question.hromada)
        roads = self._roads(question.day)
        if roads is not None and not roads.covers(question.origin, question.mode):
            roads = None
        sorting = _Sorting(question, self._gazetteer, service.refresh_days, roads)
        limit = max(question.limit, question.enough, MOST_LEFT_OUT) + _AMONG_THEM
        while True:
            found = self._store.candidates(_asked(question, self._gazetteer, limit))
            answer = sorting.answer(found)
            if sorting.is_complete(answer, found, limit):
                return answer
            limit *= 4


def _asked(question: ReferralQuestion, gazetteer: Gazetteer, limit: int) -> CandidateQuery:
    areas = tuple(client_areas(question.hromada, gazetteer))
    return CandidateQuery(
        question.service, question.origin, question.day, areas, question.groups, question.age, limit
    )


@dataclass(frozen=True, slots=True)
class _Target:
    """A place where the service is given: the point, or a stop of its team."""

    place: LonLat
    distance_m: float
    stop: MobileStop | None = None


@dataclass(frozen=True, slots=True)
class _Sorting:
    """One question on its way to an answer; what was judged and measured once is kept."""

    question: ReferralQuestion
    gazetteer: Gazetteer
    refresh_days: int
    roads: Roads | None
    matches: dict[tuple[str, int], Match] = field(default_factory=dict)

    def answer(self, found: Candidates) -> ReferralAnswer:
        """Return the answer as far as these candidates tell."""
        kinds = (found.local, found.visiting, found.around, found.remote, found.confidential)
        self._judge(candidate for kind in kinds for candidate in kind)
        # Who is refused among those that may serve the client is among the nearest of all, if near at all.
        around = (self.matches[_key(candidate)] for candidate in found.around)
        return ranked_answer(
            self.question,
            (match for match in self.matches.values() if match.verdict.fits),
            (match for match in around if not match.verdict.fits),
            by_road=self.roads is not None,
        )

    def is_complete(self, answer: ReferralAnswer, found: Candidates, limit: int) -> bool:
        """Tell whether no candidate farther away could change the answer."""
        return self._has_all_that_fit(answer, found, limit) and self._has_left_out(
            answer, self._known_m(found.around, limit)
        )

    def _has_all_that_fit(self, answer: ReferralAnswer, found: Candidates, limit: int) -> bool:
        known_m = self._known_m(found.local, limit)
        if known_m == math.inf or (answer.radius_m is not None and known_m > answer.radius_m):
            return True
        # A radius may have widened only for want of those not yet known.
        if answer.is_widened or len(answer.local) < self.question.limit:
            return False
        last = answer.local[-1]
        if self.roads is None:
            # A team that stops far away may have taken the place of somebody nearer, not yet known.
            return by_distance(last) <= (known_m, *_key(found.local[-1]))
        assert last.way is not None
        return last.way.travel_s < known_m / self.roads.fastest_m_s(self.question.mode)

    def _has_left_out(self, answer: ReferralAnswer, known_m: float) -> bool:
        if known_m == math.inf or answer.left_out_more:
            return True
        farthest_m = farthest_listed_m(self.question, answer.local)
        return farthest_m is not None and known_m > farthest_m

    def _known_m(self, nearest: Sequence[Candidate], limit: int) -> float:
        """Return up to what distance all are known, when at most `limit` of the nearest were returned."""
        if len(nearest) < limit:
            return math.inf
        last = nearest[-1].position
        return 0.0 if last is None else _distance_m(last, self.question.origin)

    def _judge(self, candidates: Iterable[Candidate]) -> None:
        new = {_key(it): it for it in candidates}
        verdicts = {
            key: judge(it, self.question, self.gazetteer, self.refresh_days)
            for key, it in new.items()
            if key not in self.matches
        }
        targets = {
            key: tuple(self._targets(new[key], fits=verdict.fits)) for key, verdict in verdicts.items()
        }
        trips = self._trips({target.place for every in targets.values() for target in every})
        for key, verdict in verdicts.items():
            ways = (self._way(target, trips) for target in targets[key])
            way = min(ways, key=self._cost, default=None)
            self.matches[key] = Match(new[key], verdict, way)

    def _targets(self, candidate: Candidate, *, fits: bool) -> Iterator[_Target]:
        """Yield where the client may be received; nowhere for what is given from afar or keeps its place."""
        if candidate.position is None or candidate.is_remote:
            return
        # Measured anew, as the stops are: a stop beside a point must tie with it, whatever the store's noise.
        yield _Target(candidate.position, _distance_m(candidate.position, self.question.origin))
        if not fits:
            return  # where its team stops is of no use to this client
        last_day = self.question.day + timedelta(days=VISITS_AHEAD_DAYS)
        for stop in candidate.stops:
            place = self.gazetteer.settlements[stop.settlement].point
            if place is not None and self.question.day <= stop.day <= last_day:
                yield _Target(place, _distance_m(place, self.question.origin), stop)

    def _trips(self, places: Collection[LonLat]) -> Mapping[LonLat, Trip | None]:
        if self.roads is None or not places:
            return {}
        ordered = list(places)
        trips = self.roads.trips(self.question.origin, ordered, self.question.mode)
        return dict(zip(ordered, trips, strict=True))

    def _way(self, target: _Target, trips: Mapping[LonLat, Trip | None]) -> Way:
        trip = trips.get(target.place)
        rough_s = rough_travel_s(target.distance_m, self.question.mode)
        return Way(
            target.place, target.distance_m, rough_s if trip is None else trip.travel_s, trip, target.stop
        )

    def _cost(self, way: Way) -> float:
        return way.distance_m if self.roads is None else way.travel_s


def _key(candidate: Candidate) -> tuple[str, int]:
    return candidate.point_id, candidate.ordinal


def _distance_m(place: LonLat, origin: LonLat) -> float:
    # Rounded as the stores round.
    return round(float(_WGS84.inv(place.lon, place.lat, origin.lon, origin.lat)[2]), 8)
