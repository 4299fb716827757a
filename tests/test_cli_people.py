"""Tables of people from the command line: checked, imported, compared, shown and removed."""

import csv
import shutil

import pytest
from typer.testing import CliRunner

from mapapp.cli.people import commands
from mapapp.domain.errors import InvalidInputError, NotFoundError, UsageError
from mapapp.files.demo_people import DEMO_NEEDS
from mapapp.storage.store import open_store

OPISHNIA = "UA53080350000070563"
POLTAVA = "UA53080370000025447"
POLTAVA_OBLAST = "UA53000000000028050"
TABLE = f"""Код громади;Люди похилого віку;Потребують: Догляд вдома;Отримують: Догляд вдома
{OPISHNIA};1204;30;3
{POLTAVA};н/д;90;50
"""


@pytest.fixture
def store_url(built_store, tmp_path):
    shutil.copy(built_store, tmp_path / "mapapp.sqlite3")
    return f"sqlite:///{tmp_path / 'mapapp.sqlite3'}"


@pytest.fixture
def people(store_url, tmp_path, monkeypatch):
    """Run a command on the store, and return the lines it says."""
    monkeypatch.setenv("MAPAPP_LANG", "en")
    monkeypatch.setenv("MAPAPP_DATA_DIR", str(tmp_path))

    def run(*arguments, answer=None):
        result = CliRunner().invoke(
            commands, [*arguments, "--database-url", store_url], input=answer, catch_exceptions=False
        )
        return result.stdout.splitlines()

    return run


@pytest.fixture
def imported(people, tmp_path):
    """Import a text as a table of needs and return the lines said."""

    def run(content, table_id="needs-2026", *more):
        file = tmp_path / f"{table_id}.csv"
        file.write_text(content, encoding="utf-8")
        said = ("--id", table_id, "--title", "Потреби", "--kind", "needs")
        return people("import", str(file), *said, "--as-of", "2026-01-01", "--source", "управління", *more)

    return run


def ids(people):
    return [line.split("  ")[0] for line in people("list")]


def test_an_import_says_what_it_brings_and_keeps_it(imported, people):
    told = imported(TABLE)
    assert told[0] == "older people: persons: 1204, hromadas: 1"
    assert told[1] == "Home care: persons: 120, hromadas: 2, recipients: 53"
    assert told[2].startswith("Hromadas of these oblasts that the table leaves out: 58 (")
    assert told[-1].startswith("Kept as «needs-2026», checksum ")
    assert ids(people) == ["demo-needs", "needs-2026"]
    assert people("list")[1] == "needs-2026  persons in need  1 January 2026  Потреби  управління"


def test_a_dry_run_writes_nothing(imported, people):
    assert imported(TABLE, "needs-2026", "--dry-run")[-1] == "Nothing was written: this was a dry run"
    assert ids(people) == ["demo-needs"]


def test_where_tables_disagree_is_told_and_the_share_is_chosen(imported):
    imported(TABLE)
    other = TABLE.replace("1204", "1000").replace(";90;", ";95;")
    told = imported(other, "needs-region", "--differs-by", "0.1")
    start = told.index("Numbers that differ from other tables by more than 10%: 4")
    assert "  Opishnianska selyshche hromada, older people: 1000, by «needs-2026» 1204" in told[start:]
    # The demonstration is of the same kind and counts other people altogether.
    assert sum("demo-needs" in line for line in told) == 3
    assert not any("needs-2026" in line for line in imported(other, "needs-region", "--differs-by", "0.5"))


def test_importing_under_an_id_again_replaces_its_table(imported, people):
    imported(TABLE)
    told = imported(TABLE.replace("1204", "1300"))
    assert "This replaces «Потреби» of 1 January 2026" in told
    shown = people("show", "needs-2026", "--hromada", OPISHNIA)
    assert "older people (group:older_people): 1300" in shown
    assert "Home care (service:home-care): 30, recipients: 3" in shown
    assert shown[-1] == "Exact numbers, also below 5: not to be published"


def test_a_file_with_faults_leaves_the_table_as_it_was(imported, people):
    imported(TABLE)
    before = people("show", "needs-2026")
    with pytest.raises(InvalidInputError) as refusal:
        imported(TABLE.replace("1204", "-4").replace("н/д", "сто"))
    assert [fault.line for fault in refusal.value.faults] == [2, 3]
    assert people("show", "needs-2026") == before


def test_what_is_said_of_a_table_is_checked(people, tmp_path):
    file = tmp_path / "needs.csv"
    file.write_text(TABLE, encoding="utf-8")
    said = {"--id": "needs", "--title": "Т", "--kind": "needs", "--as-of": "2026-01-01", "--source": "у"}
    for option, wrong, complaint in (
        ("--id", "Needs 2026", "cannot be an id"),
        ("--id", "population", "choose another id"),
        ("--title", " ", "needs a title and a source"),
        ("--source", " ", "needs a title and a source"),
    ):
        arguments = [part for pair in (said | {option: wrong}).items() for part in pair]
        with pytest.raises(UsageError, match=complaint):
            people("import", str(file), *arguments)


def test_a_removed_table_is_gone_after_a_question(imported, people):
    imported(TABLE)
    people("remove", "needs-2026", answer="n\n")
    assert ids(people) == ["demo-needs", "needs-2026"]
    assert people("remove", "needs-2026", "--yes") == ["Removed the table «Потреби»"]
    assert ids(people) == ["demo-needs"]
    with pytest.raises(NotFoundError, match="no table of people «needs-2026»"):
        people("show", "needs-2026")


def test_a_hromada_that_is_not_in_the_table_or_nowhere_is_said(imported, people):
    imported(TABLE)
    assert "older people (group:older_people): not in the table" in people(
        "show", "needs-2026", "--hromada", "UA80000000000093317"
    )
    for code in (POLTAVA_OBLAST, "Полтава"):
        with pytest.raises(NotFoundError, match=f"no hromada with the code {code}"):
            people("show", "needs-2026", "--hromada", code)


def test_the_template_is_a_table_to_fill_in(people, imported, tmp_path):
    file = tmp_path / "template.csv"
    assert people("template", str(file), "--oblast", POLTAVA_OBLAST, "--services")[-1].endswith("rows: 60")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        header, *rows = csv.reader(lines, delimiter=";")
    assert header[:5] == ["Hromada code", "Oblast", "Raion", "Hromada", "Older people"]
    assert OPISHNIA in {row[0] for row in rows}
    rows[0][4] = "7"
    filled = "\n".join(";".join(f'"{cell}"' for cell in row) for row in (header, *rows))
    assert imported(filled)[0] == "older people: persons: 7, hromadas: 1"
    with pytest.raises(UsageError, match="already a file"):
        people("template", str(file))
    with pytest.raises(UsageError, match="ends like no format"):
        people("template", str(tmp_path / "template.xlsx"))
    with pytest.raises(NotFoundError, match="with the code"):
        people("template", str(tmp_path / "other.csv"), "--oblast", OPISHNIA)


def test_the_demonstration_comes_with_invented_needs_that_say_so(store_url):
    store = open_store(store_url)
    (table,) = store.people.tables()
    store.dispose()
    assert table.id == DEMO_NEEDS
    assert "вигадані" in table.title
    assert "Вигадано" in table.source
