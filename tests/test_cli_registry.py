"""The registry from the command line: imported, exported, taken back, backed up, as an editor would."""

import csv
import json
import os
import shutil
import subprocess
import sys

import geopandas
import pytest

HROMADA = "UA53080350000070563"  # Opishnia, Poltava oblast
ROWS = [
    [
        "1",
        "Центр життєстійкості",
        "Центр «Опора»",
        "0 800 500 335",
        "Пн–Пт 9:00–18:00",
        "Інформування",
    ],
    ["2", "Центр життєстійкості", "Центр «Разом»", "1545", "цілодобово", "Консультування"],
]
HEADER = ["Номер", "Вид", "Назва", "Телефон", "Графік роботи", "Послуга"]


@pytest.fixture
def mapapp(built_store, tmp_path):
    """Run the command line on a store of its own."""
    shutil.copy(built_store, tmp_path / "mapapp.sqlite3")

    def run(*arguments, expected=0, **environment):
        answer = subprocess.run(
            [sys.executable, "-m", "mapapp", *arguments],
            env={**os.environ, "MAPAPP_DATA_DIR": str(tmp_path), "MAPAPP_LANG": "en", **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert answer.returncode == expected, answer.stderr
        assert "Traceback" not in answer.stderr
        return answer.stdout + answer.stderr

    return run


@pytest.fixture
def file(tmp_path):
    def write(rows, header=HEADER):
        path = tmp_path / "points.csv"
        with path.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines, delimiter=";").writerows([header, *rows])
        return path

    return write


@pytest.fixture
def importing(mapapp):
    def run(path, *options, expected=0):
        return mapapp(
            "registry",
            "import",
            str(path),
            *("--source", "oblast-list"),
            *("--column", "Номер=point.source_id", "--column", "Вид=point.kind"),
            *("--default", f"point.hromada={HROMADA}", "--default", "organisation.name=Опішнянська рада"),
            *("--default", "organisation.sector=state_communal", "--default", "offering.places=day"),
            *options,
            expected=expected,
        )

    return run


def test_a_dry_run_says_what_would_change_and_writes_nothing(mapapp, importing, file):
    told = importing(file(ROWS))
    assert "Column «Назва»: point.name" in told
    assert "Service point, new: 2" in told
    assert "this was a dry run" in told
    assert "Imported from a file" not in mapapp("registry", "changes")


def test_an_import_is_one_change_that_again_changes_nothing_and_can_be_taken_back(mapapp, importing, file):
    path = file(ROWS)
    assert "Imported as change 2" in importing(path, "--apply", "--who", "Олена", "--why", "перелік області")
    assert "Олена  перелік області" in mapapp("registry", "changes")
    assert "applied  oblast-list  points.csv" in mapapp("registry", "imports")
    again = importing(path, "--apply")
    assert "Service point, unchanged: 2" in again
    assert "already says all" in again
    shown = json.loads(mapapp("registry", "show", "point", "oblast-list.1"))
    assert shown["name"] == "Центр «Опора»"
    told = mapapp("registry", "undo", "2", "--why", "помилковий файл")
    assert "An earlier change undone" in told
    assert "There was no record" in mapapp("registry", "show", "point", "oblast-list.1", expected=2)
    assert "taken back" in mapapp("registry", "imports")


def test_a_changed_row_is_told_field_by_field_and_kept_as_a_version(mapapp, importing, file):
    importing(file(ROWS), "--apply")
    changed = [[*ROWS[0][:3], "1547", *ROWS[0][4:]], ROWS[1]]
    told = importing(file(changed), "--apply")
    assert "oblast-list.1: phones:" in told
    assert "Service point, to be changed: 1" in told
    history = mapapp("registry", "history", "point", "oblast-list.1")
    assert history.index("v2") < history.index("v1")
    assert "1547" in history


def test_faults_keep_the_whole_file_out_unless_the_rest_is_asked_for(mapapp, importing, file, tmp_path):
    bad = ["3", "Центр життєстійкості", "Центр «Хиба»", "1545", "цілодобово", "консультуваня на Марсі"]
    path, report = file([*ROWS, bad]), tmp_path / "report.csv"
    told = importing(path, "--apply", "--report", str(report), expected=2)
    assert "points.csv:4 [Послуга]" in told
    with report.open(encoding="utf-8-sig", newline="") as lines:
        (row,) = [one for one in csv.DictReader(lines) if one["kind"] == "fault"]
    assert (row["row"], row["column"], row["value"]) == ("4", "Послуга", "консультуваня на Марсі")
    assert row["problem_uk"] != row["problem_en"]
    assert "Imported as change 2" in importing(path, "--apply", "--valid-only")
    assert "There was no record" in mapapp("registry", "show", "point", "oblast-list.3", expected=2)


def test_a_file_with_data_of_persons_is_not_kept(mapapp, importing, file):
    rows = [[*ROWS[0], "1759013776"]]
    told = importing(file(rows, [*HEADER, "РНОКПП керівника"]), "--apply", expected=2)
    assert "РНОКПП керівника" in told
    assert "Imported" not in mapapp("registry", "changes")
    assert mapapp("registry", "imports").strip() == ""


def test_records_the_file_no_longer_has_end_when_that_is_asked_for(mapapp, importing, file):
    importing(file(ROWS), "--apply")
    assert "Service point, no longer in the file: 1" in importing(file(ROWS[:1]), "--apply", "--end-absent")
    assert "valid_to" in json.loads(mapapp("registry", "show", "point", "oblast-list.2"))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "yaml", "hsds.json"])
def test_what_is_exported_and_imported_changes_nothing(mapapp, tmp_path, ending):
    path = tmp_path / f"registry.{ending}"
    assert "service points: 250" in mapapp("registry", "export", str(path))
    told = mapapp("registry", "import", str(path), "--source", "ours", "--apply")
    assert "already says all" in told
    assert "new" not in told


@pytest.mark.parametrize("ending", ["gpkg", "parquet"])
def test_the_registry_is_exported_for_geographers(mapapp, tmp_path, ending):
    path = tmp_path / f"registry.{ending}"
    mapapp("registry", "export", str(path), "--area", "UA53000000000028050")
    layer = geopandas.read_parquet(path) if ending == "parquet" else geopandas.read_file(path)
    assert len(layer) > 50
    assert layer.crs.to_epsg() == 4326


def test_a_record_ends_and_its_history_says_why(mapapp):
    record = ("point", "demo-18-group-home")
    assert "1 record" in mapapp("registry", "end", *record, "--on", "2026-12-31", "--why", "закрито")
    told = mapapp("registry", "history", *record)
    assert "закрито" in told
    assert 'valid_to: – → "2026-12-31"' in told


def test_a_purge_asks_first_and_leaves_nothing(mapapp, importing, file):
    importing(file(ROWS), "--apply")
    record = ("point", "oblast-list.2")
    mapapp("registry", "purge", *record, "--why", "помилково внесено", expected=1)
    assert "are gone" in mapapp("registry", "purge", *record, "--why", "помилково внесено", "--yes")
    assert mapapp("registry", "history", *record) == ""


def test_quality_counts_every_check_and_lists_one(mapapp):
    told = mapapp("registry", "quality", "--check", "no_capacity")
    assert told.startswith("no_capacity: ")
    assert "point:demo-" in told


def test_a_backup_restores_elsewhere_with_every_table_equal(mapapp, tmp_path):
    archive, elsewhere = tmp_path / "backup.zip", f"sqlite:///{tmp_path / 'elsewhere' / 'mapapp.sqlite3'}"
    mapapp("store", "backup", str(archive))
    assert archive.stat().st_mode & 0o777 == 0o600
    assert "Every table is as it was" in mapapp("store", "restore", str(archive), "--database-url", elsewhere)
    assert mapapp("store", "info") == mapapp("store", "info", "--database-url", elsewhere)
    assert "is not empty" in mapapp("store", "restore", str(archive), "--database-url", elsewhere, expected=2)


def test_an_embedded_store_moves_to_postgis(mapapp, postgis_url):
    told = mapapp("store", "copy", postgis_url)
    assert "record_version  457  " in told
    assert "store: postgis" in mapapp("store", "info", "--database-url", postgis_url)


def test_the_classifier_is_listed_and_replaced_by_a_file(mapapp, tmp_path):
    assert "home-care" in mapapp("services", "list")
    table = tmp_path / "services.csv"
    table.write_text("slug,name_uk,name_en\nbaths,Лазня,Baths\n", encoding="utf-8")
    assert "refuses these records" in mapapp("services", "load", str(table), expected=2)
