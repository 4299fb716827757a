"""The sentence, the table and the file about a service's coverage say the same, and only what is known."""

import csv
from datetime import date
from io import StringIO

import pytest

from mapapp.domain.coverage import CoverageState, HromadaCoverage, Reach
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Occupation,
    Population,
    PopulationBasis,
)
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import CoverageAnswer
from mapapp.presentation.coverage_report import coverage_csv, coverage_rows, coverage_summary, rows_as_columns
from mapapp.presentation.messages import translator

uk = translator("uk")
en = translator("en")

TODAY = date(2026, 3, 1)
COUNTED_ON = date(2022, 1, 1)
OBLAST = Oblast(Katottg("UA53000000000028050"), OblastKind.OBLAST, "Полтавська", "Poltavska")
KYIV = Oblast(Katottg("UA80000000000093317"), OblastKind.SPECIAL_CITY, "Київ", "Kyiv")


def hromada(code: str, name: str, persons: int | None, basis=PopulationBasis.COUNTED) -> Hromada:
    return Hromada(
        katottg=Katottg(code),
        kind=HromadaKind.RURAL,
        name=name,
        name_en=name,
        raion=None,
        oblast=OBLAST.katottg,
        centre=LonLat(lon=34.0, lat=49.5),
        population=None if persons is None else Population(persons, COUNTED_ON, "population", basis),
        area_km2=None,
    )


HROMADAS = [
    hromada("UA53020010000061736", "Яготинська", 1000),
    hromada("UA53020030000066836", "Іванівська", 2001),
    hromada("UA53020050000091336", "Єреміївська", 300, PopulationBasis.ESTIMATED),
    hromada("UA53020070000018945", "=CMD()", None),
    Hromada(
        KYIV.katottg,
        HromadaKind.SPECIAL_CITY,
        "Київ",
        "Kyiv",
        None,
        KYIV.katottg,
        LonLat(lon=30.5, lat=50.4),
        None,
        None,
    ),
]
GAZETTEER = Gazetteer(
    oblasts={OBLAST.katottg: OBLAST, KYIV.katottg: KYIV},
    raions={},
    hromadas={unit.katottg: unit for unit in HROMADAS},
    settlements={},
    status_periods=(),
    open_status={},
    sources={},
)


def answer(*states: CoverageState, occupation=Occupation.NONE) -> CoverageAnswer:
    """The states of the hromadas above, in their order; the last may be left out."""
    found = {
        unit.katottg: HromadaCoverage(unit.katottg, state, Reach(), occupation)
        for unit, state in zip(HROMADAS, states, strict=False)
    }
    return CoverageAnswer("home-care", TODAY, found)


S = CoverageState
MIXED = answer(S.SERVED, S.NOT_SERVED, S.NOT_SERVED, S.FROM_WIDER)


def said(t, coverage, area=None) -> str:
    return coverage_summary(t, GAZETTEER, coverage, area).replace("\u00a0", " ")


def test_the_sentence_counts_what_is_reached_and_who_is_left_out():
    assert said(en, MIXED) == (
        "The whole of Ukraine: the service is available in 2 of 4 hromadas with data. "
        "Where it is missing, 2,301 people lived on 1 January 2022."
    )
    assert said(uk, MIXED, OBLAST.katottg) == (
        "Полтавська область: послуга доступна у 2 з 4 громад, про які є дані. "
        "Там, де її немає, станом на 01.01.2022 проживала 2 301 особа."
    )


@pytest.mark.parametrize("unknown", [S.OCCUPIED, S.NO_DATA])
def test_what_cannot_be_judged_is_not_counted(unknown):
    assert said(en, answer(S.SERVED, unknown)).startswith(
        "The whole of Ukraine: the service is available in 1 of 1"
    )
    assert said(en, answer(unknown, unknown)) == "The whole of Ukraine: there is no data about this service."


def test_kyiv_and_sevastopol_are_no_hromadas():
    assert "1 of 1 hromada" in said(en, answer(S.SERVED, S.NO_DATA, S.NO_DATA, S.NO_DATA, S.SERVED))


def test_nobody_is_counted_where_no_figure_is_known():
    assert said(en, answer(S.SERVED, S.SERVED, S.SERVED, S.NOT_SERVED)).endswith("3 of 4 hromadas with data.")


def test_rows_put_the_missing_service_first_and_names_in_the_alphabet():
    rows = coverage_rows(uk, GAZETTEER, answer(S.NOT_SERVED, S.NOT_SERVED, S.NOT_SERVED, S.SERVED), ())
    assert [row.hromada.split()[0] for row in rows] == ["Єреміївська", "Іванівська", "Яготинська", "=CMD()"]


def test_rows_can_be_narrowed_to_states():
    rows = coverage_rows(uk, GAZETTEER, MIXED, {S.SERVED})
    assert [row.state for row in rows] == [S.SERVED]


def test_estimates_and_partial_occupation_are_noted():
    rows = coverage_rows(
        uk, GAZETTEER, answer(S.SERVED, S.SERVED, S.SERVED, occupation=Occupation.PARTLY), ()
    )
    notes = rows_as_columns(uk, rows)["Примітка"]
    assert sorted(notes) == [
        "частково тимчасово окупована",
        "частково тимчасово окупована",
        "частково тимчасово окупована, населення – оцінка",
    ]


def test_the_file_opens_in_ukrainian_excel():
    rows = coverage_rows(uk, GAZETTEER, MIXED, ())
    content = coverage_csv(uk, rows, "Догляд вдома", TODAY)
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(read) == len(rows)
    by_code = {row["Код КАТОТТГ"]: row for row in read}
    ivanivska = by_code["UA53020030000066836"]
    assert ivanivska["Громада"] == "Іванівська сільська громада"
    assert ivanivska["Послуга"] == "Догляд вдома"
    assert ivanivska["Стан"] == "Послуга відсутня"
    assert (ivanivska["Населення"], ivanivska["Населення станом на"]) == ("2001", "2022-01-01")
    assert by_code["UA53020050000091336"]["Населення – оцінка"] == "так"
    assert by_code["UA53020070000018945"]["Населення"] == ""


def test_no_cell_of_the_file_is_a_formula():
    rows = coverage_rows(uk, GAZETTEER, MIXED, ())
    content = coverage_csv(uk, rows, "+послуга", TODAY).decode("utf-8-sig")
    cells = [cell for row in csv.reader(StringIO(content), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]
    assert "'=CMD() сільська громада" in cells
    assert "'+послуга" in cells
