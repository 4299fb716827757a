"""The quality page: how many findings of each check, and the way to each record that is not hidden."""

from __future__ import annotations

import re
from html import unescape

import pytest

from mapapp.domain.quality import QualityCheck

EVIL = "<img src=x onerror=alert(1)>Турбота & Ко"


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html") if "<style" not in element.proto.body)


def counts(app) -> dict[str, str]:
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="number"[^>]*>(.*?)</td>', html(app))
    return {unescape(check): count for check, count in rows}


def ways(app) -> dict[str, str]:
    """Return where the links in the list lead, by their labels."""
    links = [link.proto for link in app.get("page_link") if link.proto.label.startswith("**")]
    return {re.sub(r"\\(.)", r"\1", link.label.strip("*")): link.query_string for link in links}


def test_every_check_says_how_many_it_found(pages):
    app = pages.open("quality")
    assert not app.exception
    said = counts(app)
    assert said["Імовірні дублікати"] == "1"
    assert said["Ще не перевіряли"] == "25"
    assert said["Немає графіка роботи"] == "0"
    assert "Записів перевірено: 36, станом на 01.02.2026" in app.markdown[0].value
    assert app.query_params == {}


def test_what_would_point_to_a_hidden_place_is_neither_counted_nor_listed(pages):
    app = pages.open("quality")
    assert "Може видати нерозголошуване місце" not in counts(app)
    assert counts(app)["Сумнівна територія обслуговування"] == "1"
    assert "hidden" not in html(app)
    app = pages.open("quality", check="doubtful_catchment")
    assert ways(app) == {"Мобільна бригада «Опора»": "point=rich"}
    app = pages.open("quality", check="tells_place")
    assert not app.exception
    assert not ways(app)
    assert "tells_place" not in app.selectbox("check").options


def test_a_finding_leads_to_its_record(pages):
    app = pages.open("quality", check="no_phone")
    assert not app.exception
    assert list(ways(app).values()) == ["point=long"]
    assert app.query_params == {"check": "no_phone"}


def test_an_organisation_leads_to_its_points(pages):
    app = pages.open("quality", check="unknown_code")
    assert ways(app) == {"ГО «Поруч»": "text=ngo"}


def test_a_finding_about_a_service_has_no_record(pages):
    app = pages.open("quality", check="no_official_code")
    assert not app.exception
    assert not ways(app)
    assert any("home-care" in text.value for text in app.text)


def test_a_long_list_comes_in_pages(pages):
    first = ways(pages.open("quality", check="never_verified"))
    second = ways(pages.open("quality", check="never_verified", page="2"))
    assert (len(first), len(second)) == (20, 5)
    assert not first.keys() & second.keys()


def test_duplicates_stand_side_by_side(pages):
    app = pages.open("quality", check="duplicate")
    assert not app.exception
    sides = [part for part in html(app).split("\n") if 'class="pair"' in part]
    assert ["<dd>rich</dd>" in side for side in sides] == [False, True]
    assert "вул. Соборності, 1" in sides[1]
    assert "<img" not in html(app)
    assert [text.value for text in app.text] == ["Подібні на 91%: той самий телефон, схожа назва"]
    assert ways(app) == {EVIL: "point=evil", "Мобільна бригада «Опора»": "point=rich"}


def test_a_check_without_findings_says_that_all_is_well(pages):
    app = pages.open("quality", check="no_hours")
    assert app.success[0].value == "Нічого не знайдено: тут усе гаразд."
    assert not app.get("download_button")


@pytest.mark.parametrize(("check", "buttons"), [("no_phone", 1), ("duplicate", 1)])
def test_what_is_listed_can_be_taken_away(pages, check, buttons):
    assert len(pages.open("quality", check=check).get("download_button")) == buttons


def test_choosing_a_check_changes_the_link(pages):
    app = pages.open("quality", check="never_verified", page="2")
    app.selectbox("check").set_value(QualityCheck.NO_PHONE).run()
    assert app.query_params == {"check": "no_phone"}


def test_the_page_speaks_english(pages):
    app = pages.open("quality", lang="en")
    assert not app.exception
    assert counts(app)["Probable duplicates"] == "1"
