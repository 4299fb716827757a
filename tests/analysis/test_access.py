"""Access to a service: small countries worked out by hand, and what must hold in any."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_country import DAY, SERVICE, TABLE, Offer, draw
from hypothesis import given
from hypothesis import strategies as st

from mapapp.analysis.access_costs import of_service
from mapapp.analysis.accessibility import answer_access, service_access, settlement_access
from mapapp.analysis.supply import Form
from mapapp.domain.accessibility import AccessQuery
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import Estimate

# Two hromadas in a row, 9 km from each place to the next; the threshold is 15 km.
#
#   a---b---c        A = a, b     C = c
#
ROW = draw("abc", "ab c", persons={"a": 100, "b": 300, "c": 50})


def numbers(people):
    return [part.value for part in (people.covered, people.uncovered, people.occupied, people.unknown)]


def test_a_provider_next_door_that_does_not_serve_the_hromada_does_not_cover_it():
    answer = ROW.answer(Offer("b", serves="A"))
    here, next_door = answer.hromadas[ROW.hromada("A")], answer.hromadas[ROW.hromada("C")]
    assert numbers(here.people) == [400, 0, 0, 0]
    assert numbers(next_door.people) == [0, 50, 0, 0]
    assert next_door.nearest is None
    assert (here.nearest, here.farthest) == (0, pytest.approx(9_000, abs=0.1))
    assert answer.whole.people.covered_share == 400 / 450


def test_places_are_shared_by_all_who_can_come_the_nearer_the_more():
    # 10 places at b: 300 people in its first zone (to 5 km), 100 in the second (to 10 km): 300 + 68 compete.
    answer = ROW.answer(Offer("b", serves="A", capacity=10))
    access = service_access(ROW.inputs(Offer("b", serves="A", capacity=10)))
    assert access.standing.places == pytest.approx([0.68 * 10 / 368, 10 / 368, 0.0])
    here = answer.hromadas[ROW.hromada("A")]
    assert here.places_per_1000 == pytest.approx(25)
    assert (here.capacity, here.capacity_per_1000) == (10, pytest.approx(25))
    assert here.served == pytest.approx(10)
    assert here.unmet == pytest.approx(390)
    assert here.satisfaction == pytest.approx(10 / 400)
    assert answer.whole.places_per_1000 == pytest.approx(1000 * 10 / 450)


def test_nobody_is_served_twice_where_there_is_room_for_more_than_live_there():
    # c alone competes for 80 places, of which it can fill 50.
    answer = ROW.answer(Offer("c", serves="C", capacity=80))
    assert answer.hromadas[ROW.hromada("C")].served == 50
    assert answer.hromadas[ROW.hromada("C")].satisfaction == 1


def test_the_third_zone_reaches_to_the_threshold_and_no_farther():
    def places(limit_m):
        return service_access(ROW.inputs(Offer("a", "*", 10), limit_m=limit_m)).standing.places

    assert places(27_300) == pytest.approx(np.array([1, 1, 0.68]) * 10 / (100 + 300 + 0.68 * 50))
    assert places(18_300) == pytest.approx(np.array([1, 0.68, 0.22]) * 10 / (100 + 0.68 * 300 + 0.22 * 50))
    assert places(17_700)[2] == 0


# Two oblasts; the border is between b and c.
#
#   a---b | c---d        A = a, b in oblast 1     C = c, d in oblast 2
#
BORDER = draw("abcd", "ab cd", oblasts="12", raions="12")


def test_providers_and_people_cross_the_border_of_an_oblast():
    offers = (Offer("c", serves="AC", capacity=12), Offer("d", serves="C", capacity=6))
    oblast = BORDER.layout.oblasts[0]
    answer = BORDER.answer(*offers, area=oblast)
    assert list(answer.hromadas) == [BORDER.hromada("A")]
    assert numbers(answer.whole.people) == [100, 100, 0, 0]  # b is 9 km away, a 18 km
    # 100 in c, and 68 of b and 68 of d compete: those beyond the border count.
    assert answer.whole.places_per_1000 == pytest.approx(1000 * 0.68 * 12 / 236 * 100 / 200)
    assert answer.whole.capacity is None
    assert (answer.offerings, answer.without_capacity) == (1, 0)
    assert answer.oblasts == (replace(answer.whole, area=oblast),)
    assert answer.hromadas == {
        code: it for code, it in BORDER.answer(*offers).hromadas.items() if code in answer.hromadas
    }


def test_a_raion_is_told_of_only_where_the_area_asked_holds_all_of_it():
    country = draw("abc", "a b c", oblasts="112", raions="112")
    raion = country.layout.raions[0]
    answer = country.answer(Offer("a"), area=raion)
    assert [it.area for it in answer.raions] == [raion]
    assert [it.area for it in answer.oblasts] == [country.layout.oblasts[0]]
    answer = country.answer(Offer("a"), area=country.hromada("B"))
    assert (answer.raions, answer.oblasts) == ((), ())
    assert answer.whole.people.total == 100


def test_an_unknown_area_or_service_is_refused():
    with pytest.raises(NotFoundError):
        ROW.answer(Offer("a"), area=Katottg(f"UA99{0:015}"))
    with pytest.raises(NotFoundError):
        of_service(ROW.supply(Offer("a")), "flying")


def test_who_comes_is_near_to_everybody_served():
    answer = ROW.answer(Offer("c", serves="A", form=Form.COMES, capacity=8))
    here = answer.hromadas[ROW.hromada("A")]
    assert numbers(here.people) == [400, 0, 0, 0]
    assert (here.nearest, here.farthest) == (0, 0)
    assert here.places_per_1000 == pytest.approx(20)
    assert (here.capacity, answer.hromadas[ROW.hromada("C")].capacity) == (None, 8)


def test_who_works_from_afar_covers_without_a_distance_and_is_told_apart():
    answer = ROW.answer(Offer("a", serves="A"), Offer("c", serves="*", form=Form.REMOTE))
    assert answer.whole.people.covered.value == 450
    assert answer.whole.people.remote_only.value == 50
    assert answer.hromadas[ROW.hromada("C")].nearest is None


def test_a_confidential_provider_covers_and_has_no_place():
    answer = ROW.answer(Offer("a", serves="*", form=Form.HIDDEN, capacity=9))
    assert numbers(answer.whole.people) == [450, 0, 0, 0]
    assert answer.whole.people.remote_only.value == 0
    assert (answer.whole.nearest, answer.whole.capacity) == (None, None)
    assert answer.whole.places_per_1000 == pytest.approx(20)
    assert {it.nearest for it in settlements(ROW, Offer("a", form=Form.HIDDEN))} == {None}


def settlements(country, *offers, hromada="A"):
    return settlement_access(service_access(country.inputs(*offers)), country.hromada(hromada))


def test_settlements_of_a_hromada_are_told_by_code():
    a, b = settlements(ROW, Offer("b", serves="A"))
    assert [a.settlement, b.settlement] == list(ROW.layout.settlements[:2])
    assert (a.nearest, b.nearest) == (pytest.approx(9_000, abs=0.1), 0)
    assert a.people == Estimate(100, 100, 100)
    assert (a.is_covered, a.is_occupied) == (True, False)
    with pytest.raises(NotFoundError):
        settlement_access(service_access(ROW.inputs()), Katottg(f"UA0101999{0:010}"))


def test_occupied_people_are_neither_covered_nor_uncovered_and_compete_for_nothing():
    country = replace_persons(draw("abc", "ab c", occupied="a"), {"a": 100, "b": 300, "c": 50})
    answer = country.answer(Offer("b", serves="A", capacity=30))
    here = answer.hromadas[country.hromada("A")]
    assert here.occupation is Occupation.PARTLY
    assert numbers(here.people) == [300, 0, 100, 0]
    assert here.places_per_1000 == pytest.approx(100)
    assert (here.farthest, here.need) == (0, 300)
    assert settlements(country, Offer("b", serves="A"))[0].nearest is None


def test_a_country_wholly_occupied_is_told_nothing_of():
    country = draw("abc", "ab c", occupied="abc")
    answer = country.answer(Offer("b", capacity=30))
    assert {it.occupation for it in answer.hromadas.values()} == {Occupation.FULLY}
    assert numbers(answer.whole.people) == [0, 0, 300, 0]
    assert answer.whole.people.covered_share is None
    assert (answer.whole.places_per_1000, answer.whole.served, answer.whole.nearest) == (None, None, None)
    assert (answer.curve, answer.equity.gini, answer.equity.rural_share) == ((), None, None)


def test_a_provider_that_tells_no_capacity_covers_and_is_counted_as_telling_none():
    answer = ROW.answer(Offer("b", serves="A"), Offer("c", serves="C", capacity=5))
    here = answer.hromadas[ROW.hromada("A")]
    assert (here.places_per_1000, here.served, here.unmet, here.capacity) == (None, None, None, None)
    assert here.people.covered.value == 400
    assert (answer.offerings, answer.without_capacity) == (2, 1)
    # Of those in A nothing is known: they are no part of the mean.
    assert answer.whole.places_per_1000 == pytest.approx(100)


def test_no_room_at_all_is_known_to_be_none():
    answer = ROW.answer(Offer("b", serves="A", capacity=0))
    here = answer.hromadas[ROW.hromada("A")]
    assert (here.capacity, here.places_per_1000, here.served) == (0, 0, 0)
    assert answer.equity.gini is None


def test_a_service_nobody_offers_leaves_all_uncovered_where_the_registry_speaks():
    country = draw("abc", "ab c", oblasts="12", undescribed="2")
    answer = country.answer(Offer("b", service="shelter"))
    assert numbers(answer.whole.people) == [0, 200, 0, 100]
    assert (answer.whole.nearest, answer.whole.places_per_1000, answer.offerings) == (None, None, 0)
    assert {point.share for point in answer.curve} == {0.0}


def test_where_the_registry_says_nothing_a_known_provider_still_covers():
    country = draw("abc", "ab c", oblasts="12", undescribed="12")
    answer = country.answer(Offer("b", serves="*"))
    assert numbers(answer.whole.people) == [300, 0, 0, 0]
    assert numbers(country.answer(Offer("a", serves="*")).whole.people) == [200, 0, 0, 100]


def replace_persons(country, persons):
    return draw_again(country, [persons.get(letter, 100.0) for letter in country.letters])


def draw_again(country, persons):
    area = country.layout.area
    total = np.bincount(area, persons, len(country.layout.areas))
    people = replace(country.people, persons=np.array(persons, float), area_low=total, area_high=total.copy())
    return replace(country, people=people)


def test_nobody_living_there_is_no_error():
    country = draw_again(ROW, [0, 0, 50])
    here = country.answer(Offer("b", serves="A", capacity=10)).hromadas[country.hromada("A")]
    assert numbers(here.people) == [0, 0, 0, 0]
    assert (here.people.covered_share, here.satisfaction, here.capacity_per_1000) == (None, None, None)
    assert (here.nearest, here.places_per_1000, here.capacity) == (None, None, 10)


def test_people_nobody_knows_of_are_not_nobody():
    country = draw_again(ROW, [np.nan, np.nan, 50])
    answer = country.answer(Offer("b", serves="A", capacity=10))
    here = answer.hromadas[country.hromada("A")]
    assert (here.people, here.need, here.served) == (None, None, None)
    assert answer.whole.people.total == 50
    assert [it.people for it in settlements(country, Offer("b"))] == [None, None]
    assert [it.is_covered for it in settlements(country, Offer("b"))] == [True, True]


def test_a_settlement_without_a_place_is_unknown_unless_somebody_comes():
    country = draw("abc", "ab c", unlocated="a")
    assert numbers(country.answer(Offer("b", serves="A")).whole.people) == [100, 100, 0, 100]
    assert numbers(country.answer(Offer("c", serves="C")).whole.people) == [100, 200, 0, 0]
    assert numbers(country.answer(Offer("b", "A", form=Form.COMES)).whole.people) == [200, 100, 0, 0]


def test_a_provider_without_a_place_leaves_unknown_whom_nobody_else_reaches():
    answer = ROW.answer(Offer("c", "*", is_located=False), Offer("a", serves="A", capacity=4), limit_m=5_000)
    assert numbers(answer.hromadas[ROW.hromada("A")].people) == [100, 0, 0, 300]
    assert numbers(answer.hromadas[ROW.hromada("C")].people) == [0, 0, 0, 50]
    assert answer.offerings == 2


def test_a_team_is_as_near_as_its_nearest_stop_and_counts_once():
    stops = (
        Offer("a", "A", capacity=5, point="team"),
        Offer("b", "A", capacity=5, point="team", is_first=False),
    )
    answer = ROW.answer(*stops)
    here = answer.hromadas[ROW.hromada("A")]
    assert (here.farthest, here.capacity, answer.offerings) == (0, 10, 1)


# Of the 100 persons of a hromada 40 are counted in a; b and c, which nobody counted, share 45 and 15.
#
#   a---b...c        from b to c 18 km
#
SHARED = draw("ab.c", "abc", persons={"a": 40, "b": 45, "c": 15}, uncounted="bc")


def test_people_who_were_not_counted_by_settlement_may_live_in_any_of_those_uncounted():
    people = SHARED.answer(Offer("a")).whole.people
    assert people.covered == Estimate(85, 40, 100)
    assert people.uncovered == Estimate(15, 0, 60)
    assert people.occupied == Estimate(0, 0, 0)


def test_where_all_the_uncounted_stand_alike_nothing_is_uncertain():
    assert SHARED.answer(Offer("b", form=Form.COMES)).whole.people.covered == Estimate(100, 100, 100)
    country = draw("ab.c", "abc", persons={"a": 40, "b": 45, "c": 15}, uncounted="c")
    assert country.answer(Offer("a")).whole.people.covered == Estimate(85, 85, 85)
    told = settlements(SHARED, Offer("a"))
    assert [it.people for it in told] == [Estimate(40, 40, 40), Estimate(45, 0, 60), Estimate(15, 0, 60)]
    told = settlements(country, Offer("a"))
    assert [it.people.is_exact for it in told] == [True, True, True]


def test_a_hidden_count_widens_the_band():
    country = draw("ab.c", "abc", persons={"a": 1, "b": 1, "c": 0.5}, uncounted="abc")
    edge = {"area_low": np.array([1.0]), "area_high": np.array([4.0])}
    country = replace(country, people=replace(country.people, **edge))
    people = country.answer(Offer("a")).whole.people
    assert (people.covered, people.uncovered) == (Estimate(2, 0, 4), Estimate(0.5, 0, 4))
    assert country.answer(Offer("a", form=Form.COMES)).whole.people.covered == Estimate(2.5, 1, 4)
    lone = draw("a", "a", persons={"a": 2.5})
    lone = replace(lone, people=replace(lone.people, **edge))
    assert lone.answer(Offer("a")).whole.people.covered == Estimate(2.5, 1, 4)


def test_bands_of_areas_add_up():
    country = draw("ab.c d", "abc d", persons={"a": 40, "b": 45, "c": 15, "d": 10}, uncounted="bc")
    assert country.answer(Offer("a", serves="*")).whole.people.uncovered == Estimate(25, 10, 70)


def test_those_who_get_the_service_are_told_as_reported():
    people = replace(ROW.people, recipients=np.array([7.0, np.nan]))
    answer = replace(ROW, people=people).answer(Offer("a"))
    assert answer.hromadas[ROW.hromada("A")].recipients == Estimate(7, 7, 7)
    assert answer.hromadas[ROW.hromada("C")].recipients is None
    assert answer.whole.recipients == Estimate(7, 7, 7)


def test_the_curve_says_who_is_within_each_distance():
    # a at 0 km, b at 9 km, c at 18 km; the steps are tenths of the threshold.
    answer = ROW.answer(Offer("a"), limit_m=16_000)
    curve = answer.curve
    assert [point.cost for point in curve] == pytest.approx([1_600.0 * step for step in range(21)])
    shares = [point.share for point in curve]
    assert shares == [100 / 450] * 6 + [400 / 450] * 6 + [1.0] * 9
    assert shares[10] == answer.whole.people.covered_share
    assert ROW.answer(Offer("a", form=Form.REMOTE)).curve[0].share == 1


def test_inequality_is_none_where_all_have_alike_and_nearly_all_where_one_has_it():
    equal = ROW.answer(Offer("a", "A", 40, Form.COMES), Offer("c", "C", 5, Form.COMES)).equity
    assert equal.gini == pytest.approx(0, abs=1e-12)
    assert equal.lorenz[50] == pytest.approx((0.5, 0.5))
    # c holds all and is 50 of 450: the area under the curve is a triangle on the last ninth.
    uneven = ROW.answer(Offer("c", "C", 5)).equity
    assert uneven.gini == pytest.approx(1 - 50 / 450)
    assert (uneven.lorenz[0], uneven.lorenz[-1]) == ((0, 0), (1, 1))
    assert uneven.lorenz[80] == (0.8, 0)


def test_town_and_village_are_told_apart():
    country = draw("abc", "ab c", persons={"a": 100, "b": 300, "c": 50}, urban="b")
    equity = country.answer(Offer("a", "A"), limit_m=5_000).equity
    assert (equity.urban_share, equity.rural_share) == (0, 100 / 150)
    assert draw("a", "a", urban="a").answer(Offer("a")).equity.rural_share is None


LETTERS = "abcdefgh"


@st.composite
def countries(draw_value):
    """Up to eight settlements, two a hromada, two hromadas an oblast, in one of many states."""
    some = st.sets(st.sampled_from(LETTERS)).map("".join)
    persons = st.floats(0.001, 1e6) | st.integers(0, 5).map(float)
    country = draw(
        "ab.cd\n\nef\n.gh",
        "ab cd ef gh",
        oblasts="1122",
        raions="1122",
        persons={letter: draw_value(persons) for letter in LETTERS},
        uncounted=draw_value(some),
        occupied=draw_value(some),
        unlocated=draw_value(some),
        undescribed=draw_value(st.sampled_from(["", "1", "12"])),
    )
    unknown = draw_value(st.sets(st.sampled_from("ACEG")))
    lost = np.isin(country.layout.area, [country.layout.areas.index(country.hromada(it)) for it in unknown])
    people = replace(country.people, persons=np.where(lost, np.nan, country.people.persons))
    return replace(country, people=people)


offers = st.builds(
    Offer,
    at=st.sampled_from(LETTERS),
    serves=st.sets(st.sampled_from("ACEG"), min_size=1).map("".join) | st.just("*"),
    capacity=st.just(np.nan) | st.integers(0, 50).map(float),
    form=st.sampled_from([Form.AT_SITE] * 3 + [Form.COMES, Form.REMOTE, Form.HIDDEN]),
)


@given(countries(), st.lists(offers, max_size=6), st.sampled_from([5_000.0, 9_500.0, 30_000.0]))
def test_everybody_is_counted_exactly_once(country, some, limit_m):
    answer = country.answer(*some, limit_m=limit_m)
    persons = country.people.persons
    for code, it in answer.hromadas.items():
        living = persons[country.layout.area == country.layout.areas.index(code)]
        if np.isnan(living).all():
            assert it.people is None
        else:
            assert sum(numbers(it.people)) == pytest.approx(living.sum(), rel=1e-9, abs=1e-9)
            assert it.people.remote_only.value <= it.people.covered.value
    for parts in (answer.hromadas.values(), answer.raions, answer.oblasts):
        known = [it.people for it in parts if it.people is not None]
        if known:
            assert np.sum([numbers(it) for it in known], axis=0) == pytest.approx(
                numbers(answer.whole.people), rel=1e-9, abs=1e-9
            )
    if answer.whole.people is not None and answer.whole.people.covered_share is not None:
        assert answer.curve[10].share == pytest.approx(answer.whole.people.covered_share)
        assert [it.share for it in answer.curve] == sorted(it.share for it in answer.curve)


@given(countries(), st.lists(offers, max_size=6))
def test_every_place_that_anybody_may_take_is_held_by_somebody(country, some):
    access = service_access(country.inputs(*some))
    held = np.nansum(access.standing.places * access.inputs.demand)
    assert held <= sum(it.capacity for it in some if it.capacity > 0) * (1 + 1e-9)
    assert answer_access(AccessQuery(SERVICE, DAY), TABLE, access).whole.served in (
        None,
        pytest.approx(np.nansum(np.minimum(access.standing.places, 1) * access.inputs.demand)),
    )
