"""The hotline that fits comes first, an oblast's own line stays in its oblast, and nothing is invented."""

import csv

import pytest

from mapapp.domain.hours_text import read_hours
from mapapp.domain.katottg import Katottg
from mapapp.domain.services import HotlineTopic, hotlines_for
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_hotlines, read_services

KHARKIVSKA = Katottg("UA63000000000041885")
POLTAVSKA = Katottg("UA53000000000028050")


@pytest.fixture(scope="module")
def hotlines():
    return read_hotlines()


def test_a_line_of_another_oblast_is_left_out(hotlines):
    national = hotlines_for(hotlines)
    assert {line.oblast for line in national} == {None}
    assert {line.area for line in national} == {"national"}
    assert hotlines_for(hotlines, POLTAVSKA) == national
    of_kharkiv = hotlines_for(hotlines, KHARKIVSKA)
    assert {line.number for line in of_kharkiv} - {line.number for line in national} == {"1552"}


def test_the_oblast_s_own_line_comes_before_the_national_ones(hotlines):
    assert hotlines_for(hotlines, KHARKIVSKA)[0].number == "1552"


@pytest.mark.parametrize(
    ("service", "topic"),
    [
        ("shelter-survivors", HotlineTopic.VIOLENCE),
        ("integration-trafficking", HotlineTopic.TRAFFICKING),
        ("foster-family-support", HotlineTopic.CHILDREN),
        ("representation", HotlineTopic.LEGAL_AID),
        ("resilience", HotlineTopic.SUICIDE_PREVENTION),
    ],
)
def test_the_lines_that_fit_the_service_come_first(hotlines, service, topic):
    ordered = hotlines_for(hotlines, KHARKIVSKA, service)
    fitting = [service in line.services for line in ordered]
    assert any(fitting)
    assert fitting == sorted(fitting, reverse=True)
    assert topic in {
        topic for line, fits in zip(ordered, fitting, strict=True) if fits for topic in line.topics
    }
    assert set(ordered) == set(hotlines_for(hotlines, KHARKIVSKA))


def test_a_service_no_line_is_for_leaves_the_order_of_the_table(hotlines):
    assert hotlines_for(hotlines, None, "home-care") == hotlines_for(hotlines)


def test_every_line_says_what_it_is_for_in_both_languages(hotlines):
    for line in hotlines:
        assert line.purpose_uk
        assert line.purpose_en
        assert line.topics


def test_the_services_of_the_lines_exist(hotlines):
    assert set().union(*(line.services for line in hotlines)) <= set(read_services())


def test_the_area_and_the_code_say_the_same_oblast(hotlines, repo_root):
    oblasts = read_gazetteer(repo_root / "geodata").oblasts
    adjectives = {
        "Kharkiv oblast": "Харківська",
        "Mykolaiv oblast": "Миколаївська",
        "Zaporizhzhia oblast": "Запорізька",
    }
    for line in hotlines:
        if line.area == "national":
            assert line.oblast is None
        else:
            assert oblasts[line.oblast].name == adjectives[line.area]


def test_hours_are_unknown_or_readable(hotlines):
    assert [line.number for line in hotlines if line.hours] != [line.number for line in hotlines]
    for line in hotlines:
        if line.hours:
            found = read_hours(line.hours)
            assert found.hours is not None
            assert not found.problem


def test_no_number_or_hour_differs_from_the_source_and_memory_alone_is_marked(hotlines, shared_dir):
    with (shared_dir / "domain" / "hotlines.csv").open(encoding="utf-8") as lines:
        source = {row["number"]: row for row in csv.DictReader(lines)}
    assert [line.number for line in hotlines] == list(source)
    for line in hotlines:
        row = source[line.number]
        assert (line.purpose_uk, line.area) == (row["purpose_uk"], row["area"])
        assert bool(line.hours) == (row["hours"] != "?")
        if "MEM-M" in row["source"] or "MEM-L" in row["source"] or "re-check" in row["note"]:
            assert not line.is_verified
            assert line.note
        else:
            assert line.is_verified
