"""The commands of coverage refuse what cannot be, in a sentence, before anything is opened or written."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from mapapp.cli import coverage
from mapapp.domain.accessibility import USUAL_THRESHOLD, Threshold, TravelCost
from mapapp.domain.errors import UsageError

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
        coverage._threshold(float(distance), None)


def test_kilometres_and_minutes_exclude_each_other():
    with pytest.raises(UsageError, match="not in both"):
        coverage._threshold(15, 30)


def test_thresholds_are_kilometres_or_minutes_by_car():
    assert coverage._threshold(None, None) == USUAL_THRESHOLD
    assert coverage._threshold(20, None) == Threshold(20_000)
    assert coverage._threshold(None, 30) == Threshold(1800, TravelCost.CAR)


@pytest.mark.parametrize("key", ["", "Ім'я", "population/nobody", "population/group:dragons"])
def test_people_nobody_counts_are_refused(key):
    with pytest.raises(UsageError, match="names nobody to count"):
        coverage._people(key)


def test_every_command_explains_itself():
    for command in ("report", "matrix", "access", "place"):
        result = CliRunner().invoke(
            coverage.commands, [command, "--help"], env={"TERM": "dumb", "NO_COLOR": "1"}
        )
        assert result.exit_code == 0
        assert "--area" in result.output
