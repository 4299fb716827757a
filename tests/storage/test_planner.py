"""The planner follows the store, tells past days as they were known, and never tells what is stale."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update

from mapapp.atlas import StoreAtlas
from mapapp.domain.accessibility import AccessQuery, Threshold, TravelCost
from mapapp.domain.changes import Authorship, Change, RecordKey, RecordKind
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.coverage import CoverageState, PresenceQuery
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.people import PeopleChoice, PeopleFigure, PeopleKind, PeopleTable, Subject
from mapapp.domain.placement import PlacementQuery, Serving
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import CoverageQuery
from mapapp.domain.registry import PlaceOfProvision, TargetGroup
from mapapp.domain.scenario import ClosePoint, Scenario
from mapapp.domain.scenario_points import scenario_of
from mapapp.planner import StorePlanner
from mapapp.storage.history_schema import RegistryChangeRow

WHO = Authorship(who="test", why="to see what follows")
SERVED, NOT_SERVED = CoverageState.SERVED, CoverageState.NOT_SERVED


@pytest.fixture
def planner(history, country_store, country, services):
    """A planner over each store in turn, whose registry has no history yet."""
    assert not history.changes()
    return StorePlanner(country_store, country, services)


@pytest.fixture
def put(country_store, world):
    """Put these points in place of all others; the registry describes oblast 10."""

    def put_points(*points) -> Change:
        registry = world.registry(*points, scope=frozenset({world.code(10)}))
        country_store.replace_registry(registry, no_progress, WHO)
        return country_store.registry.change_as_of(None)

    return put_points


@pytest.fixture
def centre(world, country):
    """A point at the door of hromada 10-1-1, which serves it."""
    home = world.code(10, 1, 1)
    offering = world.offering(home, places=frozenset({PlaceOfProvision.DAY}), capacity=4)
    return world.point("centre", country.hromadas[home].centre, offering)


def state_of(planner, hromada, day=None):
    matrix = planner.presence(PresenceQuery(day or today_in_kyiv(), None, ("home-care",)))
    return next(row.states[0] for row in matrix.rows if row.hromada == hromada)


def made_on(store, change, moment):
    """Pretend that a change was made at a moment."""
    with store._database.writing() as connection:
        row = RegistryChangeRow
        connection.execute(update(row).where(row.number == change.number).values(at=moment))


def test_what_an_editor_changes_is_seen_at_once(planner, put, centre, world):
    home = world.code(10, 1, 1)
    put(centre)
    assert state_of(planner, home) is SERVED
    put()
    assert state_of(planner, home) is NOT_SERVED
    put(centre)
    assert state_of(planner, home) is SERVED


@pytest.fixture
def anew(country_store, country, services):
    """Return a planner that has read nothing yet."""
    return lambda: StorePlanner(country_store, country, services)


def test_following_changes_is_the_same_as_reading_all_anew(planner, put, centre, anew):
    query = AccessQuery("home-care", today_in_kyiv(), Threshold(40_000.0))
    for points in ([centre], [centre, replace(centre, id="other")], [replace(centre, id="other")], []):
        put(*points)
        fresh = anew()
        assert planner.access(query) == fresh.access(query)
        everything = PresenceQuery(today_in_kyiv())
        assert planner.presence(everything) == fresh.presence(everything)


def test_a_past_day_is_told_as_it_was_known_at_its_end(planner, put, centre, world, country_store):
    home, today = world.code(10, 1, 1), today_in_kyiv()
    opened, closed = put(centre), put()
    # In November Kyiv is two hours ahead: the first is made within its day, the second when the next began.
    day = datetime(2025, 11, 10, tzinfo=UTC).date()
    made_on(country_store, opened, datetime.combine(day, time(21, 59), UTC))
    made_on(country_store, closed, datetime.combine(day, time(22, 1), UTC))
    assert planner.first_day() == day
    assert state_of(planner, home, day) is SERVED
    assert state_of(planner, home, day + timedelta(days=1)) is NOT_SERVED
    assert state_of(planner, home, today) is NOT_SERVED


def test_a_past_day_tells_no_place_that_became_confidential_since(planner, put, centre, world, country_store):
    home = world.code(10, 1, 1)
    day = datetime(2025, 11, 10, tzinfo=UTC)
    made_on(country_store, put(centre), day)
    put(replace(centre, id="other"), centre)
    assert state_of(planner, home, day.date()) is SERVED
    put(world.point("centre", None, *centre.offerings), replace(centre, id="other"))
    assert state_of(planner, home, day.date()) is CoverageState.FROM_NEIGHBOUR


def test_a_purged_point_is_told_no_longer(planner, put, centre, world, country_store):
    day = datetime(2025, 11, 10, tzinfo=UTC)
    made_on(country_store, put(centre), day)
    put()
    assert state_of(planner, world.code(10, 1, 1), day.date()) is SERVED
    country_store.registry.purge(RecordKey(RecordKind.POINT, "centre"), WHO)
    assert state_of(planner, world.code(10, 1, 1), day.date()) is NOT_SERVED


def test_the_map_tells_the_scope_of_a_past_day_as_the_matrix_does(planner, put, centre, world, country_store):
    day = datetime(2025, 11, 10, tzinfo=UTC)
    made_on(country_store, put(centre), day)
    country_store.replace_registry(world.registry(centre, scope=frozenset()), no_progress, WHO)
    far, atlas = world.code(10, 1, 4), StoreAtlas(country_store)
    for asked, state in ((day.date(), NOT_SERVED), (today_in_kyiv(), CoverageState.NO_DATA)):
        assert state_of(planner, far, asked) is state
        assert atlas.coverage(CoverageQuery("home-care", asked)).hromadas[far].state is state


def test_before_the_history_nothing_is_told(planner, put, centre):
    put(centre)
    with pytest.raises(UsageError, match=f"begins on {today_in_kyiv()}"):
        planner.presence(PresenceQuery(today_in_kyiv() - timedelta(days=1)))


def test_a_scenario_changes_its_own_answer_and_no_other(planner, put, centre, world):
    put(centre)
    query = AccessQuery("home-care", today_in_kyiv(), Threshold(40_000.0))
    compared = planner.compare(query, [Scenario("shut", "Зачинити", (ClosePoint("centre"),))])
    ((_, shut),) = compared.scenarios
    home = world.code(10, 1, 1)
    assert compared.base.hromadas[home].people.covered.value > 0
    assert shut.hromadas[home].people.covered.value == 0
    assert planner.access(query) == compared.base


@pytest.mark.parametrize("serving", list(Serving))
def test_a_plan_made_a_scenario_reaches_whom_the_plan_promised(planner, put, country, world, serving):
    put()
    query = AccessQuery("home-care", today_in_kyiv(), Threshold(40_000.0), area=world.code(10))
    plan = planner.place(PlacementQuery(query, new_points=2, serving=serving))
    scenario = scenario_of(plan, country, "plan", "План")
    assert len(scenario.changes) == len(plan.opened) > 0
    assert planner.access(query, scenario).whole.people.covered.value == pytest.approx(plan.after)


def test_answers_follow_the_people_counted(planner, put, centre, world, country_store):
    put(centre)
    home = world.code(10, 1, 1)
    older = Subject(group=TargetGroup.OLDER_PEOPLE)
    table = PeopleTable("needs", "Потреби", PeopleKind.NEEDS, today_in_kyiv(), "Громада", (older,))
    query = AccessQuery("home-care", today_in_kyiv(), Threshold(40_000.0), PeopleChoice("needs", older))
    for persons in (40, 70):
        country_store.people.replace(table, [PeopleFigure(home, older, persons)])
        answer = planner.access(query)
        assert answer.hromadas[home].people.covered.value == persons
        assert answer.people_table.as_of == today_in_kyiv()
        # Who is not in the table is not known, never nobody.
        assert answer.hromadas[world.code(10, 1, 2)].people is None
    country_store.people.remove("needs")
    with pytest.raises(NotFoundError, match="needs"):
        planner.access(query)


def test_times_by_road_need_roads(planner, put, centre):
    put(centre)
    assert planner.costs() == (TravelCost.DISTANCE,)
    with pytest.raises(UsageError, match="no roads"):
        planner.access(AccessQuery("home-care", today_in_kyiv(), Threshold(900.0, TravelCost.CAR)))


def test_what_is_not_there_is_refused(planner, put, centre):
    put(centre)
    today = today_in_kyiv()
    with pytest.raises(NotFoundError, match="flying"):
        planner.access(AccessQuery("flying", today))
    gone = Scenario("gone", "Немає", (ClosePoint("nobody"),))
    with pytest.raises(NotFoundError, match="nobody"):
        planner.access(AccessQuery("home-care", today), gone)
