"""Scenarios from the command line, as a planner would: checked, saved, shown, compared, removed."""

import csv
import shutil

import pytest
import yaml
from typer.testing import CliRunner

from mapapp.cli.scenarios import commands
from mapapp.domain.errors import InvalidInputError, NotFoundError, UsageError

POLTAVA = "UA53080370000025447"
LUBNY = "UA53040030000088898"
STEPNE = "UA23060270000087706"
POLTAVA_OBLAST = "UA53000000000028050"
IDS = ("poltava-day-closes", "lubny-served", "stepne-lost")


@pytest.fixture(scope="module")
def example(repo_root, tmp_path_factory):
    """The example of the guide, as a file."""
    guide = (repo_root / "docs" / "scenarios.md").read_text("utf-8")
    file = tmp_path_factory.mktemp("scenarios") / "example.yaml"
    file.write_text(guide.partition("```yaml\n")[2].partition("```")[0], "utf-8")
    return file


@pytest.fixture
def scenarios(built_store, tmp_path, monkeypatch):
    """Run a command on a store of its own, and return what it says."""
    shutil.copy(built_store, tmp_path / "mapapp.sqlite3")
    monkeypatch.setenv("MAPAPP_LANG", "en")
    monkeypatch.setenv("MAPAPP_DATA_DIR", str(tmp_path))

    def run(*arguments):
        return CliRunner().invoke(commands, list(arguments), catch_exceptions=False).stdout.splitlines()

    return run


def test_the_example_of_the_guide_can_be(scenarios, example):
    assert [line.split("  ")[0] for line in scenarios("check", str(example))] == list(IDS)
    assert scenarios("list") == []


def test_scenarios_are_saved_listed_shown_replaced_and_removed(scenarios, example, tmp_path):
    told = scenarios("save", str(example), "--why", "засідання", "--who", "olena")
    assert [line.startswith("Saved: ") for line in told] == [True] * 3
    listed = scenarios("list")
    assert {line.split("  ")[0] for line in listed} == set(IDS)
    assert all(line.endswith("olena  засідання") for line in listed)

    shown = tmp_path / "shown.yaml"
    shown.write_text("\n".join(scenarios("show", "lubny-served")), "utf-8")
    wanted = {one["id"]: one for one in yaml.safe_load(example.read_text("utf-8"))["scenarios"]}
    assert yaml.safe_load(shown.read_text("utf-8")) == {"scenarios": [wanted["lubny-served"]]}

    shown.write_text(shown.read_text("utf-8").replace("Лубни та Хорол", "Лубенщина"), "utf-8")
    scenarios("save", str(shown), "--why", "уточнено")
    assert scenarios("remove", "stepne-lost") == ["The scenario «stepne-lost» is removed"]
    assert [line.split("  ")[:2] for line in scenarios("list")] == [
        ["poltava-day-closes", "Денний центр у Полтаві зачинено"],
        ["lubny-served", "Лубенщина домовилися"],
    ]


def test_faults_are_told_by_line_and_nothing_is_saved(scenarios, example, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    text = example.read_text("utf-8").replace("demo-5308037-day", "demo-5308037-dey")
    wrong.write_text(text.replace("services: [day-care]", "services: [day-car]"), "utf-8")
    with pytest.raises(InvalidInputError) as refusal:
        scenarios("save", str(wrong), "--why", "засідання")
    lines = text.splitlines()
    told = [(lines[fault.line - 1].strip(), str(fault).partition("]: ")[2]) for fault in refusal.value.faults]
    assert told == [
        (
            "- close: demo-5308037-dey",
            "no service point «demo-5308037-dey» is in the registry: did you mean «demo-5308037-day»?",
        ),
        ("services: [day-care]", "no service is called «day-car»: did you mean «day-care»?"),
    ]
    assert scenarios("list") == []


def test_the_comparison_tells_who_gains_and_who_loses(scenarios, example, tmp_path):
    file = tmp_path / "compared.csv"
    scenarios("save", str(example), "--why", "засідання")
    told = scenarios("compare", *IDS, "--service", "day-care", "--csv", str(file))
    header, as_is, closed, served, lost = told[:5]
    assert header.split("  ")[-1].strip() == "Within reach, difference"
    assert as_is.startswith("As things are ")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = {row["KATOTTG code"]: row for row in csv.DictReader(lines, delimiter=";")}
    poltava, lubny, stepne = rows[POLTAVA], rows[LUBNY], rows[STEPNE]
    closing, serving, losing = (
        "Денний центр у Полтаві зачинено",
        "Лубни та Хорол домовилися",
        "Степненську громаду окуповано",
    )
    assert poltava[closing].lstrip("'") == f"-{poltava['Within reach now']}"
    assert (poltava[serving], poltava[losing]) == ("0", "0")
    assert lubny["Within reach now"] == "0"
    assert int(lubny[serving]) > 50_000
    assert stepne[losing].lstrip("'") == f"-{stepne['Within reach now']}"
    assert f"-{int(poltava['Within reach now']):,}" in closed
    assert "+" in served
    assert lost.split()[-1].startswith("-")


def test_an_area_and_a_distance_narrow_the_comparison(scenarios, example):
    asked = ("compare", str(example), "--service", "day-care", "--area", POLTAVA_OBLAST)
    wide, narrow = (scenarios(*asked, "--within-km", km) for km in ("30", "2"))
    assert not any(STEPNE in line for line in wide)
    people = [
        int(told[1].removeprefix("As things are").split()[0].replace(",", "")) for told in (wide, narrow)
    ]
    assert people[0] > people[1] > 0


def test_what_cannot_be_asked_is_said(scenarios, example, tmp_path):
    asked = ("compare", str(example), "--service", "day-care")
    for options, error, sentence in (
        (("--area", "Полтава"), NotFoundError, "with the code Полтава"),
        (("--within-km", "0"), UsageError, "above 0 and at most 200 km"),
        (("--within-km", "nan"), UsageError, "above 0 and at most 200 km"),
        (("--within-km", "5", "--within-min", "5"), UsageError, "not in both"),
        (("--within-min", "30"), UsageError, "no roads yet"),
        (("--people", "Усі"), UsageError, "«Усі» names nobody to count"),
        (("--csv", str(tmp_path / "out.xlsx")), UsageError, "ends like no format"),
    ):
        with pytest.raises(error, match=sentence):
            scenarios(*asked, *options)
    with pytest.raises(NotFoundError, match="no saved scenario «unheard»"):
        scenarios("compare", "unheard", "--service", "day-care")
    with pytest.raises(UsageError, match="There is no file lost"):
        scenarios("compare", "lost.yaml", "--service", "day-care")
    with pytest.raises(UsageError, match="cannot be read"):
        scenarios("check", str(tmp_path / "lost.yaml"))
    for command in ("show", "remove"):
        with pytest.raises(NotFoundError, match="no saved scenario «unheard»"):
            scenarios(command, "unheard")
