"""The gazetteer's tables: what they hold, and what the loader says when they are wrong."""

import shutil

import pytest

from mapapp.domain.errors import InvalidInputError
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.files.gazetteer import gazetteer_counts, read_gazetteer

KYIV = Katottg("UA80000000000093317")
SEVASTOPOL = Katottg("UA85000000000065278")
OPISHNIA = "Опішнянська"


@pytest.fixture(scope="module")
def gazetteer(repo_root):
    return read_gazetteer(repo_root / "geodata")


def test_counts_are_those_the_sources_publish(gazetteer):
    counts = gazetteer_counts(gazetteer)
    assert counts["oblasts"] == 27
    assert counts["raions"] == 136
    assert counts["hromadas"] == 1469
    assert counts["special cities"] == 2
    assert counts["settlements"] == 29_707
    assert counts["settlements without coordinates"] == 2
    assert counts["status periods"] == 3196
    assert counts["settlements with a former name"] == 354


def test_population_sums_to_the_national_total(gazetteer):
    of_hromadas = sum(h.population.persons for h in gazetteer.hromadas.values() if h.population)
    of_settlements = sum(s.population.persons for s in gazetteer.settlements.values() if s.population)
    assert of_hromadas == of_settlements == 41_167_335


def test_villages_get_an_estimate_and_towns_keep_their_count(gazetteer):
    for hromada in (h for h in gazetteer.hromadas.values() if h.name == OPISHNIA):
        members = [s for s in gazetteer.settlements.values() if s.hromada == hromada.katottg]
        assert {s.population.is_estimate for s in members if s.kind == "C"} == {True}
        assert sum(s.population.persons for s in members) == hromada.population.persons
    poltava = next(s for s in gazetteer.settlements.values() if s.name == "Полтава" and s.kind == "M")
    assert not poltava.population.is_estimate


def test_kyiv_and_sevastopol_stand_in_for_the_hromada_they_lack(gazetteer):
    assert gazetteer.hromadas[KYIV].is_special_city
    assert gazetteer.parents_of(KYIV) == (KYIV,)
    assert gazetteer.hromadas[SEVASTOPOL].population is None
    assert gazetteer.settlements[KYIV].hromada == KYIV


def test_every_settlement_is_drawn_with_some_area(gazetteer):
    drawn = {*gazetteer.hromadas, *gazetteer.raions, *gazetteer.oblasts}
    assert {s.area for s in gazetteer.settlements.values()} <= drawn
    without_hromada = {s.area for s in gazetteer.settlements.values() if s.area not in gazetteer.hromadas}
    assert {code.oblast_prefix for code in without_hromada} == {"UA01", "UA32"}


def test_occupation_is_what_the_list_of_2025_05_07_says(gazetteer):
    hromadas = [gazetteer.occupation[code] for code, h in gazetteer.hromadas.items() if not h.is_special_city]
    assert hromadas.count(Occupation.FULLY) == 142
    assert hromadas.count(Occupation.PARTLY) == 23
    zaporizhzhia = [gazetteer.occupation[code] for code in gazetteer.hromadas if code.oblast_prefix == "UA23"]
    assert (zaporizhzhia.count(Occupation.FULLY), zaporizhzhia.count(Occupation.PARTLY)) == (42, 6)
    assert gazetteer.occupation[SEVASTOPOL] is Occupation.FULLY


@pytest.fixture
def tables(repo_root, tmp_path):
    return shutil.copytree(repo_root / "geodata", tmp_path / "geodata")


def replace_once(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults_of(folder):
    with pytest.raises(InvalidInputError) as raised:
        read_gazetteer(folder)
    return [str(fault) for fault in raised.value.faults]


def test_all_faults_of_all_tables_come_at_once_with_their_lines(tables):
    replace_once(tables / "raions.csv", "UA01020000000022387", "UA0102000000002238")
    replace_once(tables / "hromadas.csv", ",9361,", ",many,")
    faults = faults_of(tables)
    assert any(f.startswith("raions.csv:2: «UA0102000000002238» is not a KATOTTG code") for f in faults)
    assert any(f.startswith("hromadas.csv:2: ") and "many" in f for f in faults)


def test_a_repeated_code_names_both_lines(tables):
    first = (tables / "oblasts.csv").read_text(encoding="utf-8").splitlines()[1]
    with (tables / "oblasts.csv").open("a", encoding="utf-8") as table:
        table.write(first + "\n")
    assert "oblasts.csv:29: code UA01000000000013043 stands on line 2 already" in faults_of(tables)


def test_a_parent_must_exist_and_share_the_prefix(tables):
    replace_once(
        tables / "hromadas.csv",
        "UA05020010000053508,Агрономічна,сільська,Ahronomichna,UA05020000000026686",
        "UA05020010000053508,Агрономічна,сільська,Ahronomichna,UA01020000000022387",
    )
    assert any("is not the parent of UA05020010000053508" in fault for fault in faults_of(tables))


def test_more_people_in_settlements_than_in_the_hromada_is_a_fault(tables):
    replace_once(tables / "hromadas.csv", ",387439,", ",1000,")
    assert any("people counted in settlements of a hromada of 1000" in fault for fault in faults_of(tables))


def test_a_point_abroad_is_a_fault(tables):
    replace_once(tables / "settlements.csv", "44.81647,33.56183", "33.56183,44.81647")
    assert any("settlements.csv:2: lon 44.81647" in fault for fault in faults_of(tables))


def test_a_missing_table_is_named(tables):
    (tables / "settlements.csv").unlink()
    assert "settlements.csv: the table is missing" in faults_of(tables)
