"""What was looked for, from the command line, as a planner and an administrator would ask."""

import csv
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from mapapp.cli.evidence import commands
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.evidence import SearchOutcome, SearchRecord, first_of_quarter
from mapapp.domain.referral import NOBODY_SAID
from mapapp.storage.evidence_schema import SearchRecordRow, searches_of_earlier_days
from mapapp.storage.store import open_store

OPISHNIA = "UA53080350000070563"
KYIV = "UA80000000000093317"
POLTAVA_OBLAST = "UA53000000000028050"
TODAY = today_in_kyiv()
LAST_QUARTER = first_of_quarter(
    first_of_quarter(datetime.now(UTC).date() - timedelta(days=2)) - timedelta(days=1)
)


@pytest.fixture
def store_url(built_store, tmp_path):
    """The address of a store with searches of the quarter before this one, and one of today."""
    shutil.copy(built_store, tmp_path / "mapapp.sqlite3")
    url = f"sqlite:///{tmp_path / 'mapapp.sqlite3'}"
    row = {"day": LAST_QUARTER, "service": "home-care", "target_groups": 0}
    many = [(KYIV, SearchOutcome.NOBODY)] * 9 + [(KYIV, SearchOutcome.FOUND)] * 30
    few = [(OPISHNIA, SearchOutcome.NO_VACANCY)] * 2 + [(OPISHNIA, SearchOutcome.FOUND)] * 6
    searches = [{**row, "hromada": hromada, "outcome": outcome} for hromada, outcome in (*many, *few)]
    store = open_store(url)
    with store._writing() as connection, searches_of_earlier_days(connection):
        connection.execute(insert(SearchRecordRow).inline(), searches)
    store.evidence.record(SearchRecord(TODAY, OPISHNIA, "day-care", NOBODY_SAID, SearchOutcome.NOBODY))
    store.dispose()
    return url


@pytest.fixture
def evidence(store_url, tmp_path, monkeypatch):
    """Run a command on the store, and return what it says."""
    monkeypatch.setenv("MAPAPP_LANG", "en")
    monkeypatch.setenv("MAPAPP_DATA_DIR", str(tmp_path))

    def run(*arguments, answer=None):
        result = CliRunner().invoke(
            commands, [*arguments, "--database-url", store_url], input=answer, catch_exceptions=False
        )
        return result.stdout.splitlines()

    return run


def test_the_public_counts_withhold_small_ones(evidence):
    kyiv, opishnia, told = evidence("show")
    assert kyiv.split("  ")[::2] == [KYIV, "home-care", "39"]
    assert kyiv.endswith("  39  9")
    assert opishnia.startswith(f"{OPISHNIA}  Opishnia")
    assert opishnia.endswith("  8  –")
    assert "counts below 5 are withheld" in told


def test_exact_counts_are_every_search(evidence):
    rows = evidence("show", "--exact", "--oblast", POLTAVA_OBLAST)
    assert [row.split("  ")[-2:] for row in rows[:-1]] == [["8", "2"], ["1", "1"]]
    assert "not to be published" in rows[-1]


def test_days_and_service_narrow_what_is_shown(evidence):
    assert len(evidence("show", "--exact", "--from", TODAY.isoformat())) == 2
    assert len(evidence("show", "--service", "day-care")) == 1
    assert len(evidence("show", "--to", (LAST_QUARTER - timedelta(days=1)).isoformat())) == 1


def test_reasons_say_how_searches_ended(evidence):
    assert [line.split("  ")[0] for line in evidence("reasons", OPISHNIA, "home-care")] == [
        "found: 6",
        "no_vacancy: 2",
    ]


def test_an_export_is_a_table_with_codes_and_names(evidence, tmp_path):
    file = tmp_path / "demand.csv"
    assert evidence("export", str(file))[0] == f"Written to {file}: rows: 2"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        kyiv, opishnia = csv.DictReader(lines, delimiter=";")
    assert (kyiv["hromada"], kyiv["searches"], kyiv["unmet"]) == (KYIV, "39", "9")
    assert (opishnia["hromada_name"], opishnia["searches"], opishnia["unmet"]) == ("Opishnianska", "8", "")
    assert opishnia["service"] == "home-care"
    assert opishnia["service_name"]


def test_searches_are_kept_as_long_as_is_said(evidence):
    assert evidence("keep", "400") == ["Searches are now kept for days: 400"]
    with pytest.raises(UsageError, match="kept 100 to 36500 days, not 7"):
        evidence("keep", "7")


def test_a_purge_asks_and_removes(evidence):
    assert "Removed" not in "".join(evidence("purge", "--before", TODAY.isoformat(), answer="n\n"))
    assert evidence("purge", "--before", TODAY.isoformat(), "--yes") == ["Removed searches: 47"]
    assert len(evidence("show", "--exact")) == 2
    assert len(evidence("show")) == 1


def test_what_is_not_there_is_said(evidence, tmp_path):
    with pytest.raises(NotFoundError, match="no service «flying»"):
        evidence("show", "--service", "flying")
    for code in ("Полтавська", OPISHNIA, "UA99000000000000000"):
        with pytest.raises(NotFoundError, match=f"with the code {code}"):
            evidence("show", "--oblast", code)
    with pytest.raises(UsageError, match="is after the last"):
        evidence("show", "--from", "2026-02-01", "--to", "2026-01-01")
    with pytest.raises(UsageError, match="ends like no format"):
        evidence("export", str(tmp_path / "demand.xlsx"))


def test_the_days_at_the_ends_of_the_calendar_are_days(evidence):
    assert len(evidence("show", "--from", "0001-01-01", "--to", "9999-12-31")) == 3
    assert len(evidence("show", "--to", "0002-01-01")) == 1
