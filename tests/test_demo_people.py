"""The demonstration table of people is what its script writes, and has what tables have in life."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from mapapp.domain.geography import Occupation
from mapapp.domain.people import Subject
from mapapp.domain.people_disclosure import disclosed_figures
from mapapp.domain.registry import TargetGroup
from mapapp.files.demo_people import DEMO_NEEDS, read_demo_people
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_services

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))
from make_demo_people import demo_people_rows  # noqa: E402

sys.path.remove(str(SCRIPTS))

PILOTS = {"UA18", "UA23", "UA53"}


@pytest.fixture(scope="module")
def gazetteer(repo_root):
    return read_gazetteer(repo_root / "geodata")


@pytest.fixture(scope="module")
def demo(gazetteer):
    return read_demo_people(gazetteer, read_services())


def test_the_shipped_table_is_the_one_the_script_writes(repo_root, gazetteer):
    file = repo_root / "mapapp" / "files" / "reference" / "demo_people.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines)) == demo_people_rows(gazetteer)


def test_nobody_can_take_it_for_real(demo):
    table, _ = demo
    assert table.id == DEMO_NEEDS
    assert "вигадані" in table.title
    assert "Вигадано" in table.source


def test_it_has_gaps_small_numbers_and_unmet_need(demo, gazetteer):
    table, figures = demo
    counted = {figure.hromada for figure in figures}
    free = {
        code
        for code in gazetteer.hromadas
        if code.oblast_prefix in PILOTS and gazetteer.occupation[code] is not Occupation.FULLY
    }
    assert counted < free
    assert len(free - counted) > 3
    assert any(figure.persons is None for figure in figures)
    hidden = [figure for figure in disclosed_figures(figures) if figure.persons_hidden]
    assert {figure.subject for figure in hidden} == {Subject(group=TargetGroup.CHILDREN_WITH_DISABILITIES)}
    care = [figure for figure in figures if figure.subject == Subject(service="home-care")]
    assert all(figure.recipients <= figure.persons for figure in care)
    assert sum(figure.recipients for figure in care) < sum(figure.persons for figure in care)
    assert len(table.subjects) == 6
