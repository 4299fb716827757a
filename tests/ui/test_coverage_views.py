"""The views of coverage beside the map and list: the matrix, access, and a hromada explained."""

import json
from datetime import date

import pytest
from hand_planner import FIRST_DAY

from mapapp.domain.people import parse_people_choice
from mapapp.presentation.tables import table_csv

POLTAVSKA = "UA53000000000028050"
OPISHNIA = "UA53080350000070563"
KYIV = "UA80000000000093317"


def html(app):
    return "\n".join(part.proto.body for part in app.get("html"))


def said(app):
    return " ".join(part.value for part in app.markdown)


def test_the_matrix_has_a_row_a_hromada_and_a_column_a_basic_service(pages):
    app = pages.open("coverage", view="matrix", oblast=POLTAVSKA)
    assert not app.exception
    table = app.dataframe[0].value
    assert len(table) == 60
    assert list(table.columns[:2]) == ["Громада", "Надається з 17"]
    assert [title.partition(".")[0] for title in table.columns[2:19]] == [str(n) for n in range(1, 18)]
    row = table[table["Громада"] == "Полтавська міська громада"].iloc[0]
    assert row.iloc[2] == "● Надається в громаді"


def test_worst_provided_hromadas_come_first(pages):
    provided = list(
        pages.open("coverage", view="matrix", oblast=POLTAVSKA).dataframe[0].value["Надається з 17"]
    )
    assert provided == sorted(provided)


def test_the_matrix_of_the_country_is_rolled_up_by_oblast(pages):
    table = pages.open("coverage", view="matrix").dataframe[1].value
    assert len(table) == 27
    assert list(table["Територія"])[-1] == "Разом"
    row = table[table["Територія"] == "Полтавська область"].iloc[0]
    assert row.iloc[2] == pytest.approx(1.0)


def test_what_nothing_is_known_of_is_empty_and_no_zero(pages):
    table = pages.open("coverage", view="matrix").dataframe[1].value
    row = table[table["Територія"] == "Львівська область"].iloc[0]
    assert row.iloc[2] is None or row.iloc[2] != row.iloc[2]


def test_the_target_lists_hromadas_without_the_service(pages):
    app = pages.open("coverage", view="matrix", oblast=POLTAVSKA, target="day-care")
    assert "відсутня – 59" in said(app)
    assert app.selectbox(key="target").value == "day-care"
    listed = app.dataframe[2].value
    assert len(listed) == 59
    assert list(listed["Населення"]) == sorted(listed["Населення"], reverse=True)


def test_resilience_is_the_target_of_whoever_chose_none(pages):
    assert pages.open("coverage", view="matrix").selectbox(key="target").value == "resilience"


def test_access_tells_people_within_and_out_of_reach_with_source_and_date(pages):
    app = pages.open("coverage", view="access", oblast=POLTAVSKA, service="day-care")
    assert not app.exception
    assert "у межах 15 км по прямій" in said(app)
    shown = html(app)
    assert "Держстат, чисельність населення, станом на 01.01.2022" in shown
    assert "Не охоплено" in shown
    assert "<strong>1–4</strong>" in shown, "a small count is hidden"
    row = app.dataframe[0].value.set_index("Громада").loc["Опішнянська селищна громада"]
    assert row["Не охоплено"] == 8133
    assert row["Не охоплено, від – до"].startswith("від 7")


def test_people_threshold_and_day_of_the_link_are_asked_of_the_planner(pages, memory_atlas):
    memory_atlas.planner.asked.clear()
    app = pages.open(
        "coverage",
        view="access",
        service="home-care",
        people="needs-2026/group:older_people",
        within="25",
        as_of="2026-02-03",
    )
    (query,) = memory_atlas.planner.asked
    assert query.threshold.limit == 25_000
    assert query.people == parse_people_choice("needs-2026/group:older_people")
    assert query.day == date(2026, 2, 3)
    assert app.query_params["people"] == "needs-2026/group:older_people"
    assert app.query_params["as_of"] == "2026-02-03"
    assert app.query_params["within"] == "25"


def test_people_no_table_counts_give_way_to_the_population(pages):
    app = pages.open("coverage", view="access", people="no-such-table")
    assert not app.exception
    assert app.selectbox(key="people").value.table == "population"


def test_a_day_before_the_history_began_gives_way_to_today(pages):
    app = pages.open("coverage", as_of=FIRST_DAY.replace(year=2020).isoformat())
    assert not app.exception
    assert app.date_input(key="as_of").value is None
    (said,) = [box.value for box in app.info if "Історія реєстру починається" in box.value]
    assert f"{FIRST_DAY:%d.%m}.2020 нічого не відомо" in said


def test_a_day_yet_to_come_gives_way_to_today_and_says_so(pages):
    app = pages.open("planning", as_of="2099-01-01")
    assert not app.exception
    assert "01.01.2099 ще не настало: показано сьогоднішній день." in [box.value for box in app.info]
    assert app.date_input(key="as_of").value is None


def test_a_hromada_is_explained_with_reasons_and_people(pages):
    app = pages.open("coverage", view="hromada", hromada=OPISHNIA)
    assert not app.exception
    shown = html(app)
    assert "Опішнянська селищна громада" in shown
    assert "Чого бракує" in shown
    assert "договір із громадою закінчився 09.01.2026" in shown
    assert "роботу призупинено" in shown
    assert "Полтавського району" in shown
    assert "Потреби Полтавщини" in shown
    assert "1–4, з них отримують послугу 7" in shown
    assert any(text.value == "• Денний догляд: пошуків 30, нікого не знайшли 12" for text in app.text)


def test_kyiv_is_not_compared_with_an_oblast_that_is_itself(pages):
    shown = html(pages.open("coverage", view="hromada", hromada=KYIV))
    assert "м. Київ" in shown
    assert "У середньому по громадах" not in shown


def test_decimals_of_a_table_are_written_as_the_browser_writes_numbers(pages):
    app = pages.open("coverage", view="access")
    columns = json.loads(app.dataframe[0].proto.columns)
    (way,) = [column["type_config"] for name, column in columns.items() if name == "Медіанний шлях, км"]
    assert way["format"] == "localized"
    assert way["step"] == 0.1


def test_a_hidden_provider_is_explained_without_place_or_distance(pages):
    shown = html(pages.open("coverage", view="hromada", hromada=OPISHNIA))
    entry = shown[shown.index("Притулок «Надія»") :]
    entry = entry[: entry.index("</li>")]
    assert "Місцезнаходження не розголошується" in entry
    assert "км" not in entry
    assert "громада" not in entry.replace("громаду", "")


def test_names_of_providers_are_no_markup(pages):
    shown = html(pages.open("coverage", view="hromada", hromada=OPISHNIA))
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown


def test_settlements_without_a_way_come_first_and_the_nearest_last(pages):
    app = pages.open("coverage", view="hromada", hromada=OPISHNIA, service="home-care")
    assert not app.exception
    table = app.dataframe[0].value
    ways = table["Шлях, км"].tolist()
    assert ways[1:] == [18.7, 0.0]
    assert ways[0] != ways[0]  # not a number: not known
    assert table["Охоплено"].tolist() == ["–", "–", "так"]


def test_without_a_hromada_the_view_says_how_to_choose_one(pages):
    app = pages.open("coverage", view="hromada")
    assert "Оберіть громаду" in app.info[0].value


def test_the_view_travels_in_the_link(pages):
    app = pages.open("coverage", view="access", service="day-care")
    assert app.query_params["view"] == "access"


def test_tables_are_taken_away_without_live_formulas():
    from mapapp.presentation.messages import translator  # noqa: PLC0415
    from mapapp.presentation.tables import Column, Kind, Table  # noqa: PLC0415

    table = Table((Column("Назва", ("=1+1",)), Column("Шлях", (12.5,), Kind.DECIMAL)))
    assert table_csv(translator("uk"), table).decode("utf-8-sig") == "Назва;Шлях\r\n'=1+1;12,5\r\n"
