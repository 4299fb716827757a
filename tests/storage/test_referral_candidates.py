"""Who may take a client, drawn by hand: who is left out, who is listed apart, what is never told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from mapapp.domain.access import Access
from mapapp.domain.contacts import Phone
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.katottg import NATION
from mapapp.domain.progress import no_progress
from mapapp.domain.referral import CandidateQuery, Candidates, candidate_of
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    MobileStop,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    TargetGroup,
    Term,
    WartimeState,
)
from mapapp.storage.store import open_store

HERE = LonLat(lon=30, lat=50)
ONLINE = frozenset({PlaceOfProvision.ONLINE, PlaceOfProvision.PHONE})


@pytest.fixture
def ask(store, world):
    """Put points into the registry and ask it for a client of hromada 10-1-1."""

    def ask_for(*points, at=HERE, **changes) -> Candidates:
        store.replace_registry(world.registry(*points), no_progress)
        return store.candidates(replace(CandidateQuery("home-care", at, world.day, areas(world)), **changes))

    return ask_for


def areas(world) -> tuple[str, ...]:
    """Return hromada 10-1-1 and all that it lies in."""
    return world.code(10, 1, 1), world.code(10, 1), world.code(10), NATION


def ids(candidates) -> list[str]:
    return [candidate.point_id for candidate in candidates]


def days(world, offset) -> date | None:
    return None if offset is None else world.day + timedelta(days=offset)


def test_nearest_comes_first_whether_or_not_the_hromada_is_known(ask, world):
    place = world.places("""
        b . . . . . .
        . . . . . . c
        . . O . a . .
        . . . . . . .
        . . . . d . .
    """)
    own = world.offering(world.code(10, 1, 1))
    points = [*(world.point(mark, place[mark], own) for mark in "abcd"), world.point("shelter", None, own)]

    for known in (areas(world), ()):
        found = ask(*points, at=place["O"], areas=known)
        assert ids(found.local) == ids(found.around) == ["a", "b", "d", "c"]
        assert [round(it.distance_m) for it in found.local] == [14_399, 26_482, 26_514, 30_843]
        assert ids(found.confidential) == ["shelter"]


def test_points_at_one_place_come_by_id_then_by_ordinal(ask, world):
    own = world.offering(world.code(10, 1, 1))
    names = ["b", "a.1", "a_1", "a-1", "a1", "a", "aa", "a0"]
    names = [name.replace("_", "-x") for name in names]

    found = ask(*(world.point(name, HERE, own, own) for name in names), at=LonLat(lon=30.1, lat=50), limit=5)

    first = [(name, ordinal) for name in sorted(names) for ordinal in (0, 1)][:5]
    assert [(it.point_id, it.ordinal) for it in found.local] == first
    assert [(it.point_id, it.ordinal) for it in found.around] == first


@pytest.mark.parametrize("area", ["hromada", "raion", "oblast", "nation"])
def test_many_at_one_place_never_hide_the_first_by_id(ask, world, area):
    served = dict(zip(("hromada", "raion", "oblast", "nation"), areas(world), strict=True))[area]
    points = [world.point(f"p{number:02}", HERE, world.offering(served)) for number in range(60)]

    for origin in (HERE, LonLat(lon=30.1, lat=50)):
        for known in (areas(world), ()):
            found = ask(*reversed(points), at=origin, areas=known, limit=3)
            assert ids(found.local) == ids(found.around) == ["p00", "p01", "p02"]


def test_exact_metres_decide_where_a_sphere_would_order_otherwise(ask, world):
    # On a sphere «east» is nearer by 12 m; on WGS 84 it is farther by 141 m.
    nation = world.offering(NATION)
    north = world.point("north", LonLat(lon=30, lat=50.5), nation)
    east = world.point("east", LonLat(lon=30.7777, lat=50), nation)

    found = ask(north, east, limit=1)

    assert ids(found.local) == ids(found.around) == ["north"]
    assert [round(it.distance_m) for it in ask(north, east).local] == [55_617, 55_758]


def test_area_that_holds_the_hromada_lets_it_be_served_and_no_other_does(ask, world):
    own, raion, oblast, nation = areas(world)
    served = {
        "own": own, "raion": raion, "oblast": oblast, "nation": nation,
        "neighbour": world.code(10, 1, 2), "next-raion": world.code(10, 2), "far": world.code(20),
        "kyiv": world.kyiv,
    }  # fmt: skip
    points = [world.point(name, HERE, world.offering(area)) for name, area in served.items()]

    found = ask(*points)
    assert ids(found.local) == ["nation", "oblast", "own", "raion"]
    assert ids(found.around) == sorted(served)
    assert ids(ask(*points, areas=(world.kyiv, NATION)).local) == ["kyiv", "nation"]
    assert ids(ask(*points, areas=()).local) == sorted(served)


def test_offering_that_names_a_hromada_twice_is_found_once(ask, world):
    own, raion, oblast, nation = areas(world)
    contract = CatchmentArea(own, CatchmentBasis.CONTRACT, world.day, None)

    found = ask(world.point("p", HERE, world.offering(own, contract, raion, oblast, nation)))

    assert ids(found.local) == ids(found.around) == ["p"]


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(0, 0, True), (1, None, False), (None, -1, False), (-1, 0, True), (0, 1, True), (None, None, True)],
)
def test_contract_holds_on_its_first_and_last_day(  # noqa: PLR0917
    ask, world, starts, ends, holds, wide
):
    area = world.code(10) if wide else world.code(10, 1, 1)
    contract = CatchmentArea(area, CatchmentBasis.CONTRACT, days(world, starts), days(world, ends))

    found = ask(
        world.point("here", HERE, world.offering(contract)),
        world.point("online", HERE, world.offering(contract, places=ONLINE)),
        world.point("shelter", None, world.offering(contract)),
    )

    assert (ids(found.local), ids(found.remote), ids(found.confidential)) == (
        (["here"], ["online"], ["shelter"]) if holds else ([], [], [])
    )
    assert ids(found.around) == ["here"]
    assert found.around[0].catchment == (contract,)


def test_catchment_is_told_with_all_its_periods(ask, world):
    own = CatchmentArea(world.code(10, 1, 1))
    over = CatchmentArea(world.code(10, 1, 2), CatchmentBasis.CONTRACT, date(2020, 1, 1), date(2021, 1, 1))
    to_come = CatchmentArea(world.code(10, 1, 2), CatchmentBasis.CONTRACT, date(2030, 1, 1), None)

    (found,) = ask(world.point("p", HERE, world.offering(to_come, own, over))).local

    assert set(found.catchment) == {own, over, to_come}


@pytest.mark.parametrize(
    ("opens", "closes", "is_open", "is_told"),
    [
        (0, 0, True, True),
        (1, None, False, True),
        (400, None, False, True),
        (None, -1, False, True),
        (None, -180, False, True),
        (None, -181, False, False),
    ],
)
def test_point_is_open_on_its_first_and_last_day_and_told_of_for_half_a_year(  # noqa: PLR0917
    ask, world, opens, closes, is_open, is_told
):
    period = {"valid_from": days(world, opens), "valid_to": days(world, closes)}
    own = world.offering(world.code(10, 1, 1))

    found = ask(
        world.point("here", HERE, own, **period),
        world.point("online", HERE, replace(own, places=ONLINE), **period),
        world.point("shelter", None, own, **period),
    )

    assert (ids(found.local), ids(found.remote), ids(found.confidential)) == (
        (["here"], ["online"], ["shelter"]) if is_open else ([], [], [])
    )
    assert ids(found.around) == (["here"] if is_told else [])
    if is_told:
        assert (found.around[0].valid_from, found.around[0].valid_to) == tuple(period.values())


def test_groups_are_those_of_everyone_or_of_the_client(ask, world):
    group = TargetGroup
    taken = {
        "everyone": group.EVERYONE,
        "older": group.OLDER_PEOPLE,
        "older-or-veterans": group.OLDER_PEOPLE | group.VETERANS_AND_FAMILIES,
        "veterans": group.VETERANS_AND_FAMILIES,
        "unsaid": group(0),
    }
    own = world.code(10, 1, 1)
    points = [
        world.point(name, HERE, world.offering(own, target_groups=groups)) for name, groups in taken.items()
    ]

    assert ids(ask(*points).local) == sorted(taken)
    assert ids(ask(*points, groups=group.OLDER_PEOPLE).local) == ["everyone", "older", "older-or-veterans"]
    assert ids(ask(*points, groups=group.HOMELESS | group.VETERANS_AND_FAMILIES).local) == [
        "everyone", "older-or-veterans", "veterans",
    ]  # fmt: skip
    assert ids(ask(*points, groups=group.FOSTER_FAMILIES).local) == ["everyone"]
    assert ids(ask(*points, groups=group.FOSTER_FAMILIES).around) == sorted(taken)


@pytest.mark.parametrize(
    ("age", "takes"),
    [
        (None, {"any", "from", "to", "between"}),
        (0, {"any", "to"}),
        (17, {"any", "to"}),
        (18, {"any", "from", "to", "between"}),
        (35, {"any", "from", "to", "between"}),
        (36, {"any", "from"}),
    ],
)
def test_ages_include_both_bounds_and_a_missing_bound_is_open(ask, world, age, takes):
    bounds = {"any": (None, None), "from": (18, None), "to": (None, 35), "between": (18, 35)}
    own = world.code(10, 1, 1)
    points = [
        world.point(name, HERE, world.offering(own, age_from=first, age_to=last))
        for name, (first, last) in bounds.items()
    ]

    assert set(ids(ask(*points, age=age).local)) == takes


@pytest.mark.parametrize(
    ("places", "is_remote"),
    [
        ({"online"}, True),
        ({"phone"}, True),
        ({"online", "phone"}, True),
        ({"online", "home"}, False),
        ({"home"}, False),
        ({"inpatient", "phone"}, False),
    ],
)
def test_only_what_is_given_from_afar_alone_is_remote(ask, world, places, is_remote):
    given = frozenset(map(PlaceOfProvision, places))

    found = ask(world.point("p", HERE, world.offering(NATION, places=given)))

    assert (ids(found.remote), ids(found.local)) == ((["p"], []) if is_remote else ([], ["p"]))
    assert ids(found.around) == ([] if is_remote else ["p"])


def test_remote_ones_are_all_listed_by_id_with_their_place(ask, world):
    far = LonLat(lon=24, lat=49)
    online = world.offering(NATION, places=ONLINE)

    found = ask(world.point("z", HERE, online), world.point("a", far, online, online), limit=1)

    assert [(it.point_id, it.ordinal, it.position) for it in found.remote] == [
        ("a", 0, far), ("a", 1, far), ("z", 0, HERE),
    ]  # fmt: skip
    assert found.remote[2].distance_m == 0


@pytest.mark.parametrize("places", [ONLINE, frozenset({PlaceOfProvision.INPATIENT})])
def test_confidential_ones_are_listed_by_id_and_never_tell_a_place(ask, world, places):
    own = world.offering(world.code(10, 1, 1), places=places)
    hromada_only = {"location_policy": LocationPolicy.HROMADA_ONLY, "hromada": world.code(10, 1, 1)}

    found = ask(
        world.point("b", None, own),
        world.point("a", None, own, **hromada_only),
        world.point("elsewhere", None, world.offering(world.code(20))),
        limit=1,
    )

    assert ids(found.confidential) == ["a", "b"]
    assert found == Candidates((), (), (), found.confidential, ())
    for candidate in found.confidential:
        placeless = (candidate.position, candidate.precision, candidate.settlement, candidate.distance_m)
        assert (placeless, candidate.address) == ((None,) * 4, "")
    assert [it.hromada for it in found.confidential] == [world.code(10, 1, 1), None]


@pytest.mark.parametrize(
    ("offsets", "visits"),
    [([0], True), ([14], True), ([-1], False), ([15], False), ([-3, 40], False), ([-3, 7, 40], True)],
)
def test_team_with_a_stop_within_two_weeks_is_listed_however_far_it_is(ask, world, offsets, visits):
    stops = tuple(MobileStop(world.code(10, 1, 1, 1), days(world, offset)) for offset in offsets)
    own = world.offering(world.code(10, 1, 1))
    team = world.point("team", LonLat(lon=35, lat=50), own, stops=stops)
    near = [world.point(f"near{number}", HERE, own) for number in range(3)]

    found = ask(team, *near, limit=2)

    assert ids(found.visiting) == (["team"] if visits else [])
    assert ids(found.local) == ids(found.around) == ["near0", "near1"]
    if visits:
        assert found.visiting[0].stops == tuple(stop for stop in stops if stop.day >= world.day)


def test_team_is_listed_as_visiting_only_where_it_serves_and_in_person(ask, world):
    stops = (MobileStop(world.code(20, 1, 1, 1), world.day),)
    own, elsewhere = world.code(10, 1, 1), world.code(20, 1, 1)

    found = ask(
        world.point("far", LonLat(lon=31, lat=50), world.offering(own), stops=stops),
        world.point("close", LonLat(lon=30.1, lat=50), world.offering(own), stops=stops),
        world.point("elsewhere", HERE, world.offering(elsewhere), stops=stops),
        world.point("online", HERE, world.offering(own, places=ONLINE), stops=stops),
    )

    assert ids(found.visiting) == ids(found.local) == ["close", "far"]
    assert ids(found.remote) == ["online"]
    assert all(it.stops == stops for it in (*found.visiting, *found.remote, *found.around))


def test_around_are_the_nearest_whomever_they_serve(ask, world):
    place = world.places("""
        . . . . . n
        . f . O . .
        s . . . . .
    """)
    own, other = world.offering(world.code(10, 1, 1)), world.offering(world.code(20))
    points = [
        world.point("served", place["s"], own),
        world.point("foreign", place["f"], other),
        world.point("shelter", None, other),
        world.point("not-for-it", place["n"], replace(own, target_groups=TargetGroup.CHILDREN, age_to=17)),
        world.point("other-service", place["O"], world.offering(NATION, service="day-care")),
    ]

    found = ask(*points, at=place["O"], groups=TargetGroup.OLDER_PEOPLE, age=70)

    assert ids(found.local) == ["served"]
    assert ids(found.around) == ["foreign", "not-for-it", "served"]
    assert ids(ask(*points, at=place["O"], limit=2).around) == ["foreign", "not-for-it"]


def test_nobody_is_listed_around_unless_asked_for(store, world):
    store.replace_registry(world.registry(world.point("p", HERE, world.offering(NATION))), no_progress)

    found = store.candidates(CandidateQuery("home-care", HERE, world.day, areas(world)), with_around=False)

    assert (ids(found.local), found.around) == (["p"], ())


def test_unknown_service_is_not_found_and_one_that_nobody_offers_is(store, world):
    store.replace_registry(world.registry(), no_progress)
    with pytest.raises(NotFoundError, match="no service «flying»"):
        store.candidates(CandidateQuery("flying", HERE, world.day, areas(world)))
    assert store.candidates(CandidateQuery("rare", HERE, world.day, areas(world))) == Candidates(
        (), (), (), ()
    )


def test_candidate_says_all_that_was_registered(ask, world):
    day = world.day
    catchment = (CatchmentArea(world.code(10, 1, 1)),)
    span = OpenSpan(time(9), time(13))
    stop = MobileStop(world.code(10, 1, 1, 1), day, time(10, 30), time(12), "біля школи «Ґ»")
    offering = world.offering(
        *catchment,
        target_groups=TargetGroup.OLDER_PEOPLE | TargetGroup.VETERANS_AND_FAMILIES,
        places=frozenset({PlaceOfProvision.HOME, PlaceOfProvision.PHONE}),
        payment=Payment.DIFFERENTIATED,
        capacity=20,
        vacant=3,
        capacity_unit=CapacityUnit.FAMILIES,
        capacity_as_of=day,
        age_from=18,
        age_to=99,
        terms=frozenset({Term.ONCE, Term.PERMANENT}),
        is_emergency=False,
        conditions="<b>за направленням</b> 100%",
    )
    point = world.point(
        "p",
        HERE,
        world.offering(NATION, service="day-care"),
        offering,
        kind=PointKind.MOBILE_TEAM,
        settlement=world.code(10, 1, 1, 1),
        precision=PointPrecision.BUILDING,
        phones=(Phone("15-45"), Phone("(044) 234-56-78", "+380442345678")),
        hours="Пн 9:00–13:00",
        opening_hours=OpeningHours(((span,), *((),) * 6), (HoursException(day, day, (span,), "свято"),)),
        closures=(Closure(day, None, "ремонт"), Closure(day, day)),
        referral_note="за направленням",
        languages=("uk", "en"),
        accessibility=frozenset({Accessibility.LIFT, Accessibility.PARKING}),
        no_accessibility=frozenset({Accessibility.ACCESSIBLE_TOILET}),
        wartime=WartimeState(
            is_suspended=True,
            suspended_until=day,
            works_without_power=True,
            has_shelter=False,
            last_confirmed=day,
        ),
        relocated_from=world.code(20, 1, 1),
        valid_from=day - timedelta(days=1),
        valid_to=day + timedelta(days=1),
        last_verified=day,
        is_demo=True,
        stops=(stop,),
    )

    (found,) = ask(point, groups=TargetGroup.OLDER_PEOPLE).local

    expected = candidate_of(point, 1, day, organisation_name="Організація", distance_m=0.0)
    assert found == expected


def test_what_is_unknown_stays_unknown(ask, world):
    (found,) = ask(world.point("p", HERE, world.offering(world.code(10, 1, 1)))).local

    unknown = (
        "opening_hours settlement relocated_from valid_from valid_to last_verified capacity vacant"
        " capacity_as_of age_from age_to is_emergency"
    )
    assert {name: getattr(found, name) for name in unknown.split()} == dict.fromkeys(unknown.split())
    assert found.wartime == WartimeState()
    assert (found.stops, found.closures, found.languages, found.hours) == ((), (), (), "")
    assert found.accessibility == found.no_accessibility == found.terms == frozenset()


def test_public_may_ask_all_of_it(store, module_store_url, world):
    own = world.offering(world.code(10, 1, 1))
    stops = (MobileStop(world.code(10, 1, 1, 1), world.day),)
    registry = world.registry(
        world.point("here", HERE, own, stops=stops),
        world.point("online", HERE, replace(own, places=ONLINE)),
        world.point("shelter", None, own),
    )
    store.replace_registry(registry, no_progress)
    public = open_store(module_store_url, access=Access.PUBLIC)
    try:
        for known in (areas(world), ()):
            query = CandidateQuery("home-care", HERE, world.day, known)
            found = public.candidates(query)
            assert found == store.candidates(query)
            assert ids((*found.visiting, *found.remote, *found.confidential)) == ["here", "online", "shelter"]
        with pytest.raises(NotFoundError):
            public.candidates(CandidateQuery("flying", HERE, world.day, ()))
    finally:
        public.dispose()
