"""A link says what is chosen, and a link that says nonsense is understood as far as it makes sense."""

from datetime import date

import pytest

from mapapp.domain.accessibility import USUAL_THRESHOLD, Threshold, TravelCost
from mapapp.domain.coverage import CoverageState
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import parse_people_choice
from mapapp.domain.placement import CandidatePlaces, Counting, PlacementGoal, Serving
from mapapp.domain.quality import QualityCheck
from mapapp.domain.registry import Payment, PlaceOfProvision, PointKind, Sector, TargetGroup
from mapapp.domain.registry_questions import Freshness
from mapapp.domain.travel import TravelMode
from mapapp.ui.choice import (
    COVERAGE_LINK,
    FIND_LINK,
    LONGEST_TEXT,
    MAP_LINK,
    PLANNING_LINK,
    QUALITY_LINK,
    REGISTRY_LINK,
    Choice,
    CoverageView,
    PlanningTask,
    first_choice,
    link_of,
    read_link,
)

POLTAVSKA = Katottg("UA53000000000028050")
POLTAVSKYI = Katottg("UA53080000000068029")
OPISHNIA = Katottg("UA53080350000070563")
MALI_BUDYSHCHA = Katottg("UA53080350230084034")
ZHYTOMYRSKA = Katottg("UA18000000000041385")
EVERYTHING = tuple(
    dict.fromkeys((*MAP_LINK, *FIND_LINK, *COVERAGE_LINK, *PLANNING_LINK, *REGISTRY_LINK, *QUALITY_LINK))
)


@pytest.fixture
def read(memory_atlas):
    def read(names=EVERYTHING, **parameters):
        start = first_choice(memory_atlas.services)
        return read_link(parameters, names, start, memory_atlas.services, memory_atlas.gazetteer)

    return read


def test_whoever_chose_nothing_sees_the_first_basic_service_everywhere(memory_atlas):
    first = first_choice(memory_atlas.services)
    assert memory_atlas.services[first.service].basic_point == 1
    assert first.area is None
    assert link_of(first, first, EVERYTHING, "uk") == {}


@pytest.mark.parametrize(
    "choice",
    [
        Choice(service="day-care"),
        Choice("day-care", oblast=POLTAVSKA, raion=POLTAVSKYI, hromada=OPISHNIA, points=False),
        Choice("day-care", place=MALI_BUDYSHCHA, result="a.b-c_1"),
        Choice("day-care", home=OPISHNIA, groups=TargetGroup.CHILDREN | TargetGroup.DISPLACED, age=0),
        Choice("day-care", step_free=True, day=date(2026, 3, 1), open_then=True, urgent=True),
        Choice(
            "day-care",
            given=frozenset({PlaceOfProvision.HOME, PlaceOfProvision.PHONE}),
            payments=frozenset({Payment.FREE, Payment.PAID}),
        ),
        Choice("day-care", speaks="crh", radius_km=50, travel=TravelMode.FOOT),
        Choice("day-care", at=LonLat(lon=34.60127, lat=49.98548)),
        Choice("day-care", states=frozenset({CoverageState.NOT_SERVED, CoverageState.SERVED})),
        Choice("day-care", text="турбота & ко", offers="home-care", kind=PointKind.NGO, on=date(2026, 3, 1)),
        Choice("day-care", sector=Sector.NON_STATE, freshness=Freshness.STALE, page=3, point="a.b-c_1"),
        Choice("day-care", check=QualityCheck.NO_PHONE),
    ],
    ids=[
        "service",
        "map",
        "place",
        "who",
        "when",
        "how",
        "terms",
        "point",
        "states",
        "registry",
        "record",
        "quality",
    ],
)
def test_a_link_makes_the_choice_it_was_written_from(read, choice, memory_atlas):
    start = first_choice(memory_atlas.services)
    assert read(**link_of(choice, start, EVERYTHING, "en")) == (choice, ())


@pytest.mark.parametrize(
    "choice",
    [
        Choice("day-care", view=CoverageView.MATRIX, as_of=date(2026, 2, 3), target="resilience"),
        Choice("day-care", view=CoverageView.ACCESS, cost=TravelCost.CAR, within=45),
        Choice("day-care", people=parse_people_choice("needs-2026/group:older_people")),
        Choice("day-care", people=parse_people_choice("needs-2026/service:home-care")),
        Choice(
            "day-care",
            task=PlanningTask.PLACE,
            goal=PlacementGoal.EVERYONE,
            new_points=7,
            counting=Counting.UNMET_NEED,
            candidates=CandidatePlaces.SETTLEMENTS,
            serving=Serving.ANYONE,
            exact=False,
            budget=1_000_000,
            point_cost=250_000,
        ),
    ],
    ids=["matrix", "access", "group", "service", "placement"],
)
def test_a_link_of_planning_makes_the_choice_it_was_written_from(read, choice, memory_atlas):
    start = first_choice(memory_atlas.services)
    assert read(**link_of(choice, start, EVERYTHING, "en")) == (choice, ())


def test_the_threshold_is_metres_or_seconds():
    assert Choice("day-care", within=20).threshold == Threshold(20_000.0)
    assert Choice("day-care", within=45, cost=TravelCost.CAR).threshold == Threshold(2700.0, TravelCost.CAR)
    assert Choice("day-care").threshold == USUAL_THRESHOLD


def test_a_link_says_only_what_was_changed_and_a_language_other_than_ukrainian():
    start = Choice("home-care")
    assert link_of(Choice("day-care"), start, MAP_LINK, "uk") == {"service": "day-care"}
    assert link_of(start, start, MAP_LINK, "en") == {"lang": "en"}


@pytest.mark.parametrize(
    ("name", "nonsense"),
    [
        ("service", "levitation"),
        ("text", "a" * (LONGEST_TEXT + 1)),
        ("text", "a\x00b"),
        ("offers", "levitation"),
        ("kind", "castle"),
        ("sector", "public"),
        ("freshness", "rotten"),
        ("on", "31.12.2026"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "²"),
        ("page", "9" * 30),
        ("point", "../etc"),
        ("check", "all"),
        ("oblast", "UA99000000000000000"),
        ("oblast", "Полтавська"),
        ("raion", str(POLTAVSKA)),
        ("hromada", "<script>"),
        ("place", str(OPISHNIA)),
        ("points", "maybe"),
        ("home", str(MALI_BUDYSHCHA)),
        ("groups", "children,dragons"),
        ("age", "-1"),
        ("age", "121"),
        ("age", "²"),
        ("step_free", "yes"),
        ("day", "2026-02-30"),
        ("day", "1700-01-01"),
        ("given", "home,moon"),
        ("payments", "free"),
        ("speaks", "tlh"),
        ("radius_km", "-5"),
        ("radius_km", "999999999"),
        ("travel", "rocket"),
        ("result", "../etc"),
        ("at", "34.6"),
        ("at", "nan,49.9"),
        ("at", "2.35,48.86"),
        ("at", "49.9,34.6,7"),
        ("states", "served,flooded"),
        ("view", "dreams"),
        ("task", "levitate"),
        ("as_of", "2026-13-01"),
        ("target", "levitation"),
        ("cost", "broom"),
        ("within", "0"),
        ("within", "201"),
        ("people", "../etc"),
        ("people", "population/group:dragons"),
        ("goal", "glory"),
        ("new_points", "0"),
        ("new_points", "101"),
        ("budget", "0"),
        ("budget", "-5"),
        ("point_cost", "²"),
        ("exact", "perhaps"),
    ],
)
def test_nonsense_is_named_and_the_rest_of_the_link_holds(read, name, nonsense):
    choice, refused = read(**{"oblast": str(POLTAVSKA), name: nonsense})
    assert refused == (name,)
    assert choice.service == "home-care"
    assert choice.oblast == (None if name == "oblast" else POLTAVSKA)


def test_unknown_parameters_are_passed_over_in_silence(read):
    assert read(utm_source="newsletter", service="day-care") == (Choice("day-care"), ())


def test_a_page_takes_only_its_own_parameters(read):
    choice, _ = read(FIND_LINK, service="day-care", oblast=str(POLTAVSKA))
    assert choice == Choice("day-care")


def test_codes_may_be_typed_in_lower_case_and_cyrillic(read):
    choice, refused = read(oblast="uа53000000000028050")
    assert (choice.oblast, refused) == (POLTAVSKA, ())


def test_a_raion_brings_its_oblast(read):
    choice, _ = read(raion=str(POLTAVSKYI))
    assert choice.oblast == POLTAVSKA


def test_of_units_that_do_not_lie_in_one_another_the_larger_stays(read):
    choice, refused = read(oblast=str(ZHYTOMYRSKA), raion=str(POLTAVSKYI), hromada=str(OPISHNIA))
    assert (choice.oblast, choice.raion, choice.hromada, refused) == (ZHYTOMYRSKA, None, None, ())


@pytest.mark.parametrize(
    ("area", "field"), [(POLTAVSKA, "oblast"), (POLTAVSKYI, "raion"), (OPISHNIA, "hromada")]
)
def test_the_area_of_an_embedded_map_is_understood(read, area, field):
    choice, _ = read(area=str(area))
    assert getattr(choice, field) == area
