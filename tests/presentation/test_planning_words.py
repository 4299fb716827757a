"""What plans, scenarios and shadings say: worked by hand for a drawn handful of hromadas."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from mapapp.domain.accessibility import AccessQuery, AreaAccess, PeopleWithin
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import EVERYONE_THERE, NOBODY, Estimate, PeopleFigure
from mapapp.domain.placement import OpenedPoint, PlacementGoal, PlacementPlan, PlacementQuery
from mapapp.presentation.map_view import Band, Shading
from mapapp.presentation.messages import translator
from mapapp.presentation.people_text import band_text, count_text, figure_pair, shown_count
from mapapp.presentation.plan_text import bound_sentence
from mapapp.presentation.shading import difference_shading, share_shading
from mapapp.presentation.tables import Column, Kind, Table, table_csv, table_xlsx

UK, EN = translator("uk"), translator("en")
HERE = Katottg("UA53080350000070563")


def exactly(n):
    return Estimate(float(n), float(n), float(n))


def access(covered, uncovered, occupation=Occupation.NONE):
    people = PeopleWithin(exactly(covered), exactly(uncovered), NOBODY, NOBODY, NOBODY)
    return AreaAccess(HERE, occupation, people)


def plan(goal=PlacementGoal.MOST_PEOPLE, *, gained=98.0, bound=100.0, is_proven=False, points=2):
    query = PlacementQuery(AccessQuery("home-care", date(2026, 1, 1)), goal)
    opened = tuple(OpenedPoint(HERE, gained / points) for _ in range(points))
    return PlacementPlan(query, opened, gained, bound, is_proven, exactly(0), gained, 0.0, 10)


def test_the_bound_is_said_as_what_no_plan_can_exceed():
    # 100 is 2.04 % more than 98: no plan can be better by more than 3 %, and 2 % would be untrue.
    assert "3%" in bound_sentence(UK, plan())
    assert "1%" in bound_sentence(UK, plan(gained=99.9))


def test_a_proven_plan_is_said_to_be_the_best():
    assert "none is better" in bound_sentence(EN, plan(is_proven=True))


def test_the_bound_of_reaching_everyone_is_a_number_of_points():
    assert "2 points cannot be enough" in bound_sentence(
        EN, plan(PlacementGoal.EVERYONE, bound=1.2, points=4)
    )


def test_a_plan_that_gains_nothing_has_no_share_to_be_told():
    assert "%" not in bound_sentence(EN, plan(gained=0.0))


@pytest.mark.parametrize("people", [1, 2.5, 4, 4.9])
def test_few_people_are_told_as_one_to_four(people):
    assert count_text(UK, exactly(people)) == "1–4"
    assert shown_count(exactly(people)) is None
    assert band_text(UK, Estimate(people, 1, 900)) == ""


def test_nobody_is_zero_and_unknown_is_no_number():
    assert (count_text(UK, NOBODY), count_text(UK, None)) == ("0", "немає даних")
    assert (shown_count(NOBODY), shown_count(None)) == (0, None)


def test_fifths_of_a_share_and_the_unknown_have_colours_of_their_own():
    found = share_shading(
        UK,
        {
            Katottg(f"UA5308{number:03}0000070563"): area
            for number, area in enumerate(
                [
                    access(0, 10),
                    access(5, 5),
                    access(10, 0),
                    AreaAccess(HERE, Occupation.NONE, None),
                    access(3, 3, Occupation.FULLY),
                ]
            )
        },
    )
    assert list(found.of.values()) == [0, 2, 4, 5, 6]
    assert [bool(band.hatch) for band in found.bands] == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("covered_after", "band"), [(0, 0), (4000, 0), (4900, 1), (5000, 2), (5000.3, 2), (5200, 3), (9000, 4)]
)
def test_a_change_is_drawn_by_its_size_and_way(covered_after, band):
    base, other = {HERE: access(5000, 5000)}, {HERE: access(covered_after, 10_000 - covered_after)}
    assert difference_shading(UK, base, other).of == {HERE: band}


def test_a_hromada_that_a_scenario_occupies_is_hatched_grey():
    base, other = {HERE: access(5000, 0)}, {HERE: access(0, 0, Occupation.FULLY)}
    found = difference_shading(UK, base, other)
    assert found.bands[found.of[HERE]].label == "Тимчасово окупована: немає даних"


def test_a_shading_of_more_bands_than_digits_is_refused():
    with pytest.raises(ValueError, match="digit"):
        Shading((Band("", "#000000"),) * 11, {})


def test_a_workbook_keeps_numbers_numbers_and_text_text():
    table = Table(
        (
            Column("Назва", ("=SUM(1)", "https://example.org")),
            Column("Людей", (1234, None), Kind.COUNT),
            Column("Частка", (0.5, 0.25), Kind.SHARE),
        ),
        ("Джерело: перепис",),
    )
    book = CalamineWorkbook.from_filelike(BytesIO(table_xlsx(UK, table, "Заголовок")))
    assert book.get_sheet_by_index(0).to_python() == [
        ["Назва", "Людей", "Частка"],
        ["=SUM(1)", 1234.0, 0.5],
        ["https://example.org", "", 0.25],
    ]
    assert book.get_sheet_by_index(1).to_python() == [["Заголовок"], ["Джерело: перепис"]]


def test_decimals_of_a_file_follow_the_language_and_unknown_stays_empty():
    table = Table((Column("км", (1.25, None), Kind.DECIMAL),))
    assert table_csv(UK, table).decode("utf-8-sig").splitlines() == ["км", "1,2", '""']
    assert table_csv(EN, table).decode("utf-8-sig").splitlines()[1] == "1.2"


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="one length"):
        Table((Column("a", (1,)), Column("b", ())))


def test_withheld_recipients_are_never_said_to_be_few():
    # All but 2 of 30 get the service: «1–4» would be untrue.
    figure = PeopleFigure(HERE, EVERYONE_THERE, 30, 28).disclosed()
    assert figure_pair(EN, figure) == "30; how many of them get the service is withheld"
    assert figure_pair(EN, PeopleFigure(HERE, EVERYONE_THERE, 30, 20)) == "30, of them 20 get the service"
