"""The commands of coverage refuse what cannot be, in a sentence, before anything is opened or written."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from mapapp.cli import coverage
from mapapp.cli.coverage_questions import Asked, people_of, threshold_of
from mapapp.domain.access import Access
from mapapp.domain.accessibility import USUAL_THRESHOLD, Threshold, TravelCost
from mapapp.domain.errors import UsageError
from mapapp.domain.people import SMALLEST_PUBLISHED
from mapapp.presentation.messages import translator

AREA = ("--area", "UA53000000000028050")


def refused(*words: str) -> str:
    result = CliRunner().invoke(coverage.commands, words)
    assert isinstance(result.exception, UsageError)
    return str(result.exception)


def test_a_report_of_no_known_ending_is_refused(tmp_path):
    file = tmp_path / "annex.odt"
    assert ".pdf, .xlsx, .docx" in refused("report", *AREA, "--to", str(file))
    assert not file.exists()


@pytest.mark.parametrize("distance", ["0", "-1", "201", "nan"])
def test_a_threshold_that_cannot_be_is_refused(distance):
    with pytest.raises(UsageError, match="at most 200 km"):
        threshold_of(float(distance), None)


def test_kilometres_and_minutes_exclude_each_other():
    with pytest.raises(UsageError, match="not in both"):
        threshold_of(15, 30)


def test_thresholds_are_kilometres_or_minutes_by_car():
    assert threshold_of(None, None) == USUAL_THRESHOLD
    assert threshold_of(20, None) == Threshold(20_000)
    assert threshold_of(None, 30) == Threshold(1800, TravelCost.CAR)


@pytest.mark.parametrize("key", ["", "Ім'я", "population/nobody", "population/group:dragons"])
def test_people_nobody_counts_are_refused(key):
    with pytest.raises(UsageError, match="names nobody to count"):
        people_of(key)


def test_every_command_explains_itself():
    for command in ("report", "matrix", "access", "place"):
        result = CliRunner().invoke(
            coverage.commands, [command, "--help"], env={"TERM": "dumb", "NO_COLOR": "1"}
        )
        assert result.exit_code == 0
        assert "--area" in result.output


def test_what_commands_answer_is_computed_from_what_anyone_may_know(built_store):
    asked = Asked(f"sqlite:///{built_store}", translator("en"))
    assert asked.store.access is Access.PUBLIC
    figures = [
        figure
        for table in asked.store.people.tables()
        for subject in table.subjects
        for figure in asked.store.people.figures(table.id, subject).values()
    ]
    assert any(figure.persons_hidden for figure in figures)
    assert not any(0 < (figure.persons or 0) < SMALLEST_PUBLISHED for figure in figures)
