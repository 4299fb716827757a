"""The coverage page: which hromadas lack the service, in a table that can be narrowed and taken away."""

from mapapp.domain.evidence import UnmetDemand
from mapapp.domain.katottg import Katottg

POLTAVSKA = "UA53000000000028050"


def table(app):
    return app.dataframe[0].value


def test_hromadas_without_the_service_come_first(pages):
    app = pages.open("coverage", service="day-care", oblast=POLTAVSKA)
    assert not app.exception
    states = list(table(app)["Стан"])
    assert len(states) == 60
    assert states[:59] == ["Послуга відсутня"] * 59
    assert states[59] == "Надається в громаді"


def test_each_row_says_where_and_how_many_people(pages):
    rows = table(pages.open("coverage", service="day-care", oblast=POLTAVSKA))
    row = rows[rows["Громада"] == "Опішнянська селищна громада"].iloc[0]
    assert row["Район"] == "Полтавський район"
    assert row["Область"] == "Полтавська область"
    assert row["Населення, 01.01.2022"] == 8133


def test_the_table_is_narrowed_to_the_states_chosen(pages):
    app = pages.open("coverage", service="day-care", oblast=POLTAVSKA, states="served")
    assert list(table(app)["Громада"]) == ["Полтавська міська громада"]


def test_each_state_says_how_many_hromadas_are_in_it(pages):
    app = pages.open("coverage", service="day-care", oblast=POLTAVSKA)
    options = app.get("button_group")[2].options
    assert options == [
        "Надається в громаді: 1",
        "З іншої громади: 0",
        "З району, області чи країни: 0",
        "Лише онлайн чи телефоном: 0",
        "Послуга відсутня: 59",
        "Тимчасово окупована: немає даних: 0",
        "Немає даних: 0",
    ]


def test_a_state_without_hromadas_says_so(pages):
    app = pages.open("coverage", service="day-care", oblast=POLTAVSKA, states="occupied")
    assert not app.dataframe
    assert "немає громад у такому стані" in app.info[0].value


def test_part_occupied_hromadas_are_marked(pages):
    rows = table(pages.open("coverage", oblast="UA23000000000064947"))
    assert "частково тимчасово окупована" in set(rows["Примітка"])


def test_a_link_reproduces_the_table(pages):
    app = pages.open("coverage", service="day-care", oblast=POLTAVSKA, states="served", lang="en")
    assert app.query_params == {
        "service": "day-care",
        "oblast": POLTAVSKA,
        "states": "served",
        "lang": "en",
    }
    assert list(table(app)["Hromada"]) == ["Poltavska urban hromada"]


def test_searches_that_found_nobody_are_told_with_small_counts_withheld(pages, memory_atlas, monkeypatch):
    counts = (
        UnmetDemand(Katottg("UA53080350000070563"), "day-care", None, None),
        UnmetDemand(Katottg("UA53080370000025447"), "day-care", 30, 12),
        UnmetDemand(Katottg("UA53080370000025447"), "home-care", 99, 99),
        UnmetDemand(Katottg("UA18040190000057814"), "day-care", 40, 40),
    )
    monkeypatch.setattr(memory_atlas, "demand", counts)
    rows = pages.open("coverage", service="day-care", oblast=POLTAVSKA).dataframe[1].value
    assert rows[["Громада", "Нікого не знайшли", "Пошуків"]].values.tolist() == [
        ["Полтавська міська громада", "12", "30"],
        ["Опішнянська селищна громада", "не розголошується", "менше 5"],
    ]


def test_without_known_searches_the_page_says_so_and_what_they_are(pages):
    app = pages.open("coverage", service="day-care", oblast=POLTAVSKA)
    assert any("незадоволений попит, а не всю потребу" in caption.value for caption in app.caption)
    assert any("не відомо про такі пошуки" in info.value for info in app.info)
